"""Who was told, and who was not; and what a connector of one's own tells of a message."""

from heapq import nsmallest
from typing import Any

from starlette.responses import Response

from services.gateway.adapters.doors import notification_bodies as bodies
from services.gateway.adapters.doors import shown_notifications
from services.gateway.adapters.doors.commands import append
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.doors.outages import pools_of
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.told import UNDELIVERED, Telling, Told
from shared.contracts.configuration import INSTALLATION
from shared.contracts.notification import DeliveryReported
from shared.contracts.topics import PEOPLE_LOG


async def notifications(call: Call) -> Response:
    """In the order in which they were opened. A digest is not listed; what it carries is."""
    query = call.asked(bodies.NotificationsQuery)
    mine = pools_of(call, query.pool)
    fitting = (
        it
        for it in call.desk.view.ledger.found(
            incident=query.incident,
            escalation=query.escalation,
            person=query.person,
            states=_states(query),
        )
        if it.number > query.cursor
        and it.about != "digest"
        and shown_notifications.touches(it, mine)
    )
    found = nsmallest(query.limit + 1, fitting, key=lambda it: it.number)
    page = found[: query.limit]
    return told(
        200,
        {
            "now_ms": call.desk.clock.now_ms(),
            "notifications": [shown_notifications.telling(it, mine) for it in page],
            "next_cursor": page[-1].number if len(found) > query.limit else None,
        },
    )


async def notification(call: Call) -> Response:
    """Its whole story: tries, outcomes, hops, holds."""
    known = known_telling(call, call.path["notification_id"])
    mine = pools_of(call, None)
    return told(
        200,
        shown_notifications.telling(known, mine)
        | {"now_ms": call.desk.clock.now_ms()}
        | shown_notifications.story(known, mine),
    )


async def receipt(call: Call) -> Response:
    """Goes to the ledger of the person; told twice it is one, and an older one changes nothing."""
    body = call.body
    assert isinstance(body, bodies.OwnReceipt)
    known = known_telling(call, body.notification_id)
    event = DeliveryReported(
        event_id=f"{body.notification_id}/receipt/{body.provider_id}/{body.status}",
        pool=pool_of(known),
        at_ms=call.desk.clock.now_ms(),
        by="gateway",
        notification_id=body.notification_id,
        person=known.person,
        status=body.status,
        detail=body.detail,
        provider_id=body.provider_id,
    )
    await append(call.desk, event, [(PEOPLE_LOG, known.person)])
    return told(202, {"event_id": event.event_id} | state_of(call, body.notification_id))


def known_telling(call: Call, notification_id: str) -> Telling:
    """By the id of any of its rows, if it is of the key's pools.

    Raises:
        Problem: 404, also where it is of other pools: its id would tell of their customers.
    """
    known = call.desk.view.ledger.of_row(notification_id)
    if known is None or not shown_notifications.touches(known, pools_of(call, None)):
        raise Problem(
            404,
            "unknown_notification",
            "No notification of this id is known here: it never was, or it ended long ago. "
            "Look in /v1/notifications, or with `switchyard notifications`.",
            field="notification_id",
        )
    return known


def state_of(call: Call, notification_id: str) -> dict[str, Any]:
    known = call.desk.view.ledger.of_row(notification_id)
    return {
        "notification_id": notification_id,
        "person": known.person if known is not None else None,
        "state": known.state if known is not None else None,
    }


def pool_of(known: Telling) -> str:
    """What stands as pool in an event about it."""
    return known.pools[0] if known.pools else INSTALLATION


def _states(query: bodies.NotificationsQuery) -> tuple[Told, ...] | None:
    if query.state is None:
        return UNDELIVERED if query.undelivered else None
    return () if query.undelivered and query.state not in UNDELIVERED else (query.state,)
