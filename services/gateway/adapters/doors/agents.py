"""What agents say: that they are there, and yes or no to offers."""

from typing import Literal

from starlette.responses import Response

from services.gateway.adapters.doors import bodies
from services.gateway.adapters.doors.agents_acting import acting_agent, pool_of_agent
from services.gateway.adapters.doors.commands import submit
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.doors.interactions import head, place_of
from services.gateway.adapters.doors.reasons import needs_reason
from services.gateway.adapters.doors.shown import presence_of, state_of
from services.gateway.adapters.problems import Problem
from shared.contracts.agents import OfferAnswered, PresenceReported

_SHOWN = 20  # unknown agents named in one answer


async def presence(call: Call) -> Response:
    agent_id = call.path["agent_id"]
    body = call.given(bodies.Presence)
    pool = pool_of_agent(call, agent_id, call.asked(bodies.PoolQuery).pool)
    if body.status != "offline":
        call.desk.heartbeats.heard(pool, (agent_id,))
    if body.status is None:
        # 202: it is told with the others' heartbeats, within a second.
        return told(202, presence_of(call.desk.view, pool, agent_id))
    needs_reason(call, body.reason)
    event = PresenceReported(
        **head(call, pool, body.reason),
        agent_id=agent_id,
        status=body.status,
        note=body.note,
        after_work=body.after_work,
        requeue_work=body.requeue_work,
    )
    # A status that is so already changes nothing, and there is no fact to wait for.
    before = presence_of(call.desk.view, pool, agent_id)
    same = before == {"agent_id": agent_id, "state": body.status}
    return await submit(
        call,
        event,
        about=lambda: presence_of(call.desk.view, pool, agent_id),
        wait=not same or body.after_work or body.requeue_work,
    )


async def heartbeats(call: Call) -> Response:
    """Many agents at once, from a telephone or workforce system that knows who is there."""
    pool = call.path["pool"]
    body = call.body
    assert isinstance(body, bodies.PoolHeartbeats)
    agents = call.enter(pool).agents
    heard = [agent_id for agent_id in body.agent_ids if agent_id in agents]
    unknown = [agent_id for agent_id in body.agent_ids if agent_id not in agents]
    if not heard:
        raise Problem(
            422,
            "unknown_agent",
            f"Pool `{pool}` has none of these agents. Mend the ids, or add them to the pool's "
            "configuration.",
            field="agent_ids",
        )
    call.desk.heartbeats.heard(pool, heard)
    return told(202, {"pool": pool, "heard": len(heard), "unknown": unknown[:_SHOWN]})


async def accept(call: Call) -> Response:
    return await _answer(call, "accept")


async def decline(call: Call) -> Response:
    return await _answer(call, "decline")


async def _answer(call: Call, answer: Literal["accept", "decline"]) -> Response:
    offer_id = call.path["offer_id"]
    body = call.given(bodies.AgentAction)
    interaction_id, colon, attempt = offer_id.rpartition(":")
    if not colon or not attempt.isdecimal():
        raise Problem(
            404, "unknown_offer", "An offer's id is `<interaction id>:<number>`.", field="offer_id"
        )
    pool, _ = place_of(call, interaction_id)
    event = OfferAnswered(
        **head(call, pool, body.reason),
        offer_id=offer_id,
        interaction_id=interaction_id,
        agent_id=acting_agent(call, pool, body.agent_id, holds=_holder(call, pool, offer_id)),
        answer=answer,
    )
    return await submit(call, event, about=lambda: state_of(call.desk.view, interaction_id))


def _holder(call: Call, pool: str, offer_id: str) -> str | None:
    """Whose offer it is, or was when it was accepted: who repeats an answer names nobody again."""
    offer = call.desk.view.board.pool(pool).offers.get(offer_id)
    if offer is not None:
        return offer.agent_id
    interaction = call.desk.view.interaction(offer_id.rpartition(":")[0])
    if interaction is not None and interaction.offer_id == offer_id:
        return interaction.agent_id
    return None
