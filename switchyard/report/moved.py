"""O1 of an outage: who was moved or parked is accounted for, and brought back when it is over."""

from dataclasses import dataclass, field

from shared.contracts.outage import ChannelFailedOver, ChannelRestored
from shared.contracts.routing import (
    InteractionMoved,
    InteractionParked,
    InteractionQueued,
    OfferMade,
)
from shared.contracts.topics import POOL_LOG
from shared.contracts.words import Channel
from switchyard.report.ledger import BUCKETS, Bucket, Ledger, Stay
from switchyard.report.outages import Incident, Outages
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of some interactions."""

    answered: int = 0
    abandoned: int = 0
    expired: int = 0
    parked: int = 0
    open: int = 0

    @property
    def total(self) -> int:
        return self.answered + self.abandoned + self.expired + self.parked + self.open


@dataclass(frozen=True, slots=True)
class OutageSum:
    """`affected` is counted from moves, the rest from where each interaction stands.

    `stayed`: those that did not come back; among them those answered on the backup.
    """

    affected: int
    moved: int  # to a backup, at least once
    only_parked: int
    stayed: Fates
    returned: int
    then: Fates  # what became of those who came back

    @property
    def closes(self) -> bool:
        return (
            self.affected == self.moved + self.only_parked == self.stayed.total + self.returned
            and self.returned == self.then.total
        )


def sum_of_outage(incident: Incident, newest: dict[str, Stay]) -> OutageSum:
    """Where each interaction of an incident stands; `newest` is its stay in its latest pool."""
    trips = incident.trips.values()
    moved = sum(1 for trip in trips if trip.moved)
    stayed, then = dict.fromkeys(BUCKETS, 0), dict.fromkeys(BUCKETS, 0)
    for trip in trips:
        stay = newest.get(trip.interaction_id)
        bucket: Bucket | None = None if stay is None else stay.bucket
        if bucket is not None:
            (then if trip.returned else stayed)[bucket] += 1
    return OutageSum(
        affected=len(trips),
        moved=moved,
        only_parked=len(trips) - moved,
        stayed=Fates(**stayed),
        returned=sum(1 for trip in trips if trip.returned),
        then=Fates(**then),
    )


def newest_stays(ledger: Ledger) -> dict[str, Stay]:
    """The stay of each interaction in the pool to which it came last."""
    newest: dict[str, Stay] = {}
    for stay in ledger.stays.values():
        known = newest.get(stay.interaction_id)
        if known is None or stay.hop > known.hop:
            newest[stay.interaction_id] = stay
    return newest


@dataclass(slots=True)
class _Down:
    """Offsets in the pool's partition, from the failover to the return."""

    epoch: int
    since: int
    until: int | None = None

    def was_known(self, offset: int, cause: str | None) -> bool:
        """Whether the router knew of it when it decided something on the record at this offset.

        What names no cause was due before that record, and is decided before it takes effect.
        """
        decided = (offset, cause is not None)
        if self.until is not None and decided >= (self.until, True):
            return False
        return decided >= (self.since, True)


@dataclass(slots=True)
class MovedCheck:
    """What is checked of moves beside their sum."""

    outages: Outages
    _down: dict[tuple[str, Channel], list[_Down]] = field(default_factory=dict)
    _away_by: dict[tuple[str, str], str] = field(default_factory=dict)  # incident, by stay
    _finding: Finding = field(default_factory=lambda: Finding("O1", ""))

    def see(self, entry: Entry) -> None:
        if entry.record.topic != POOL_LOG:
            return
        match entry.event:
            case ChannelFailedOver() | ChannelRestored() as told:
                self._told(told, entry.record.offset)
            case OfferMade() as offer:
                decided_on = entry.record.offset if entry.source is None else entry.source.offset
                self._offered(offer, decided_on)
            case InteractionQueued() | InteractionMoved() | InteractionParked() as placed:
                self._placed(placed)
            case _:
                pass  # nothing that depends on a channel's health

    def _told(self, told: ChannelFailedOver | ChannelRestored, offset: int) -> None:
        spans = self._down.setdefault((told.pool, told.channel), [])
        if spans and told.epoch <= spans[-1].epoch:
            return  # heard twice, or late: it changes nothing
        if isinstance(told, ChannelFailedOver):
            spans.append(_Down(told.epoch, since=offset))
        elif spans and spans[-1].until is None:
            spans[-1].epoch, spans[-1].until = told.epoch, offset

    def _placed(self, fact: InteractionQueued | InteractionMoved | InteractionParked) -> None:
        """By which incident it is away now: an earlier one that met it keeps it from nowhere."""
        stay = (fact.pool, fact.interaction_id)
        match fact:
            case InteractionMoved(direction="to_backup") | InteractionParked(incident_id=str()):
                assert fact.incident_id is not None
                self._away_by[stay] = fact.incident_id
            case _:  # back, parked for want of agents, or new in this pool
                self._away_by.pop(stay, None)

    def _offered(self, offer: OfferMade, decided_on: int) -> None:
        for down in self._down.get((offer.pool, offer.channel), ()):
            if down.was_known(decided_on, offer.cause):
                self._finding.broken(f"{offer.offer_id}: offered by {offer.channel}, which is down")

    def finish(self, ledger: Ledger) -> Finding:
        """Everything that was found. `exercised` counts interactions that were moved or parked."""
        newest = newest_stays(ledger)
        for incident in self.outages.incidents.values():
            self._finding.exercised += len(incident.trips)
            total = sum_of_outage(incident, newest)
            if not total.closes:
                self._finding.broken(f"{incident.incident_id}: the sum does not close: {total}")
            self._check_counts(incident)
            for key in self._left_behind(incident, newest, ledger):
                self._finding.broken(f"{key}: {incident.incident_id} is over, and it is not back")
        return self._finding

    def _check_counts(self, incident: Incident) -> None:
        """The running totals by which the rest of the system counts."""
        for pool, seen in incident.seen_counts.items():
            told = incident.told_counts.get(pool)
            counted = (seen["moved"], seen["parked"], seen["returned"])
            if told is None or (told.moved, told.parked, told.returned) != counted:
                self._finding.broken(
                    f"{incident.incident_id}: {pool} told {told}, and decided {counted}"
                )

    def _left_behind(
        self, incident: Incident, newest: dict[str, Stay], ledger: Ledger
    ) -> list[str]:
        """Those whom it still keeps from their channel, though their pool read that it is over."""
        left = []
        for trip in incident.trips.values():
            stay = newest.get(trip.interaction_id)
            if trip.returned or stay is None or stay.state not in {"waiting", "parked"}:
                continue
            if self._away_by.get((stay.pool, stay.interaction_id)) != incident.incident_id:
                continue
            spans = self._down.get((stay.pool, stay.channel))
            until = spans[-1].until if spans else None
            read_to = ledger.decided_to.get(f"router-{stay.partition}", -1)
            if until is not None and read_to >= until:
                left.append(trip.interaction_id)
        return left
