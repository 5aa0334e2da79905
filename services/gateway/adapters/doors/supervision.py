"""A supervisor steps in, at once and fenced; who and why stay in the log."""

from datetime import datetime

from starlette.responses import Response

from services.gateway.adapters.doors import supervision_bodies as bodies
from services.gateway.adapters.doors.agents_acting import must_know, pool_of_agent
from services.gateway.adapters.doors.bodies import MONTH_S, PoolQuery
from services.gateway.adapters.doors.commands import submit
from services.gateway.adapters.doors.door import Call
from services.gateway.adapters.doors.interactions import head, place_of
from services.gateway.adapters.doors.reasons import needs_reason, steps_in
from services.gateway.adapters.doors.shown import placed, presence_of
from services.gateway.adapters.problems import Problem
from shared.contracts.agents import AgentSkillsRequested, PresenceReported
from shared.contracts.event import Command
from shared.contracts.interactions import (
    AssignRequested,
    CallbackRequested,
    ChangeRequested,
    RequeueRequested,
)


async def change(call: Call) -> Response:
    body = call.body
    assert isinstance(body, bodies.Change)
    pool = _step_in(call, body.reason)
    event = ChangeRequested(
        **head(call, pool, body.reason),
        interaction_id=call.path["interaction_id"],
        priority=body.priority,
        queue=body.queue,
        language=body.language,
        other_languages=body.other_languages,
        skills=None if body.skills is None else tuple(need.needed() for need in body.skills),
        reapply=body.reapply,
    )
    return await _submit(call, event)


async def assign(call: Call) -> Response:
    body = call.body
    assert isinstance(body, bodies.Assign)
    pool = _step_in(call, body.reason)
    must_know(call, pool, body.agent_id)
    event = AssignRequested(
        **head(call, pool, body.reason),
        interaction_id=call.path["interaction_id"],
        agent_id=body.agent_id,
    )
    return await _submit(call, event)


async def requeue(call: Call) -> Response:
    body = call.given(bodies.StepIn)
    pool = _step_in(call, body.reason)
    event = RequeueRequested(
        **head(call, pool, body.reason), interaction_id=call.path["interaction_id"]
    )
    return await _submit(call, event)


async def callback(call: Call) -> Response:
    """Asked for by the customer, through his connector, or by a supervisor for him."""
    body = call.given(bodies.Callback)
    pool, _ = place_of(call, call.path["interaction_id"])
    needs_reason(call, body.reason)
    event = CallbackRequested(
        **head(call, pool, body.reason),
        interaction_id=call.path["interaction_id"],
        not_before_ms=_agreed(call, body.not_before),
    )
    return await _submit(call, event)


async def sign_out(call: Call) -> Response:
    body = call.given(bodies.SignOut)
    agent_id, pool = _agent(call, body.reason)
    event = PresenceReported(
        **head(call, pool, body.reason),
        agent_id=agent_id,
        status="offline",
        after_work=body.after_work,
        requeue_work=body.requeue_work,
    )
    return await submit(call, event, about=lambda: presence_of(call.desk.view, pool, agent_id))


async def abilities(call: Call) -> Response:
    body = call.body
    assert isinstance(body, bodies.Abilities)
    agent_id, pool = _agent(call, body.reason)
    event = AgentSkillsRequested(
        **head(call, pool, body.reason),
        agent_id=agent_id,
        skills=body.skills,
        languages=body.languages,
    )
    return await submit(call, event, about=lambda: presence_of(call.desk.view, pool, agent_id))


def _step_in(call: Call, reason: str | None) -> str:
    """The pool that the interaction is in now, entered; whoever steps in says why."""
    pool, _ = place_of(call, call.path["interaction_id"])
    steps_in(call, reason)
    return pool


def _agent(call: Call, reason: str | None) -> tuple[str, str]:
    """(agent, pool) of the path."""
    agent_id = call.path["agent_id"]
    pool = pool_of_agent(call, agent_id, call.asked(PoolQuery).pool)
    steps_in(call, reason)
    return agent_id, pool


def _agreed(call: Call, not_before: datetime | None) -> int | None:
    """In milliseconds; a time that has passed is as good as none."""
    if not_before is None:
        return None
    at_ms = int(not_before.timestamp() * 1000)
    if at_ms > call.desk.clock.now_ms() + MONTH_S * 1000:
        raise Problem(
            422,
            "too_far_ahead",
            "`not_before` is more than 31 days ahead. Agree on an earlier time, or close it and "
            "send a new contact then.",
            field="not_before",
        )
    return max(0, at_ms)


async def _submit(call: Call, event: Command) -> Response:
    interaction_id = call.path["interaction_id"]
    return await submit(call, event, about=lambda: placed(call.desk.view, interaction_id))
