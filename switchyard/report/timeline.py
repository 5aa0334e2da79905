"""One outage as a manager wants to read it: what happened when, who was told, who came back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.contracts.notification import NotificationEnded
from shared.contracts.outage import IncidentOpened, NoticeRequested
from shared.contracts.words import Channel, NoticePurpose, Signal
from switchyard.report.ledger import Stay
from switchyard.report.moved import OutageSum, sum_of_outage
from switchyard.report.outages import Incident

# A promise is to the minute; a record takes some moments from its time to the log.
PROMISE_SLACK_MS = 60_000
_ARRIVED = frozenset({"accepted", "delivered"})


@dataclass(frozen=True, slots=True)
class Notices:
    """Of one purpose: how many were asked for, and what came of them."""

    people: int
    arrived: int  # people to whom it was delivered, or whose provider took it
    languages: tuple[str, ...]
    first_asked_ms: int | None
    last_arrived_ms: int | None
    ends: dict[str, int]  # of all notices; `open`: on their way


@dataclass(frozen=True, slots=True)
class Update:
    """A promised update. `told_ms` None: it has not come."""

    due_ms: int
    told_ms: int | None
    automatic: bool
    in_time: bool | None  # None: its time has not come


@dataclass(frozen=True, slots=True)
class Outage:
    """Instants are milliseconds; None where it has not come to that."""

    incident_id: str
    channel: Channel
    pools: tuple[str, ...]
    backups: tuple[Channel, ...]  # to which contacts were moved
    detected_by: Signal
    detail: str  # of the evidence that decided, codes only
    first_signal_ms: int
    suspect_ms: int | None
    failed_over_ms: int
    recovered_ms: int | None
    returned_ms: int | None  # when the last one came back
    resolved_by: str | None
    opening: Notices
    updates: tuple[Update, ...]
    recovery: Notices
    sum: OutageSum
    held: frozenset[str]  # those that are parked until it is over

    @property
    def is_open(self) -> bool:
        return self.recovered_ms is None

    @property
    def late_updates(self) -> int:
        return sum(1 for it in self.updates if it.in_time is False)


@dataclass(frozen=True, slots=True)
class Reader:
    """What outages are told from: where interactions stand, how notices ended, who reads what."""

    newest: Mapping[str, Stay]
    ended: Mapping[str, NotificationEnded]
    locales: Mapping[str, str]  # by person
    end_ms: int

    def outage(self, incident: Incident, opened: IncidentOpened) -> Outage:
        resolved = incident.resolved
        suspected = incident.suspected
        # The opening tells of each probe's last look; the suspicion, of the first bad one.
        evidence = opened.evidence if suspected is None else (*suspected.evidence, *opened.evidence)
        deciding = opened.evidence[-1].detail if opened.evidence else ""
        return Outage(
            incident_id=incident.incident_id,
            channel=opened.channel,
            pools=opened.pools,
            backups=tuple(channel for channel, _ in incident.backups.most_common()),
            detected_by=opened.opened_by,
            detail=deciding,
            first_signal_ms=min((it.at_ms for it in evidence), default=opened.at_ms),
            suspect_ms=None if suspected is None else suspected.at_ms,
            failed_over_ms=opened.at_ms,
            recovered_ms=None if resolved is None else resolved.at_ms,
            returned_ms=incident.last_returned_ms,
            resolved_by=None if resolved is None else resolved.resolved_by,
            opening=self._notices(incident.notices, "opening"),
            updates=tuple(self._updates(incident)),
            recovery=self._notices(incident.notices, "recovery"),
            sum=sum_of_outage(incident, dict(self.newest)),
            held=frozenset(
                trip.interaction_id
                for trip in incident.trips.values()
                if not trip.returned and self._is_parked(trip.interaction_id)
            ),
        )

    def _is_parked(self, interaction_id: str) -> bool:
        stay = self.newest.get(interaction_id)
        return stay is not None and stay.bucket == "parked"

    def _updates(self, incident: Incident) -> Iterable[Update]:
        for promise in incident.promises:
            told_ms = promise.told_ms
            latest_ms = promise.due_ms + PROMISE_SLACK_MS
            if told_ms is not None:
                in_time: bool | None = told_ms <= latest_ms
            else:
                in_time = None if self.end_ms <= latest_ms else False
            yield Update(promise.due_ms, told_ms, promise.automatic, in_time)

    def _notices(self, notices: Iterable[NoticeRequested], purpose: NoticePurpose) -> Notices:
        those = [it for it in notices if it.purpose == purpose]
        ends = {it.notice_id: self.ended.get(it.notice_id) for it in those}
        arrived = {
            it.person: end.at_ms
            for it in those
            if (end := ends[it.notice_id]) is not None and end.end in _ARRIVED
        }
        counts: dict[str, int] = {}
        for end in ends.values():
            name = "open" if end is None else end.end
            counts[name] = counts.get(name, 0) + 1
        return Notices(
            people=len({it.person for it in those}),
            arrived=len(arrived),
            languages=tuple(sorted({self.locales.get(it.person, "en") for it in those})),
            first_asked_ms=min((it.at_ms for it in those), default=None),
            last_arrived_ms=max(arrived.values(), default=None),
            ends=dict(sorted(counts.items())),
        )
