"""Dead letters are sent again by hand: one, or all that fit and that nothing got through for."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.responses import Response

from services.gateway.adapters.doors import notification_bodies as bodies
from services.gateway.adapters.doors.commands import submit
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.doors.interactions import head
from services.gateway.adapters.doors.notifications import known_telling, pool_of, state_of
from services.gateway.adapters.doors.outages import pools_of
from services.gateway.adapters.doors.reasons import steps_in
from services.gateway.adapters.doors.shown_notifications import touches
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.redrives import MOST
from services.gateway.adapters.view.told import Row, Telling
from shared.contracts.notification import RedriveRequested
from shared.contracts.topics import PEOPLE_LOG
from shared.log import AppendError

LeftOut = Literal[
    "told",  # another way got through since
    "still_open",  # it is still tried by its schedule
    "superseded",  # newer news, an acknowledgement or a recall made it worthless
    "may_have_arrived",  # it would perhaps be said twice; ask for it with `end` unknown
    "taken_by_provider",  # who took it and lost it; the ledger does not hand it over again
    "over_the_limit",  # ask again for the rest
]
_CAME_TO_NOTHING = frozenset({"dead_lettered", "expired", "unknown"})
_LOOKED_AT_ONCE = 2_000  # then the other doors have their turn


@dataclass(slots=True)
class _Chosen:
    rows: list[tuple[Telling, Row]] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)


async def redrive(call: Call) -> Response:
    """One try, whatever the view thinks of it: the notifier says whether it is of use."""
    notification_id, body = call.path["notification_id"], call.given(bodies.Redrive)
    known = known_telling(call, notification_id)
    steps_in(call, body.reason)
    event = RedriveRequested(
        **head(call, pool_of(known), body.reason),
        notification_id=notification_id,
        person=known.person,
    )
    return await submit(
        call,
        event,
        topic=PEOPLE_LOG,
        key=known.person,
        about=lambda: state_of(call, notification_id),
    )


async def redrive_many(call: Call) -> Response:
    """What is chosen goes into the log a hundred at a time; a dry run only counts."""
    body = call.given(bodies.RedriveMany)
    if not body.dry_run:
        steps_in(call, body.reason)
    chosen = await _choose(call, body)
    if not body.dry_run and chosen.rows:
        await _begin(call, body, chosen)
    return told(200 if body.dry_run or not chosen.rows else 202, _answer(call, body, chosen))


async def _choose(call: Call, body: bodies.RedriveMany) -> _Chosen:
    mine = pools_of(call, None)
    found = call.desk.view.ledger.found(
        incident=body.incident, escalation=body.escalation, person=body.person
    )
    chosen = _Chosen()
    for number, known in enumerate(sorted(found, key=lambda it: it.number)):
        if number % _LOOKED_AT_ONCE == _LOOKED_AT_ONCE - 1:
            await asyncio.sleep(0)
        if known.about == "digest" or not touches(known, mine):
            continue
        rows = [row for row in known.rows.values() if _is_meant(row, body)]
        if not rows:
            continue
        reason = _left_out(known, rows, body)
        if reason is None and len(chosen.rows) >= MOST:
            reason = "over_the_limit"
        if reason is None:
            chosen.rows.append((known, min(_sendable(rows), key=lambda row: row.hop)))
        else:
            chosen.left_out[reason] += 1
    return chosen


def _is_meant(row: Row, body: bodies.RedriveMany) -> bool:
    """Whether it ended as asked, when asked, by the method asked."""
    if row.ended_at_ms is None or not (row.undelivered or row.end in _CAME_TO_NOTHING):
        return False
    if body.end is not None and row.end != body.end:
        return False
    if body.method is not None and row.method != body.method:
        return False
    since_ms, until_ms = body.since_ms or 0, body.until_ms
    return since_ms <= row.ended_at_ms and (until_ms is None or row.ended_at_ms < until_ms)


def _left_out(known: Telling, rows: Iterable[Row], body: bodies.RedriveMany) -> LeftOut | None:
    """Why it is not sent again; None: it is."""
    match known.state:
        case "told" | "superseded":
            return known.state
        case "unsure" if not known.open and (body.end != "unknown" or known.to_customer):
            return "may_have_arrived"  # a customer is never told twice
        case _ if known.open:
            return "still_open"
        case _:
            return None if _sendable(rows) else "taken_by_provider"


def _sendable(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.end in _CAME_TO_NOTHING]


async def _begin(call: Call, body: bodies.RedriveMany, chosen: _Chosen) -> None:
    redrives = call.desk.redrives
    if redrives.waiting:
        raise Problem(
            409,
            "redrive_under_way",
            f"{redrives.waiting} of an earlier request are still to go. Wait until they are done.",
            headers={"Retry-After": "10"},
        )
    try:
        await redrives.begin(_events(call, body, chosen))
    except AppendError as error:
        raise Problem(
            503,
            "log_unavailable",
            f"The log did not confirm: {error}. Some may have been taken; ask again, those are "
            "left out then.",
            headers={"Retry-After": "1"},
        ) from None


def _events(call: Call, body: bodies.RedriveMany, chosen: _Chosen) -> list[RedriveRequested]:
    """Each has an id of its own, the same again where the request is repeated."""
    events = []
    first_id = call.event_id("")
    for known, row in chosen.rows:
        common = head(call, pool_of(known), body.reason)
        common["event_id"] = f"{first_id}/{row.id}"
        events.append(RedriveRequested(**common, notification_id=row.id, person=known.person))
    return events


def _answer(call: Call, body: bodies.RedriveMany, chosen: _Chosen) -> dict[str, Any]:
    number = len(chosen.rows)
    return {
        "dry_run": body.dry_run,
        "matched": number + chosen.left_out.total(),
        "chosen": number,
        "left_out": dict(sorted(chosen.left_out.items())),
        "takes_s": call.desk.redrives.lasts_s(number),
        "notification_ids": [row.id for _, row in chosen.rows],
    }
