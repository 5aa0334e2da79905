"""Why an interaction is where it is, and how long it is likely to wait: asked of the router."""

import asyncio
import time
from typing import Any

import msgspec
from starlette.responses import Response

from services.gateway.adapters.doors.commands import append, problem_of
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.doors.interactions import head, place_of
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.questions import Question
from shared.contracts.interactions import ExplanationRequested
from shared.contracts.topics import POOL_LOG


async def explanation(call: Call) -> Response:
    """The fact interaction_explained as it was written; 202 where it takes longer than the hold."""
    question = await _asked(call)
    if question.explained is None:
        return _not_yet(call, question)
    return Response(question.explained, media_type="application/json")


async def position(call: Call) -> Response:
    """How many are before it, and how long it takes; null where the router does not know."""
    question = await _asked(call)
    if question.explained is None:
        return _not_yet(call, question)
    fact: dict[str, Any] = msgspec.json.decode(question.explained)
    told_of = ("interaction_id", "state", "queue", "ahead", "estimate", "at_ms")
    return told(200, {name: fact.get(name) for name in told_of})


async def _asked(call: Call) -> Question:
    """The question about this interaction that was put last, or a new one, perhaps answered."""
    interaction_id = call.path["interaction_id"]
    pool, known = place_of(call, interaction_id)
    if known is None:
        raise Problem(
            404,
            "unknown_interaction",
            "No interaction of this id is known here: it never came, or it ended long ago. "
            "Check the id; it begins with its pool: `<pool>:<id>`.",
            field="interaction_id",
        )
    questions = call.desk.questions
    question = questions.recent(interaction_id, time.monotonic())
    event: ExplanationRequested | None = None
    if question is None:
        event = ExplanationRequested(**head(call, pool, None), interaction_id=interaction_id)
        question = Question(event.event_id, time.monotonic())
        questions.put(interaction_id, question)
    if not question.answered:
        await _wait(call, question, event)
    refused = question.refused
    if refused is not None and (problem := problem_of(refused, question.event_id)) is not None:
        raise problem
    return question


async def _wait(call: Call, question: Question, event: ExplanationRequested | None) -> None:
    """Append the event, unless somebody has asked already; wait as long as a command does."""
    desk = call.desk
    outcomes = desk.view.outcomes[POOL_LOG]
    heard = outcomes.expect(question.event_id)  # before the append: the fact may be quick
    try:
        if event is not None:
            try:
                await append(desk, event, [(POOL_LOG, event.pool)])
            except Problem:
                desk.questions.drop(event.interaction_id)
                raise
        question.explained = desk.view.explained.answer(question.event_id)
        if question.answered:
            return
        if not heard.done():
            await asyncio.wait((heard,), timeout=desk.settings.answer_wait_s)
        question.explained = desk.view.explained.answer(question.event_id)
        if heard.done() and question.explained is None:
            question.refused = heard.result()
    finally:
        outcomes.forget(question.event_id)


def _not_yet(call: Call, question: Question) -> Response:
    interaction_id = call.path["interaction_id"]
    return told(202, {"event_id": question.event_id, "interaction_id": interaction_id})
