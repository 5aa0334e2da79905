"""A supervisor steps in: what he says is done at once, also against the rules, and recorded.

Whose order it was and why stands in the command, which each fact names as its cause.
"""

from collections.abc import Iterator

from services.router.core.model import Interaction
from services.router.core.offers.offers import withdraw
from services.router.core.refusals import absent, is_repeat, unknown_agent
from services.router.core.turn import Turn, rejected
from shared.contracts.event import Command, Event
from shared.contracts.interactions import AssignRequested, RequeueRequested
from shared.contracts.routing import InteractionAssigned


def assign_requested(turn: Turn, event: AssignRequested) -> Iterator[Event]:
    """It goes to this agent, wherever it is. He must be there; that he has room is not asked."""
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
    elif is_repeat(it, event):
        return
    elif (problem := _cannot_have(turn, event, it)) is not None:
        yield problem
    else:
        yield from _take_away(turn, it)
        yield _assigned_by_hand(turn, it, event)


def requeue_requested(turn: Turn, event: RequeueRequested) -> Iterator[Event]:
    """It waits again with its age; the agent who had it is not asked at once."""
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
    elif is_repeat(it, event):
        return
    elif it.status == "waiting":
        yield _refused(
            turn,
            event,
            "already_waiting",
            "interaction_id",
            f"Interaction {it.id} waits already, in queue {it.queue}. Assign it, or change "
            "its queue or priority.",
        )
    else:
        yield from _take_away(turn, it)


def _take_away(turn: Turn, it: Interaction) -> Iterator[Event]:
    """From whoever has it, or from where it is parked: after this it waits."""
    if it.status == "waiting":
        return
    yield from withdraw(turn, it)
    if it.agent_id is not None:
        turn.agents[it.agent_id] = "taken_away"
    yield turn.requeue(it, "by_hand")


def _cannot_have(turn: Turn, event: AssignRequested, it: Interaction) -> Event | None:
    if event.agent_id not in turn.pool.plan.agents:
        return unknown_agent(turn, event, event.agent_id)
    agent = turn.pool.agents.get(event.agent_id)
    if agent is None or agent.status == "offline":
        return _refused(
            turn,
            event,
            "agent_not_here",
            "agent_id",
            f"Agent {event.agent_id} is not signed in, so nobody would see the interaction. "
            "Choose another agent, or transfer it to a queue.",
        )
    if it.agent_id == event.agent_id:
        return _refused(
            turn,
            event,
            "already_assigned",
            "agent_id",
            f"Interaction {it.id} is with agent {event.agent_id} already.",
        )
    return None


def _assigned_by_hand(turn: Turn, it: Interaction, event: AssignRequested) -> InteractionAssigned:
    attempt = it.attempt + 1
    seat = turn.pool.seat(event.agent_id)
    return InteractionAssigned(
        **turn.head(f"{it.id}#assigned/{attempt}"),
        interaction_id=it.id,
        offer_id=it.offer_id(attempt),
        agent_id=event.agent_id,
        channel=it.channel,
        queue=it.queue,
        language=it.language,
        waited_ms=turn.now - it.waiting_since_ms,
        by_hand=event.actor,
        overdrawn=it.channel not in seat.room or not seat.has_room(it.channel),
    )


def _refused(turn: Turn, event: Command, code: str, field: str, message: str) -> Event:
    return rejected(event, turn.now, turn.pool.plan.hash, code=code, field=field, message=message)
