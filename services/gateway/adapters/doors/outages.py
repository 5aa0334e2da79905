"""Incidents: declared, told of and resolved by people; and how the channels are."""

from typing import Any

from starlette.responses import Response

from services.gateway.adapters.doors import bodies, shown_outages
from services.gateway.adapters.doors.commands import submit
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.doors.interactions import head
from services.gateway.adapters.keys import EVERY_POOL
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.incidents import Incident
from shared.contracts.configuration import INSTALLATION
from shared.contracts.outage import (
    IncidentDeclared,
    IncidentResolveRequested,
    IncidentUpdatePosted,
)
from shared.contracts.topics import SYSTEM_LOG
from shared.contracts.words import CHANNELS, Channel


async def declare(call: Call) -> Response:
    body = call.body
    assert isinstance(body, bodies.NewIncident)
    event = IncidentDeclared(
        **head(call, INSTALLATION, body.reason),
        channel=body.channel,
        pools=_pools(call, body),
        severity=body.severity,
        title=body.title,
        message=body.message,
        next_update_s=body.next_update_s,
    )

    def about() -> dict[str, Any]:
        found = call.desk.view.outages.opened_by(event.event_id)
        return {
            "incident_id": found.id if found is not None else None,
            "state": found.status if found is not None else None,
        }

    return await submit(call, event, topic=SYSTEM_LOG, about=about)


async def update(call: Call) -> Response:
    incident_id, body = _own(call), call.body
    assert isinstance(body, bodies.IncidentNews)
    event = IncidentUpdatePosted(
        **head(call, INSTALLATION, body.reason),
        incident_id=incident_id,
        status=body.status,
        severity=body.severity,
        message=body.message,
        next_update_s=body.next_update_s,
    )
    return await submit(
        call, event, topic=SYSTEM_LOG, about=lambda: shown_outages.state_of(call, incident_id)
    )


async def resolve(call: Call) -> Response:
    incident_id, body = _own(call), call.given(bodies.IncidentEnd)
    event = IncidentResolveRequested(
        **head(call, INSTALLATION, body.reason), incident_id=incident_id, message=body.message
    )
    return await submit(
        call, event, topic=SYSTEM_LOG, about=lambda: shown_outages.state_of(call, incident_id)
    )


async def incidents(call: Call) -> Response:
    """Open ones first, then the others, the newest first; those that touch the key's pools."""
    query = call.asked(bodies.IncidentsQuery)
    mine = pools_of(call, query.pool)
    outages = call.desk.view.outages
    found = [it for it in reversed(outages.incidents.values()) if shown_outages.touches(it, mine)]
    if query.state is not None:
        found = [it for it in found if it.open() == (query.state == "open")]
    found.sort(key=lambda it: not it.open())  # stable: each half stays newest first
    page = found[query.cursor : query.cursor + query.limit]
    end = query.cursor + query.limit
    return told(
        200,
        {
            "now_ms": call.desk.clock.now_ms(),
            "incidents": [shown_outages.incident(it, mine) for it in page],
            "next_cursor": end if end < len(found) else None,
        },
    )


async def incident(call: Call) -> Response:
    """What was seen, decided and told, and what moved: the whole story with its sum."""
    mine = pools_of(call, None)
    known = call.desk.view.outages.incidents.get(call.path["incident_id"])
    if known is None or not shown_outages.touches(known, mine):
        raise _unknown()
    return told(
        200,
        shown_outages.incident(known, mine)
        | {"now_ms": call.desk.clock.now_ms()}
        | shown_outages.story(known, mine),
    )


async def channels(call: Call) -> Response:
    """Every channel that a pool of this key has: its health, and where its contacts go."""
    pools = visible_pools(call, call.asked(bodies.PoolQuery).pool)
    there = {pool: call.enter(pool).document.channels for pool in pools}
    known = call.desk.view.outages.channels
    return told(
        200,
        {
            "now_ms": call.desk.clock.now_ms(),
            "channels": [
                shown_outages.channel(
                    channel,
                    known.get(channel),
                    {pool: has[channel].backups for pool, has in there.items() if channel in has},
                )
                for channel in CHANNELS
                if any(channel in has for has in there.values())
            ],
        },
    )


def visible_pools(call: Call, asked: str | None) -> list[str]:
    """The pool asked for, or all that the key may enter; only those whose document is here."""
    if asked is not None:
        call.enter(asked)
        return [asked]
    directory = call.desk.view.directory
    return [
        pool
        for pool in directory.pools()
        if call.key.may_enter(pool) and directory.entry(pool) is not None
    ]


def pools_of(call: Call, asked: str | None) -> frozenset[str] | None:
    """The pools whose part of an incident is shown; None: all of it."""
    if asked is not None:
        call.enter(asked)
        return frozenset({asked})
    return None if EVERY_POOL in call.key.pools else frozenset(call.key.pools)


def _pools(call: Call, body: bodies.NewIncident) -> tuple[str, ...]:
    """Those named; where none is, all, and for a key that is limited those of its own."""
    for pool in body.pools:
        call.enter(pool, field="pools")
    if body.pools or EVERY_POOL in call.key.pools:
        return body.pools
    return _own_pools_with(call, body.channel)


def _own_pools_with(call: Call, channel: Channel) -> tuple[str, ...]:
    own = tuple(
        pool for pool in visible_pools(call, None) if channel in call.enter(pool).document.channels
    )
    if not own:
        raise Problem(
            422,
            "channel_not_in_pools",
            f"No pool of key `{call.key.name}` has channel {channel}. Mend `channel`, or use a "
            "key for the pools that have it.",
            field="channel",
        )
    return own


def _own(call: Call) -> str:
    """The incident's id, if this key may speak for all of it.

    One that is not in the view is for the outage service to refuse; a key that is limited to
    pools cannot ask for it, for nobody could say that it is its own.
    """
    incident_id = call.path["incident_id"]
    if EVERY_POOL in call.key.pools:
        return incident_id
    known: Incident | None = call.desk.view.outages.incidents.get(incident_id)
    if known is None:
        raise _unknown()
    for pool in known.pools:
        call.enter(pool, field="incident_id")
    return incident_id


def _unknown() -> Problem:
    return Problem(
        404,
        "unknown_incident",
        "No incident of this id is known here: it never was, or it ended long ago. "
        "GET /v1/incidents lists them.",
        field="incident_id",
    )
