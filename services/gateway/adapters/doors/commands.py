"""A command's way: into the log, then wait for the fact that answers it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.responses import Response

from services.gateway.adapters.answers import Answer, Asked
from services.gateway.adapters.doors.door import Call, Desk, canonical_body, digest
from services.gateway.adapters.problems import MEDIA_TYPE, Problem
from services.gateway.adapters.view.outcomes import Outcome
from shared.contracts.event import Command, Event
from shared.contracts.topics import POOL_LOG
from shared.log import AppendError

REPEATED = "Idempotency-Replayed"  # header of an answer that was given before
About = Callable[[], dict[str, Any]]  # what the answer tells of the thing, read when it is made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    topic: str  # of the service that decides on it; its facts are awaited there
    key: str
    also: Sequence[tuple[str, str]]
    wait: bool


async def submit(
    call: Call,
    event: Command,
    *,
    about: About,
    topic: str = POOL_LOG,
    key: str | None = None,
    also: Sequence[tuple[str, str]] = (),
    wait: bool = True,
) -> Response:
    """Append the event to its log (and `also`, topic and key) and answer.

    `key`: under which its log holds it; None: its pool.

    200 with the facts that followed, the status of a rejection, or 202 when the answer takes
    longer than `answer_wait_s`, or the sender prefers not to wait.
    """
    way = _Way(topic=topic, key=event.pool if key is None else key, also=also, wait=wait)
    if call.idempotency_key is None:
        return _response(await _perform(call, event, about, way, asked=None))
    asked = call.desk.answers.ask(event.event_id, _fingerprint(call), time.monotonic())
    async with asked.lock:
        repeated = asked.answer is not None
        answer = asked.answer or await _perform(call, event, about, way, asked=asked)
        if answer.status != 202:  # not the last word: who asks again may learn more
            asked.answer = answer
    return _response(answer, repeated=repeated)


async def _perform(
    call: Call, event: Command, about: About, way: _Way, *, asked: Asked | None
) -> Answer:
    desk = call.desk
    outcomes = desk.view.outcomes[way.topic]
    told = outcomes.expect(event.event_id)  # before the append: the fact may be quick
    try:
        known = told.done() or (asked is not None and asked.appended)
        if not known:
            await append(desk, event, [(way.topic, way.key), *way.also])
            if asked is not None:
                asked.appended = True
        if not way.wait:
            return _answer(200, event, about, Outcome())
        if "respond-async" in call.headers.get("prefer", ""):
            return _answer(202, event, about, Outcome())
        if not told.done():
            await asyncio.wait((told,), timeout=desk.settings.answer_wait_s)
        if not told.done():
            return _answer(202, event, about, Outcome())
        return _answer(200, event, about, told.result())
    finally:
        outcomes.forget(event.event_id)


async def append(desk: Desk, event: Event, targets: Sequence[tuple[str, str]]) -> None:
    """Into these logs (topic and key), confirmed.

    Raises:
        Problem: 503, it was not confirmed.
    """
    try:
        await asyncio.gather(*(desk.appender.append(topic, key, event) for topic, key in targets))
    except AppendError as error:
        raise Problem(
            503,
            "log_unavailable",
            f"The log did not confirm: {error}. It may have been taken all the same; repeat the "
            "request with the same Idempotency-Key.",
            headers={"Retry-After": "1"},
        ) from None


def _answer(status: int, event: Command, about: About, outcome: Outcome) -> Answer:
    problem = problem_of(outcome, event.event_id)
    if problem is not None:
        return Answer(status=problem.status, body=problem.body(), problem=True)
    told = {"event_id": event.event_id} | about() | {"facts": outcome.facts}
    return Answer(status=status, body=msgspec.json.encode(told))


def problem_of(outcome: Outcome, event_id: str) -> Problem | None:
    """Why it was not followed; None if it was."""
    rejected = outcome.rejected
    if rejected is not None:
        fits = rejected.status if 400 <= rejected.status <= 599 else 409
        return Problem(
            fits, rejected.code, rejected.message, field=rejected.field, event_id=event_id
        )
    if "event_skipped" in outcome.facts:
        return Problem(
            500,
            "event_skipped",
            "A service failed on this event and put it aside; an operator can try it again.",
            event_id=event_id,
        )
    return None


def _response(answer: Answer, *, repeated: bool = False) -> Response:
    return Response(
        answer.body,
        status_code=answer.status,
        headers={REPEATED: "true"} if repeated else None,
        media_type=MEDIA_TYPE if answer.problem else "application/json",
    )


def _fingerprint(call: Call) -> str:
    path = "\n".join(f"{name}={value}" for name, value in sorted(call.path.items()))
    return digest(f"{call.door.name}\n{path}\n".encode() + canonical_body(call.body))
