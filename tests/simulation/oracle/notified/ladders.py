"""How much an address takes: no rung of its ladder is climbed past in any stretch of its time."""

from bisect import bisect_right
from collections import defaultdict

from shared.contracts.notification import AttemptLeased
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.people import People
from tests.simulation.oracle.notified.rows import Ledger

_ARRIVED_PERHAPS = frozenset({"accepted", "delivered", "unknown"})
_URGENT = 1  # for priorities up to this one the last place of every rung is kept


def check_ladders(ledger: Ledger, people: People) -> Finding:
    """Only what may have reached the address counts; what its provider turned away did not."""
    finding = Finding("ladders", "no address gets more than its ladder allows, in any window")
    tries: defaultdict[tuple[str, str], list[AttemptLeased]] = defaultdict(list)
    for row in ledger.rows.values():
        for lease in row.leases:
            outcome = row.outcomes.get(lease.attempt_id)
            if outcome is None or outcome.outcome in _ARRIVED_PERHAPS:
                tries[row.target].append(lease)
    for (_, method), leases in tries.items():
        leases.sort(key=lambda it: it.at_ms)
        times = [it.at_ms for it in leases]
        for number, lease in enumerate(leases):
            limits = people.document(lease.config).limits
            ladder = next((it.ladder for name, it in limits.items() if name == method), ())
            for rung in ladder:
                before = number - bisect_right(times, lease.at_ms - rung.within_s * 1000)
                places = rung.most if lease.priority <= _URGENT else max(rung.most - 1, 1)
                finding.exercised += before + 1 >= places
                if before >= places:
                    finding.broken(f"{lease.attempt_id}: number {before + 1} in {rung.within_s} s")
    return finding
