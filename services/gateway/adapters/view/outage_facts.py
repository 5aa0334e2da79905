"""What system-log tells: commands about incidents, what came of them, moves, notices."""

from collections import OrderedDict

from services.gateway.adapters.view.incidents import ChannelState, Incident, NoticeCount
from shared.contracts import outage as o
from shared.contracts.event import Event
from shared.contracts.routing import InteractionMoved, InteractionParked, MoveCounts
from shared.contracts.system import EventRejected, EventSkipped
from shared.contracts.words import Channel

RESOLVED_KEPT = 1_000  # incidents
COMMANDS_KEPT = 1_000  # of which nobody has told yet what came of them
EARLY_KEPT = 100  # incidents of which a fact came before their opening, or long after their end
EARLY_FACTS = 20  # of each

IncidentCommand = o.IncidentDeclared | o.IncidentUpdatePosted | o.IncidentResolveRequested


class Outages:
    """Channels and incidents; resolved incidents are kept up to a bound."""

    def __init__(self) -> None:
        self.channels: dict[Channel, ChannelState] = {}
        self.incidents: dict[str, Incident] = {}  # in the order in which they were opened
        self.open: dict[str, Incident] = {}
        self._resolved: OrderedDict[str, None] = OrderedDict()
        self._commands: OrderedDict[str, bytes] = OrderedDict()
        self._opened_by: dict[str, str] = {}  # the command's event_id to the incident
        self._early: OrderedDict[str, list[bytes]] = OrderedDict()

    def opened_by(self, event_id: str) -> Incident | None:
        """The incident that this declaration opened."""
        return self.incidents.get(self._opened_by.get(event_id, ""))

    def of_channel(self, channel: Channel) -> ChannelState:
        found = self.channels.get(channel)
        if found is None:
            found = self.channels[channel] = ChannelState(channel=channel)
        return found

    def follow(self, event: Event, value: bytes) -> None:
        """Take in one event of system-log; what is older than what is known changes nothing."""
        match event:
            case o.IncidentDeclared() | o.IncidentUpdatePosted() | o.IncidentResolveRequested():
                self._commands[event.event_id] = value
                if len(self._commands) > COMMANDS_KEPT:
                    self._commands.popitem(last=False)
            case EventRejected() | EventSkipped():
                self._commands.pop(event.cause or "", None)
            case o.ChannelHealthChanged():
                self._health(event)
                self._note(event.incident_id, event, value)
            case o.ChannelFailedOver() | o.ChannelRestored():
                self._switched(event)
                self._note(event.incident_id, event, value)
            case o.IncidentOpened():
                self._opened(event)
                self._note(event.incident_id, event, value)
            case o.IncidentUpdated():
                self._updated(event)
                self._note(event.incident_id, event, value)
            case o.IncidentResolved():
                self._note(event.incident_id, event, value)
                self._resolve(event)
            case o.NoticeRequested():
                self._asked_to_tell(event)
            case InteractionMoved() | InteractionParked():
                self._counted(event)
            case _:
                pass  # configuration, ticks, evidence: nothing to show

    def _note(self, incident_id: str | None, fact: Event, value: bytes) -> None:
        """The fact belongs to the incident's story, and so does the command that led to it."""
        if incident_id is None:
            return
        known = self.incidents.get(incident_id)
        if known is None:
            early = self._early.setdefault(incident_id, [])
            del early[EARLY_FACTS - 1 :]
            early.append(value)
            if len(self._early) > EARLY_KEPT:
                self._early.popitem(last=False)
            return
        command = self._commands.pop(fact.cause or "", None)
        for told in (command, *self._early.pop(incident_id, ()), value):
            if told is not None:
                known.story.add(told)
        known.changed_at_ms = fact.at_ms

    def _health(self, fact: o.ChannelHealthChanged) -> None:
        known = self.of_channel(fact.channel)
        if fact.number <= known.number:
            return
        known.number, known.health, known.since_ms = fact.number, fact.health, fact.at_ms
        known.evidence = fact.evidence
        known.incident_id = None if fact.health == "healthy" else fact.incident_id

    def _switched(self, fact: o.ChannelFailedOver | o.ChannelRestored) -> None:
        known = self.of_channel(fact.channel)
        if fact.epoch <= known.epochs.get(fact.pool, -1):
            return
        known.epochs[fact.pool] = fact.epoch
        if isinstance(fact, o.ChannelFailedOver):
            known.down[fact.pool] = fact.incident_id
            incident = self.open.get(fact.incident_id)
            if incident is not None and fact.pool not in incident.pools:
                incident.pools += (fact.pool,)  # it got the channel while that was down
        else:
            known.down.pop(fact.pool, None)

    def _opened(self, fact: o.IncidentOpened) -> None:
        if fact.incident_id in self.incidents:
            return
        known = Incident(
            id=fact.incident_id,
            channel=fact.channel,
            pools=fact.pools,
            severity=fact.severity,
            title=fact.title,
            message=fact.message,
            opened_by=fact.opened_by,
            opened_at_ms=fact.at_ms,
            changed_at_ms=fact.at_ms,
            next_update_at_ms=fact.next_update_at_ms,
            evidence=fact.evidence,
        )
        self.incidents[known.id] = self.open[known.id] = known
        if fact.cause is not None:
            self._opened_by[fact.cause] = known.id
            if len(self._opened_by) > RESOLVED_KEPT:
                del self._opened_by[next(iter(self._opened_by))]

    def _updated(self, fact: o.IncidentUpdated) -> None:
        known = self.open.get(fact.incident_id)
        if known is None:
            return
        known.status, known.severity = fact.status, fact.severity
        known.message = fact.message or known.message
        known.next_update_at_ms = fact.next_update_at_ms

    def _resolve(self, fact: o.IncidentResolved) -> None:
        known = self.open.pop(fact.incident_id, None)
        if known is None:
            return
        known.status, known.next_update_at_ms = "resolved", None
        known.resolved_at_ms, known.resolved_by = fact.at_ms, fact.resolved_by
        known.message = fact.message or known.message
        self._resolved[known.id] = None
        if len(self._resolved) > RESOLVED_KEPT:
            del self.incidents[self._resolved.popitem(last=False)[0]]

    def _asked_to_tell(self, fact: o.NoticeRequested) -> None:
        known = self.incidents.get(fact.incident_id)
        if known is None:
            return
        key = fact.sequence, fact.purpose, fact.audience
        count = known.notices.get(key)
        if count is None:
            count = known.notices[key] = NoticeCount(
                sequence=fact.sequence,
                purpose=fact.purpose,
                audience=fact.audience,
                requested_at_ms=fact.at_ms,
            )
        count.count += 1

    def _counted(self, fact: InteractionMoved | InteractionParked) -> None:
        """Running totals: the largest is right, whatever is heard twice or late."""
        known = self.incidents.get(fact.incident_id or "")
        if known is None or fact.moves is None:
            return
        before = known.moves.get(fact.pool, MoveCounts())
        known.moves[fact.pool] = MoveCounts(
            moved=max(before.moved, fact.moves.moved),
            parked=max(before.parked, fact.moves.parked),
            returned=max(before.returned, fact.moves.returned),
        )
