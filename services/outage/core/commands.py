"""What people say about incidents; it is followed at once, or refused with a remedy."""

from collections.abc import Iterator

from services.outage.core.health import evidence_against
from services.outage.core.incidents import News, Opening, begin, resolve, update
from services.outage.core.model import Incident
from services.outage.core.plan import SECOND_MS
from services.outage.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.outage import (
    Evidence,
    IncidentDeclared,
    IncidentResolveRequested,
    IncidentUpdatePosted,
)
from shared.contracts.system import EventRejected


def declared(turn: Turn, event: IncidentDeclared) -> Iterator[Event]:
    refusal = _refusal(turn, event)
    if refusal is not None:
        yield refusal
        return
    said = Evidence(signal="person", at_ms=turn.now, detail=event.actor)
    known, watch = turn.state.channel(event.channel), turn.plan.watched(event.channel)
    opening = Opening(
        channel=event.channel,
        pools=tuple(sorted(set(event.pools))) or turn.plan.pools_with(event.channel),
        opened_by="person",
        severity=event.severity,
        evidence=(said, *evidence_against(known, watch, turn.now)),
        promise_ms=_promise_ms(event.next_update_s) or turn.plan.promise_ms(event.severity),
        title=event.title,
        message=event.message,
    )
    yield from begin(turn, opening)


def update_posted(turn: Turn, event: IncidentUpdatePosted) -> Iterator[Event]:
    found = _find(turn, event)
    if isinstance(found, EventRejected):
        yield found
        return
    news = News(
        status=event.status,
        severity=event.severity,
        message=event.message,
        promise_ms=_promise_ms(event.next_update_s),
    )
    yield from update(turn, found, news, automatic=False)


def resolve_requested(turn: Turn, event: IncidentResolveRequested) -> Iterator[Event]:
    found = _find(turn, event)
    if isinstance(found, EventRejected):
        yield found
    else:
        said = Evidence(signal="person", at_ms=turn.now, detail=event.actor)
        yield from resolve(turn, found, "person", event.message, (said,))


def _promise_ms(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * SECOND_MS


def _refusal(turn: Turn, event: IncidentDeclared) -> EventRejected | None:
    if turn.state.plan is None:
        return turn.rejected(
            event,
            code="not_configured",
            field="channel",
            message="No configuration of outages was applied yet, so nobody knows which pools to "
            "move or whom to tell. Run `switchyard config apply`, then declare again.",
        )
    if not turn.plan.knows(event.channel):
        return turn.rejected(
            event,
            code="unknown_channel",
            field="channel",
            message=f"No pool has the channel {event.channel}, and nothing watches it. "
            "Check the channel, or add it to a pool.",
            status=404,
        )
    if (incident := turn.state.open_incident(event.channel)) is not None:
        return turn.rejected(
            event,
            code="incident_open",
            field="channel",
            message=f"Incident {incident.id} about {event.channel} is open, in "
            f"{', '.join(sorted(incident.pools))}. Post an update to it, or resolve it first.",
        )
    return _refusal_of_pools(turn, event)


def _refusal_of_pools(turn: Turn, event: IncidentDeclared) -> EventRejected | None:
    known, having = turn.plan.document.pools, turn.plan.pools_with(event.channel)
    for pool in event.pools:
        if pool not in known:
            return turn.rejected(
                event,
                code="unknown_pool",
                field="pools",
                message=f"Pool {pool!r} is not configured. Check its name.",
                status=404,
            )
        if pool not in having:
            return turn.rejected(
                event,
                code="channel_not_in_pool",
                field="pools",
                message=f"Pool {pool} does not have the channel {event.channel}; "
                f"these do: {', '.join(having) or 'none'}. Name those, or none for all of them.",
                status=422,
            )
    return None


def _find(
    turn: Turn, event: IncidentUpdatePosted | IncidentResolveRequested
) -> Incident | EventRejected:
    incident = turn.state.incidents.get(event.incident_id)
    if incident is None:
        return turn.rejected(
            event,
            code="unknown_incident",
            field="incident_id",
            message=f"Incident {event.incident_id} is not known: it never was, or ended long ago. "
            "`switchyard outage list` lists them.",
            status=404,
        )
    if incident.ended_at_ms is not None:
        return turn.rejected(
            event,
            code="incident_resolved",
            field="incident_id",
            message=f"Incident {incident.id} is resolved. "
            f"If {incident.channel} is down again, declare a new one.",
        )
    return incident
