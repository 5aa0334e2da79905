"""R1 and O1: nobody is lost, nobody is in two places, and the sum closes."""

from dataclasses import dataclass

from switchyard.report.ledger import BUCKETS, Ledger, Stay
from switchyard.report.verdict import Finding, Verdict

# An arrival that is still undecided after this (logical) is lost, not late.
PATIENCE_MS = 900_000


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of O1. `received` is counted from arrivals, the rest from decisions."""

    received: int
    answered: int
    abandoned: int
    expired: int
    parked: int
    open: int

    @property
    def closes(self) -> bool:
        return self.received == (
            self.answered + self.abandoned + self.expired + self.parked + self.open
        )


def sum_of(stays: list[Stay]) -> Sum:
    """Received: arrivals that were not refused. The others: stays by bucket."""
    counts = dict.fromkeys(BUCKETS, 0)
    for stay in stays:
        if stay.bucket is not None:
            counts[stay.bucket] += 1
    received = sum(1 for stay in stays if stay.born_here and not _refused(stay))
    return Sum(received=received, **counts)


def _refused(stay: Stay) -> bool:
    return stay.state == "refused"


def check_conserved(ledger: Ledger) -> Verdict:
    """R1: exactly one state each, never none."""
    finding = Finding("R1", "every interaction is in exactly one state")
    finding.exercised = len(ledger.stays)
    for conflict in ledger.conflicts + ledger.unknown:
        finding.broken(conflict)
    for stay in ledger.lost(PATIENCE_MS):
        finding.broken(f"{stay.interaction_id}: received, and never decided")
    for stay in _gone(ledger):
        finding.broken(f"{stay.interaction_id}: left {stay.pool} and never arrived")
    return finding.verdict()


def check_nobody_lost(ledger: Ledger) -> Verdict:
    """O1: received = answered + abandoned + expired + parked + open."""
    stays = list(ledger.stays.values())
    total = sum_of(stays)
    finding = Finding("O1", "received = answered + abandoned + expired + parked + open")
    finding.exercised = total.received
    if not total.closes:
        finding.broken(f"the sum does not close: {total}")
    for stay in ledger.lost(PATIENCE_MS):
        finding.broken(f"{stay.interaction_id}: in no bucket")
    for stay in _gone(ledger):
        finding.broken(f"{stay.interaction_id}: counted in no pool")
    for told in ledger.unknown:
        finding.broken(told)
    return finding.verdict()


def _gone(ledger: Ledger) -> list[Stay]:
    """Stays that left for a pool where they never began."""
    gone = []
    for stay in ledger.stays.values():
        if stay.to is None or stay.state != "transferred":
            continue
        there = ledger.stays.get((stay.to[0], stay.interaction_id))
        if there is None or there.hop < stay.to[1]:
            gone.append(stay)
    return gone
