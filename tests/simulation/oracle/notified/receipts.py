"""What a provider tells later is noted, if it is news; and only then."""

from shared.contracts.notification import DeliveryReported, ReceiptNoted
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.rows import Ledger, Row

_RANKS = {"": 0, "sent": 1, "delivered": 2, "read": 3}


def check_receipts(ledger: Ledger) -> Finding:
    finding = Finding("receipts", "a receipt is noted if it tells more, and else it is not")
    for offset, report in ledger.reports:
        row = ledger.rows.get(report.notification_id)
        if row is None:
            continue
        finding.exercised += 1
        noted = [
            it.fact
            for it in row.facts
            if isinstance(it.fact, ReceiptNoted) and it.decision[1] == offset
        ]
        before = _receipt_before(row, offset)
        expected = _is_news(before, report)
        if bool(noted) is not expected and _was_tried(row, offset):
            finding.broken(f"{row.id}: {report.status} after {before or 'nothing'}: noted {noted}")
    return finding


def _receipt_before(row: Row, offset: int) -> str:
    """The newest that was known; a new try forgets that the one before did not arrive."""
    receipt = ""
    for said in row.facts:
        if said.decision[1] >= offset:
            break
        if isinstance(said.fact, ReceiptNoted):
            receipt = said.fact.status
        elif said.fact.kind == "notification_reopened":
            receipt = ""
        elif said.fact.kind == "attempt_leased":
            receipt = "" if receipt == "undelivered" else receipt
    return receipt


def _is_news(before: str, report: DeliveryReported) -> bool:
    if before == "undelivered":
        return False
    if report.status == "undelivered":
        return _RANKS[before] < _RANKS["delivered"]
    return _RANKS[report.status] > _RANKS[before]


def _was_tried(row: Row, offset: int) -> bool:
    return any(it.fact.kind == "attempt_leased" and it.decision[1] < offset for it in row.facts)
