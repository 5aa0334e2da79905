"""Conversations that idle: their agent holds them without units, until somebody writes again.

Waking is where capacity is lost elsewhere (a conversation that was not counted is simply there
again): here it takes its units anew, up to the agent's overdraft, or goes back into its queue.
"""

from collections.abc import Iterator

from services.router.core.floor.seat import Seat
from services.router.core.model import Agent, Interaction
from services.router.core.needs.preference import for_a_while, is_there
from services.router.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.routing import InteractionIdled, InteractionWoken, Preference


def idled(turn: Turn, it: Interaction) -> InteractionIdled:
    """Neither its customer nor its agent has written for the time of its channel."""
    assert it.agent_id is not None
    turn.agents[it.agent_id] = "idled"
    return InteractionIdled(
        **turn.head(f"{it.id}#idled/{_number(it)}"),
        interaction_id=it.id,
        agent_id=it.agent_id,
        number=it.woken + 1,
    )


def woken_by_customer(turn: Turn, it: Interaction) -> Iterator[Event]:
    """Its agent has it again if he is there and has room; else it waits, and he is preferred.

    His overdraft bounds what wakes beyond his capacity; the cap of its channel always holds.
    """
    assert it.agent_id is not None
    agent_id = it.agent_id
    seat = turn.pool.seat(agent_id)
    if seat.agent.status == "ready":
        configured = turn.pool.plan.agents.get(agent_id)
        beyond = configured.overdraft_units if configured is not None else 0
        if _has_room(seat, it, beyond):
            yield _woken(turn, it, overdrawn=not _has_room(seat, it))
            return
    turn.agents[agent_id] = "woken"
    yield turn.requeue(it, "woken", preference=_preference(turn, it, seat.agent))


def woken_by_agent(turn: Turn, it: Interaction) -> InteractionWoken:
    """He wrote by himself: he has it again, whatever else he has."""
    assert it.agent_id is not None
    return _woken(turn, it, overdrawn=not _has_room(turn.pool.seat(it.agent_id), it))


def _has_room(seat: Seat, it: Interaction, beyond: int = 0) -> bool:
    """He may not do this channel any more, by a configuration since then."""
    return it.channel in seat.room and seat.has_room(it.channel, beyond)


def _preference(turn: Turn, it: Interaction, agent: Agent) -> Preference | None:
    """Only who is asked for new work, and may still serve it, could have it again."""
    floor = turn.pool.floor
    if not (is_there(agent) and floor.may_serve(agent.id, floor.requirement(it))):
        return None
    return for_a_while(turn, it.queue, agent.id)


def _woken(turn: Turn, it: Interaction, *, overdrawn: bool) -> InteractionWoken:
    assert it.agent_id is not None
    return InteractionWoken(
        **turn.head(f"{it.id}#woken/{_number(it)}"),
        interaction_id=it.id,
        agent_id=it.agent_id,
        number=it.woken + 1,
        overdrawn=overdrawn,
    )


def _number(it: Interaction) -> str:
    """For its id; after a transfer between pools the count begins anew behind the hop."""
    return f"{it.hop}.{it.woken + 1}" if it.hop else f"{it.woken + 1}"
