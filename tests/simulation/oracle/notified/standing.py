"""How far a row and its chain had come by a decision: through, over, or still to go."""

from collections.abc import Iterator

from shared.contracts.notification import (
    AttemptLeased,
    HopCopy,
    NotificationEnded,
    NotificationReopened,
    ReceiptNoted,
)
from shared.contracts.words import Criterion
from tests.simulation.oracle.notified.rows import Ledger, Row

Decision = tuple[int, int]  # partition, offset
_TAKEN = frozenset({"accepted", "delivered"})


def criterion_of(ledger: Ledger, row: Row) -> Criterion:
    hops = hops_of(ledger, row)
    wanted = hops[row.opened.hop - 1].succeed_on if row.opened.hop <= len(hops) else "accepted"
    if wanted == "acknowledged" and row.opened.page is None:
        return "accepted"  # nothing but a page asks for that
    return wanted


def hops_of(ledger: Ledger, row: Row) -> tuple[HopCopy, ...]:
    first = ledger.rows.get(row.cause_id)
    owed = row.opened.because == "owed"
    return first.opened.hops if first is not None and not owed else ()


def through(ledger: Ledger, row: Row, by: Decision) -> bool:
    """Whether it had reached its criterion by then, that decision included."""
    end, receipt = "", ""
    for said in row.facts:
        if said.decision > by:
            break
        match said.fact:
            case NotificationEnded() as ended:
                end = ended.end
            case NotificationReopened():
                end, receipt = "", ""
            case ReceiptNoted() as noted:
                receipt = noted.status
            case AttemptLeased() if receipt == "undelivered":
                receipt = ""
            case _:
                pass
    return _reached(criterion_of(ledger, row), end, receipt)


def over(ledger: Ledger, row: Row, by: Decision) -> bool:
    """Whether nothing more was to follow in its chain by then: it is told, or of no use."""
    if any(through(ledger, it, by) for it in ledger.chains[row.cause_id]):
        return True
    return outdated(ledger, row, by)


def outdated(ledger: Ledger, row: Row, by: Decision) -> bool:
    """Whether by then it was recalled, or newer news had come."""
    page = row.opened.page
    if page is not None:
        recalled = ledger.recalled.get((page.escalation_id, page.cycle, page.person))
        return recalled is not None and recalled <= by[1]
    return any(it.facts[0].decision <= by for it in newer_than(ledger, row))


def newer_than(ledger: Ledger, row: Row) -> Iterator[Row]:
    """Rows of this person that make a notice worthless: its next news, or the channel's next."""
    mine = row.opened.notice
    if mine is None:
        return
    for other in ledger.of_person.get(row.opened.person, ()):
        its = other.opened.notice
        if its is None or its.channel != mine.channel or its.method != mine.method:
            continue
        if its.incident_id == mine.incident_id:
            newer = its.sequence > mine.sequence
        else:
            newer = its.purpose == "opening" and its.started_at_ms >= mine.started_at_ms
        if newer:
            yield other


def _reached(criterion: Criterion, end: str, receipt: str) -> bool:
    if receipt == "undelivered":
        return False
    match criterion:
        case "accepted":
            return end in _TAKEN or bool(receipt)
        case "delivered":
            return end == "delivered" or receipt in ("delivered", "read")
        case "read":
            return receipt == "read"
        case "acknowledged":
            return False  # that recalls the whole chain
