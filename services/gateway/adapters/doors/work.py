"""What an agent says of the work that he has, beside replies: back, failed, longer."""

from starlette.responses import Response

from services.gateway.adapters.doors import bodies
from services.gateway.adapters.doors.agents_acting import acting_agent
from services.gateway.adapters.doors.door import Call
from services.gateway.adapters.doors.interactions import head, place_of, submit_about
from shared.contracts.agents import WrapUpExtensionRequested
from shared.contracts.interactions import ConnectionFailed, HandBackRequested


async def hand_back(call: Call) -> Response:
    interaction_id, pool, agent_id, reason = _said(call)
    event = HandBackRequested(
        **head(call, pool, reason), interaction_id=interaction_id, agent_id=agent_id
    )
    return await submit_about(call, event, interaction_id)


async def connection_failed(call: Call) -> Response:
    interaction_id, pool, agent_id, reason = _said(call)
    event = ConnectionFailed(
        **head(call, pool, reason), interaction_id=interaction_id, agent_id=agent_id
    )
    return await submit_about(call, event, interaction_id)


async def extend_wrap_up(call: Call) -> Response:
    interaction_id, pool, agent_id, reason = _said(call)
    event = WrapUpExtensionRequested(
        **head(call, pool, reason), interaction_id=interaction_id, agent_id=agent_id
    )
    return await submit_about(call, event, interaction_id)


def _said(call: Call) -> tuple[str, str, str, str | None]:
    """(interaction, pool, agent, reason). The router knows whether this agent has it."""
    interaction_id = call.path["interaction_id"]
    body = call.given(bodies.AgentAction)
    pool, known = place_of(call, interaction_id)
    agent_id = acting_agent(call, pool, body.agent_id, holds=known.agent_id if known else None)
    return interaction_id, pool, agent_id, body.reason
