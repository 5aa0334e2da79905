"""Outages as the logs tell them: what was seen, decided and told, and which contacts they met."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.contracts.event import Event
from shared.contracts.outage import (
    ChannelHealthChanged,
    IncidentOpened,
    IncidentResolved,
    IncidentUpdated,
    NoticeRequested,
)
from shared.contracts.routing import InteractionMoved, InteractionParked, MoveCounts
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.contracts.words import Channel
from switchyard.report.reading import Entry


@dataclass(slots=True)
class Trip:
    """One interaction that an incident met: by a backup, parked, or back."""

    interaction_id: str
    pool: str  # where it was met last
    moved: bool = False  # it has waited by a backup
    returned: bool = False  # it went back last


@dataclass(slots=True)
class Promise:
    """When the next update was to come, and when it came."""

    due_ms: int
    told_ms: int | None = None
    automatic: bool = False


@dataclass(slots=True)
class Incident:
    """One incident. `opened` is None where the log begins in the middle of it."""

    incident_id: str
    opened: IncidentOpened | None = None
    suspected: ChannelHealthChanged | None = None
    resolved: IncidentResolved | None = None
    last_returned_ms: int | None = None
    promises: list[Promise] = field(default_factory=list)
    trips: dict[str, Trip] = field(default_factory=dict)
    notices: list[NoticeRequested] = field(default_factory=list)
    backups: Counter[Channel] = field(default_factory=Counter)  # to which moves went
    told_counts: dict[str, MoveCounts] = field(default_factory=dict)  # by pool, the last
    seen_counts: dict[str, Counter[str]] = field(default_factory=dict)  # by pool, of the facts


class Outages:
    """Incidents by id. Feed it all three logs; which comes first does not matter."""

    def __init__(self) -> None:
        self.incidents: dict[str, Incident] = {}
        self._suspected: dict[Channel, ChannelHealthChanged] = {}

    def see(self, entry: Entry) -> None:
        topic, event = entry.record.topic, entry.event
        if topic == POOL_LOG:
            self._see_pool(event)
        elif topic == SYSTEM_LOG:
            self._see_system(event)
        elif topic == PEOPLE_LOG and isinstance(event, NoticeRequested):
            self._of(event.incident_id).notices.append(event)

    def opened(self) -> Iterator[tuple[Incident, IncidentOpened]]:
        """Incidents whose opening the log holds, oldest first."""
        found = [(it, it.opened) for it in self.incidents.values() if it.opened is not None]
        yield from sorted(found, key=lambda pair: (pair[1].at_ms, pair[0].incident_id))

    def _of(self, incident_id: str) -> Incident:
        return self.incidents.setdefault(incident_id, Incident(incident_id))

    def _see_pool(self, event: Event) -> None:
        match event:
            case InteractionMoved() as moved:
                self._moved(moved)
            case InteractionParked(incident_id=str(incident_id)) as parked:
                trip = self._trip(incident_id, parked)
                trip.returned = False
                self._count(incident_id, parked.pool, "parked", parked.moves)
            case _:
                pass  # of no incident

    def _moved(self, moved: InteractionMoved) -> None:
        trip, incident = self._trip(moved.incident_id, moved), self._of(moved.incident_id)
        trip.returned = moved.direction == "back"
        if trip.returned:
            incident.last_returned_ms = max(incident.last_returned_ms or 0, moved.at_ms)
            self._count(moved.incident_id, moved.pool, "returned", moved.moves)
        else:
            trip.moved = True
            incident.backups[moved.to_channel] += 1
            self._count(moved.incident_id, moved.pool, "moved", moved.moves)

    def _trip(self, incident_id: str, fact: InteractionMoved | InteractionParked) -> Trip:
        trips, key = self._of(incident_id).trips, fact.interaction_id
        trip = trips.setdefault(key, Trip(key, fact.pool))
        trip.pool = fact.pool
        return trip

    def _count(self, incident_id: str, pool: str, what: str, told: MoveCounts | None) -> None:
        incident = self._of(incident_id)
        incident.seen_counts.setdefault(pool, Counter())[what] += 1
        if told is not None:
            incident.told_counts[pool] = told

    def _see_system(self, event: Event) -> None:
        match event:
            case ChannelHealthChanged(health="suspect") as changed:
                self._suspected[changed.channel] = changed
            case ChannelHealthChanged(health="healthy") as changed:
                self._suspected.pop(changed.channel, None)
            case IncidentOpened() as opened:
                incident = self._of(opened.incident_id)
                incident.opened = opened
                incident.suspected = self._suspected.get(opened.channel)
                incident.promises.append(Promise(opened.next_update_at_ms))
            case IncidentUpdated() as updated:
                promises = self._kept(
                    updated.incident_id, updated.at_ms, automatic=updated.automatic
                )
                promises.append(Promise(updated.next_update_at_ms))
            case IncidentResolved() as resolved:
                by_probe = resolved.resolved_by == "probe"
                self._kept(resolved.incident_id, resolved.at_ms, automatic=by_probe)
                self._of(resolved.incident_id).resolved = resolved
            case _:
                pass  # copies of what the pools' logs tell, and evidence

    def _kept(self, incident_id: str, at_ms: int, *, automatic: bool) -> list[Promise]:
        """Whatever is told keeps the last promise; what comes before its time does, too."""
        promises = self._of(incident_id).promises
        if promises and promises[-1].told_ms is None:
            promises[-1].told_ms, promises[-1].automatic = at_ms, automatic
        return promises
