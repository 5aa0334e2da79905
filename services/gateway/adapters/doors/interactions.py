"""What is done to an interaction that exists: messages, replies, abandon, transfer, close."""

from typing import TypedDict

from starlette.responses import Response

from services.gateway.adapters.doors import bodies
from services.gateway.adapters.doors.agents_acting import (
    acting_agent,
    must_be_own_work,
    must_know,
)
from services.gateway.adapters.doors.commands import submit
from services.gateway.adapters.doors.door import Call
from services.gateway.adapters.doors.intake import not_from_the_future
from services.gateway.adapters.doors.reasons import needs_reason
from services.gateway.adapters.doors.shown import state_of
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.model import Interaction
from shared.contracts.agents import WrapUpEnded
from shared.contracts.event import Command
from shared.contracts.interactions import (
    AgentReplied,
    CloseRequested,
    CustomerAbandoned,
    CustomerMessaged,
    Personal,
    TransferRequested,
)


class _Head(TypedDict):
    event_id: str
    pool: str
    at_ms: int
    by: str
    actor: str
    reason: str | None


def head(call: Call, pool: str, reason: str | None) -> _Head:
    """The fields that every command has."""
    return {
        "event_id": call.event_id(pool),
        "pool": pool,
        "at_ms": call.desk.clock.now_ms(),
        "by": "gateway",
        "actor": call.key.actor,
        "reason": reason,
    }


def place_of(call: Call, interaction_id: str) -> tuple[str, Interaction | None]:
    """The pool that an interaction is in now, entered. An unknown one is the router's to refuse."""
    known = call.desk.view.interaction(interaction_id)
    birth_pool, colon, local = interaction_id.partition(":")
    if known is None and not (colon and local):
        raise Problem(
            404,
            "unknown_interaction",
            "The id of an interaction begins with its pool: `<pool>:<id>`.",
            field="interaction_id",
        )
    pool = known.pool if known is not None else birth_pool
    call.enter(pool, field="interaction_id")
    return pool, known


async def message(call: Call) -> Response:
    interaction_id = call.path["interaction_id"]
    body = call.given(bodies.CustomerMessage)
    pool, _ = place_of(call, interaction_id)
    not_from_the_future(call, body.occurred_at)
    event = CustomerMessaged(
        **head(call, pool, body.reason),
        interaction_id=interaction_id,
        occurred_at=body.occurred_at,
        personal=Personal.model_construct(**body.personal.model_dump()),
    )
    return await submit_about(call, event, interaction_id)


async def reply(call: Call) -> Response:
    interaction_id = call.path["interaction_id"]
    body = call.given(bodies.Reply)
    pool, known = place_of(call, interaction_id)
    event = AgentReplied(
        **head(call, pool, body.reason),
        interaction_id=interaction_id,
        agent_id=acting_agent(call, pool, body.agent_id, holds=known.agent_id if known else None),
        personal=Personal.model_construct(**body.personal.model_dump()),
    )
    return await submit_about(call, event, interaction_id)


async def abandon(call: Call) -> Response:
    interaction_id = call.path["interaction_id"]
    pool, _ = place_of(call, interaction_id)
    event = CustomerAbandoned(
        **head(call, pool, call.given(bodies.Abandon).reason), interaction_id=interaction_id
    )
    return await submit_about(call, event, interaction_id)


async def transfer(call: Call) -> Response:
    interaction_id = call.path["interaction_id"]
    body = call.body
    assert isinstance(body, bodies.Transfer)
    pool, known = place_of(call, interaction_id)
    needs_reason(call, body.reason)
    must_be_own_work(call, pool, known)
    if body.to_agent is not None:
        must_know(call, pool, body.to_agent, field="to_agent")
    if body.to_pool is not None and call.desk.view.directory.entry(body.to_pool) is None:
        raise Problem(
            404,
            "unknown_pool",
            "There is no pool of the name in `to_pool`.",
            field="to_pool",
        )
    event = TransferRequested(
        **head(call, pool, body.reason),
        interaction_id=interaction_id,
        to_pool=body.to_pool,
        to_queue=body.to_queue,
        to_agent=body.to_agent,
        consult=body.consult,
        restart=body.restart,
    )
    return await submit_about(call, event, interaction_id)


async def close(call: Call) -> Response:
    interaction_id = call.path["interaction_id"]
    body = call.given(bodies.Close)
    pool, known = place_of(call, interaction_id)
    needs_reason(call, body.reason)
    agent_id = body.agent_id
    if call.key.role == "agent" or agent_id is not None:
        agent_id = acting_agent(call, pool, agent_id, holds=known.agent_id if known else None)
    event = CloseRequested(
        **head(call, pool, body.reason),
        interaction_id=interaction_id,
        agent_id=agent_id,
        outcome=body.outcome,
    )
    return await submit_about(call, event, interaction_id)


async def end_wrap_up(call: Call) -> Response:
    interaction_id = call.path["interaction_id"]
    body = call.given(bodies.AgentAction)
    pool, known = place_of(call, interaction_id)
    event = WrapUpEnded(
        **head(call, pool, body.reason),
        interaction_id=interaction_id,
        agent_id=acting_agent(call, pool, body.agent_id, holds=known.agent_id if known else None),
    )
    return await submit_about(call, event, interaction_id)


async def submit_about(call: Call, event: Command, interaction_id: str) -> Response:
    return await submit(call, event, about=lambda: state_of(call.desk.view, interaction_id))
