"""What happens to an open interaction: messages, and its end."""

from collections.abc import Iterator

from services.router.core.interactions.idling import woken_by_agent, woken_by_customer
from services.router.core.model import Interaction
from services.router.core.offers.offers import withdraw
from services.router.core.queues.callbacks import hung_up
from services.router.core.refusals import absent, is_repeat, not_assigned
from services.router.core.turn import Turn, rejected
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AgentReplied,
    CloseRequested,
    CustomerAbandoned,
    CustomerMessaged,
)
from shared.contracts.routing import InteractionAbandoned, InteractionClosed, MessageRecorded


def customer_messaged(turn: Turn, event: CustomerMessaged) -> Iterator[Event]:
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
    elif not is_repeat(it, event):
        yield _recorded(turn, it, None)
        if it.held:
            yield from woken_by_customer(turn, it)


def agent_replied(turn: Turn, event: AgentReplied) -> Iterator[Event]:
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id, forward=False)
    elif is_repeat(it, event):
        return
    elif it.status == "assigned" and it.agent_id == event.agent_id:
        yield _recorded(turn, it, event.agent_id)
        if it.held:
            yield woken_by_agent(turn, it)
    else:
        yield not_assigned(turn, event, it, event.agent_id)


def customer_abandoned(turn: Turn, event: CustomerAbandoned) -> Iterator[Event]:
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
    elif it.status == "assigned":
        yield rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="already_assigned",
            field="interaction_id",
            message=f"Interaction {it.id} is with agent {it.agent_id}, so it cannot be abandoned. "
            "Close it instead.",
        )
    elif it.callback:
        yield from hung_up(turn, event, it)
    else:
        yield from withdraw(turn, it)
        yield InteractionAbandoned(
            **turn.head(f"{it.id}#abandoned"),
            interaction_id=it.id,
            queue=it.queue,
            waited_ms=turn.now - it.waiting_since_ms,
        )


def close_requested(turn: Turn, event: CloseRequested) -> Iterator[Event]:
    """By its agent, or by a system or supervisor, who name no agent and may close it anywhere.

    Where it had idled no work is left after it, so its agent's units stay free.
    """
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
        return
    assigned = it.status == "assigned"
    if event.agent_id is not None and not (assigned and it.agent_id == event.agent_id):
        yield not_assigned(turn, event, it, event.agent_id)
        return
    yield from withdraw(turn, it)
    worked_on = assigned and not it.held
    wrap_up_s = turn.pool.plan.channel(it.channel).wrap_up_s if worked_on else 0
    if assigned and it.agent_id is not None and not wrap_up_s:
        turn.agents[it.agent_id] = "closed"
    yield InteractionClosed(
        **turn.head(f"{it.id}#closed"),
        interaction_id=it.id,
        queue=it.queue,
        agent_id=it.agent_id,
        outcome=event.outcome,
        answered=it.answered,
        wrap_up_until_ms=turn.now + wrap_up_s * 1000 if wrap_up_s else None,
    )


def _recorded(turn: Turn, it: Interaction, agent_id: str | None) -> MessageRecorded:
    return MessageRecorded(
        **turn.head(f"{it.id}#message/{it.messages + 1}"),
        interaction_id=it.id,
        direction="in" if agent_id is None else "out",
        number=it.messages + 1,
        agent_id=agent_id,
    )
