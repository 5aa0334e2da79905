"""O3 by destinations: the end of an outage goes to each one that may have told of it.

Where a person is told by rules of his own, that is each contact method by which his opening or an
update may have arrived before the end was decided.
"""

from collections.abc import Iterator

from shared.contracts.notification import AttemptInDoubt, NotificationEnded, ReceiptNoted
from shared.contracts.words import BY_RULES
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.rows import Ledger, Row
from tests.simulation.oracle.notified.standing import Decision

_MAY_HAVE_ARRIVED = frozenset({"accepted", "delivered", "unknown"})


def check_owed(ledger: Ledger) -> Finding:
    finding = Finding("O3 owed", "the end is told by each way on which the opening may have come")
    for cause, rows in ledger.chains.items():
        notice = ledger.notices.get(cause)
        if notice is None or notice.purpose != "recovery" or notice.method != BY_RULES:
            continue
        decision = rows[0].facts[0].decision
        methods = {it.opened.method for it in rows}
        for method, heard in _told(ledger, rows[0], decision):
            finding.exercised += 1
            if method not in methods:
                finding.broken(f"{cause}: not by {method}, which told {heard}")
        if len(rows) > 1 and rows[0].opened.because == "owed":
            finding.allowed("by several ways")
    return finding


def _told(ledger: Ledger, recovery: Row, by: Decision) -> Iterator[tuple[str, str]]:
    incident = recovery.opened.incident_id
    for row in ledger.of_person[recovery.opened.person]:
        notice = row.opened.notice
        if notice is None or notice.incident_id != incident or notice.purpose == "recovery":
            continue
        if notice.method == BY_RULES and _may_have_arrived(ledger, row, by):
            yield row.opened.method, row.id


def _may_have_arrived(ledger: Ledger, row: Row, by: Decision) -> bool:
    """Only what is certain: what is on its way just then may count as well."""
    perhaps, receipt = False, ""
    carrier = ledger.rows.get(ledger.carrier.get(row.id, ""))
    facts = [*row.facts, *(carrier.facts if carrier is not None else ())]
    for said in sorted(facts, key=lambda it: it.place):
        if said.decision >= by:
            break
        match said.fact:
            case AttemptInDoubt():
                perhaps = True
            case NotificationEnded(notification_id=key) as ended if key == row.id:
                perhaps |= ended.end in _MAY_HAVE_ARRIVED
            case ReceiptNoted() as noted:
                receipt = noted.status
            case _:
                pass
    return perhaps and receipt != "undelivered"
