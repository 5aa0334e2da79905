"""Fallback chains: the next hop opens at once after a failure, else when its time has come."""

from collections.abc import Iterator

from shared.contracts.notification import (
    NotificationEnded,
    NotificationHeld,
    ReceiptNoted,
    RetryScheduled,
)
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.rows import Ledger, Row, Said
from tests.simulation.oracle.notified.standing import hops_of, over

# Within this the shard is taken over: no standstill of a history, and no clock put forward, lasts
# longer.
_TAKEOVER_MS = 600_000


def check_chains(ledger: Ledger) -> tuple[Finding, Finding]:
    at_once = Finding("hops at once", "a hop that failed is followed by the next in one decision")
    in_time = Finding("hops in time", "a hop that has not succeeded in time is followed")
    for row in ledger.rows.values():
        if row.opened.hop >= len(hops_of(ledger, row)):
            continue
        following = _following(ledger, row)
        for fault in _not_at_once(ledger, row, following, at_once):
            at_once.broken(f"{row.id}: {fault}")
        for fault in _not_in_time(ledger, row, following, in_time):
            in_time.broken(f"{row.id}: {fault}")
    return at_once, in_time


def _following(ledger: Ledger, row: Row) -> Row | None:
    number = row.opened.hop + 1
    return next((it for it in ledger.chains[row.cause_id] if it.opened.hop == number), None)


def _not_at_once(
    ledger: Ledger, row: Row, following: Row | None, finding: Finding
) -> Iterator[str]:
    for said in _failures(ledger, row):
        if over(ledger, row, said.decision) or said.fact.at_ms >= row.opened.expires_at_ms:
            continue
        finding.exercised += 1
        if following is None or following.facts[0].decision > said.decision:
            yield f"no next hop after {said.fact.event_id}"


def _failures(ledger: Ledger, row: Row) -> Iterator[Said]:
    """What leaves no hope that this hop gets through soon."""
    carrier = ledger.rows.get(ledger.carrier.get(row.id, ""))
    for said in row.facts:
        match said.fact:
            case NotificationEnded(end="dead_lettered") | ReceiptNoted(status="undelivered"):
                yield said
            case RetryScheduled(outcome="blocked"):
                yield said
            case _:
                pass
    for said in carrier.facts if carrier is not None else ():
        blocked = isinstance(said.fact, RetryScheduled) and said.fact.outcome == "blocked"
        if blocked and not any(it.decision <= said.decision for it in row.ends):
            yield said


def _not_in_time(
    ledger: Ledger, row: Row, following: Row | None, finding: Finding
) -> Iterator[str]:
    hop = hops_of(ledger, row)[row.opened.hop - 1]
    due_ms = _may_be_sent_ms(row) + hop.succeed_by_ms
    if following is not None:
        opened = following.opened
        if opened.because == "not_in_time":
            finding.exercised += 1
            if opened.at_ms < row.opened.at_ms + hop.succeed_by_ms:
                yield f"the next hop came {opened.at_ms - row.opened.at_ms} ms after it"
            if opened.at_ms > due_ms + _TAKEOVER_MS:
                yield f"the next hop came {opened.at_ms - due_ms} ms late"
        return
    if due_ms >= row.opened.expires_at_ms or due_ms + _TAKEOVER_MS > ledger.end_ms:
        return
    finding.exercised += 1
    partition = row.facts[0].decision[0]
    if not over(ledger, row, (partition, ledger.offset_at(partition, due_ms + _TAKEOVER_MS))):
        yield f"no next hop, and it was due at {due_ms}"


def _may_be_sent_ms(row: Row) -> int:
    """What is held has its time once that is over; but a full ladder keeps nothing back."""
    held = [
        it.fact.until_ms
        for it in row.facts
        if isinstance(it.fact, NotificationHeld) and it.fact.why != "rate"
    ]
    return max([row.opened.at_ms, *held])
