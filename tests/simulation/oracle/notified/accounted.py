"""N1, row by row: each ends exactly once between reopenings, and a digest with all it carries."""

from collections.abc import Iterator

from shared.contracts.notification import (
    NotificationEnded,
    NotificationOpened,
    NotificationReopened,
    ReceiptNoted,
)
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.rows import Ledger, Row

_PATIENCE_MS = 900_000


def check_accounted(ledger: Ledger) -> tuple[Finding, Finding]:
    rows = Finding("N1 once", "each row ends once between reopenings, and has a reason")
    digests = Finding("N1 digests", "what a digest carries ends with it, or before it, and once")
    for orphan in ledger.orphans:
        rows.broken(f"{orphan}: of a row that nobody opened")
    for row in ledger.rows.values():
        rows.exercised += 1
        for fault in _faults(row, ledger.end_ms):
            rows.broken(f"{row.id}: {fault}")
        if row.opened.members:
            for fault in _lost(ledger, row, digests):
                digests.broken(f"{row.id}: {fault}")
    return rows, digests


def _faults(row: Row, end_ms: int) -> Iterator[str]:
    is_open, expires_ms = True, row.opened.expires_at_ms
    for said in row.facts:
        match said.fact:
            case NotificationOpened() | ReceiptNoted():
                pass  # a receipt may come at any time
            case NotificationReopened() as again:
                if is_open:
                    yield "sent again while it was open"
                is_open, expires_ms = True, again.expires_at_ms
            case NotificationEnded() as ended:
                if not is_open:
                    yield f"ended {ended.end}, and had ended before"
                if not ended.reason:
                    yield f"ended {ended.end} without a reason"
                is_open = False
            case fact if not is_open:
                yield f"{fact.event_id} after its end"
            case _:
                pass
    if is_open and expires_ms + _PATIENCE_MS < end_ms:
        yield "expired, and never ended"


def _lost(ledger: Ledger, digest: Row, finding: Finding) -> Iterator[str]:
    carried = {it.id: it for it in ledger.carried[digest.id]}
    if set(carried) != set(digest.opened.members):
        yield f"says that it carries {digest.opened.members}, and carries {sorted(carried)}"
    ends = digest.ends
    for member in carried.values():
        finding.exercised += 1
        after = [it for it in member.ends if it.place[:2] >= digest.facts[0].decision]
        if ends and not after:
            yield f"{member.id} did not end with it"
        elif ends and after[0].decision > ends[0].decision:
            yield f"{member.id} ended after it"
        elif ends and after[0].decision == ends[0].decision:
            mine, its = after[0].fact, ends[0].fact
            assert isinstance(mine, NotificationEnded)
            assert isinstance(its, NotificationEnded)
            if after[0].place > ends[0].place and mine.end != its.end:
                yield f"{member.id} ended {mine.end}, and it {its.end}"
