"""What customers were told of their wait, against what came true."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.explanation import WaitEstimate
from switchyard.report.ledger import Stay
from switchyard.report.numbers import Share, percentile


@dataclass(frozen=True, slots=True)
class Receipts:
    """Of receipts that were told. A wait is told as the usual one, and as the most of nine in ten.

    `told_…` are medians of what was told, `came_…` percentiles of what came true, milliseconds.
    """

    told: int
    longer: int  # who heard once more, for it took longer
    with_wait: int
    told_usual_ms: int | None
    told_most_ms: int | None
    came_p50_ms: int | None
    came_p90_ms: int | None
    within_usual: Share  # of those whose wait is over, or longer than that already
    within_most: Share


def receipts_of(
    told: Iterable[CustomerNoticeRequested], newest: Mapping[str, Stay], end_ms: int
) -> Receipts:
    """Compare. `newest`: where each interaction stands; `end_ms`: of the log."""
    notices = list(told)
    first = [it for it in notices if it.purpose == "receipt"]
    waits = [it.wait for it in first if it.wait is not None]
    cases = [
        (it.wait, newest[it.interaction_id])
        for it in first
        if it.wait is not None and it.interaction_id in newest
    ]
    came = [stay.waited_ms for _, stay in cases if stay.answered and stay.waited_ms is not None]
    return Receipts(
        told=len(first),
        longer=len(notices) - len(first),
        with_wait=len(waits),
        told_usual_ms=percentile([it.p50_s * 1000 for it in waits], 50),
        told_most_ms=percentile([it.p90_s * 1000 for it in waits], 50),
        came_p50_ms=percentile(came, 50),
        came_p90_ms=percentile(came, 90),
        within_usual=_within([(_usual_ms(wait), stay) for wait, stay in cases], end_ms),
        within_most=_within([(_most_ms(wait), stay) for wait, stay in cases], end_ms),
    )


def _usual_ms(wait: WaitEstimate) -> int:
    return wait.p50_s * 1000


def _most_ms(wait: WaitEstimate) -> int:
    return wait.p90_s * 1000


def _within(cases: Iterable[tuple[int, Stay]], end_ms: int) -> Share:
    """Who still waits counts once his wait is longer than he was told; who left, not at all."""
    kept = broken = 0
    for told_ms, stay in cases:
        if stay.answered and stay.waited_ms is not None:
            kept += stay.waited_ms <= told_ms
            broken += stay.waited_ms > told_ms
        elif stay.bucket == "open":
            broken += end_ms - stay.began_ms > told_ms
    return Share(kept, kept + broken)
