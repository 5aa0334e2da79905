"""Events about interactions that are not open here: repeated, moved on, ended, never seen."""

from collections.abc import Iterator

from services.router.core.model import Interaction, fingerprint
from services.router.core.turn import Turn, forwarded, rejected
from shared.contracts.event import Command, Event


def is_repeat(it: Interaction, event: Event) -> bool:
    """Whether this very command was followed before."""
    return bool(it.known) and fingerprint(event.event_id) in it.known


def absent(
    turn: Turn, event: Command, interaction_id: str, *, forward: bool = True
) -> Iterator[Event]:
    """Answer a command about an interaction that is not open in this pool.

    A repeat is silent. What was transferred gets its late events after it, under the same id.
    """
    stub = turn.pool.stubs.get(interaction_id)
    if stub is not None and fingerprint(event.event_id) in stub.known:
        return
    if stub is not None and stub.forward_to is not None and forward:
        yield forwarded(event, stub.forward_to)
    elif stub is not None:
        yield rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="interaction_ended",
            field="interaction_id",
            message=f"Interaction {interaction_id} is not open here any more: {stub.ended}. "
            "Read where it is, or send a new interaction.",
        )
    else:
        yield rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="unknown_interaction",
            field="interaction_id",
            message=f"Pool {turn.pool.name} has no interaction {interaction_id}. "
            "Check the id; an interaction has to arrive before anything happens to it.",
            status=404,
        )


def unknown_agent(turn: Turn, event: Command, agent_id: str, field: str = "agent_id") -> Event:
    return rejected(
        event,
        turn.now,
        turn.pool.plan.hash,
        code="unknown_agent",
        field=field,
        message=f"Pool {turn.pool.name} has no agent {agent_id}. "
        "Check the id, or add the agent to the configuration.",
        status=404,
    )


def not_assigned(turn: Turn, event: Command, it: Interaction, agent_id: str) -> Event:
    return rejected(
        event,
        turn.now,
        turn.pool.plan.hash,
        code="not_assigned",
        field="agent_id",
        message=f"Interaction {it.id} {_where(it)}, not with agent {agent_id}. "
        "Only the agent who has it may do this.",
    )


def _where(it: Interaction) -> str:
    return f"is with agent {it.agent_id}" if it.agent_id is not None else f"is {it.status}"
