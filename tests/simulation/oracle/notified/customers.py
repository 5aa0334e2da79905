"""What customers are told: once, and never again after a doubt."""

from collections import Counter

from shared.contracts.customers import CARRIED
from shared.contracts.notification import AttemptInDoubt, AttemptLeased
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.rows import Ledger
from tests.simulation.provider import Provider

_MAY_HAVE_ARRIVED = frozenset({"accepted", "delivered", "unknown"})


def check_customers(ledger: Ledger, provider: Provider) -> Finding:
    finding = Finding("customers", "a customer is told each thing once, never after a doubt")
    rows = {row.id: row for row in ledger.rows.values() if row.opened.customer_notice}
    receipts = {row.opened.person for row in rows.values() if row.id.endswith(":receipt")}
    for row in rows.values():
        finding.exercised += 1
        notice = row.opened.customer_notice
        assert notice is not None
        if CARRIED.get(notice.channel) != row.opened.method:
            finding.broken(f"{row.id}: came by {notice.channel}, answered by {row.opened.method}")
        if notice.purpose == "longer_wait" and row.opened.person not in receipts:
            finding.broken(f"{row.id}: told that it takes longer, and was told nothing before")
        doubtful = False
        for said in row.facts:
            doubtful |= isinstance(said.fact, AttemptInDoubt)
            if doubtful and isinstance(said.fact, AttemptLeased) and not row.reopened:
                finding.broken(f"{said.fact.attempt_id}: again, after a doubt")
    perhaps: Counter[str] = Counter()
    for written in provider.written:
        key = written.lease.notification_id
        if key in rows and not rows[key].reopened:
            if perhaps[key]:
                finding.broken(f"{key}: written again, and may have arrived before")
            perhaps[key] += written.answer.outcome in _MAY_HAVE_ARRIVED
    return finding
