"""What follows from an event: first what was due before it, then its own rule, then matches."""

from collections.abc import Callable, Iterator
from typing import Any

from services.router.core import reconfigure
from services.router.core.agents import agent_skills, presence
from services.router.core.channels import outages
from services.router.core.customers import notices
from services.router.core.due import decide_due
from services.router.core.interactions import conversation, intake, transfer, wrap_up
from services.router.core.needs import changes
from services.router.core.offers import offers, supervision
from services.router.core.queues import callbacks
from services.router.core.queues.doors import settle
from services.router.core.state import RouterState
from services.router.core.turn import Turn, rejected
from services.router.core.why import explain
from shared.contracts import agents, interactions
from shared.contracts.event import Event
from shared.contracts.outage import ChannelFailedOver, ChannelRestored
from shared.contracts.routing import TransferredIn
from shared.contracts.system import ConfigChanged, Tick

Rule = Callable[[Turn, Any], Iterator[Event]]

RULES: dict[type[Event], Rule] = {
    interactions.InteractionReceived: intake.received,
    interactions.CustomerMessaged: conversation.customer_messaged,
    interactions.AgentReplied: conversation.agent_replied,
    interactions.CustomerAbandoned: conversation.customer_abandoned,
    interactions.CloseRequested: conversation.close_requested,
    interactions.TransferRequested: transfer.requested,
    interactions.HandBackRequested: transfer.hand_back_requested,
    interactions.ConnectionFailed: transfer.connection_failed,
    interactions.AssignRequested: supervision.assign_requested,
    interactions.RequeueRequested: supervision.requeue_requested,
    interactions.CallbackRequested: callbacks.requested,
    interactions.ChangeRequested: changes.change_requested,
    interactions.ExplanationRequested: explain.explained,
    agents.PresenceReported: presence.reported,
    agents.AgentsSeen: presence.seen,
    agents.OfferAnswered: offers.answered,
    agents.WrapUpEnded: wrap_up.ended,
    agents.WrapUpExtensionRequested: wrap_up.extension_requested,
    agents.AgentSkillsRequested: agent_skills.requested,
    TransferredIn: intake.transferred_in,
    ChannelFailedOver: outages.failed_over,
    ChannelRestored: outages.restored,
}
_HEARD: tuple[type[Event], ...] = (*RULES, ConfigChanged, Tick)
HEARS = frozenset(it.model_fields["kind"].default for it in _HEARD)


def decide(state: RouterState, event: Event, now: int) -> Iterator[Event]:
    """Say what follows, fact by fact; the caller evolves each before it asks for the next.

    Raises:
        KeyError: an event of a kind that is not in HEARS.
    """
    ticked = isinstance(event, Tick)
    yield from decide_due(state, now, event.event_id if ticked else None)
    if not ticked:
        yield from _decide_event(state, event, now)
        yield from decide_due(state, now, event.event_id)  # what this event made due at once


def _decide_event(state: RouterState, event: Event, now: int) -> Iterator[Event]:
    if isinstance(event, ConfigChanged):
        version = -1
        if (before := state.pools.get(event.pool)) is not None:
            version = before.entity.version
        yield from reconfigure.taken(state, event, now)
        if state.pools[event.pool].entity.version != version:
            turn = Turn(state.pools[event.pool], now, event.event_id)
            yield from reconfigure.review(turn)
            yield from settle(turn)
        return
    pool = state.pools.get(event.pool)
    if pool is None:
        yield from _without_pool(event, now)
        return
    turn = Turn(pool, now, event.event_id)
    yield from RULES[type(event)](turn, event)
    yield from presence.finish(turn)
    yield from settle(turn)
    if turn.arrived is not None:
        yield from notices.receipt(turn, turn.arrived)


def _without_pool(event: Event, now: int) -> Iterator[Event]:
    """No configuration was ever applied to this pool."""
    if isinstance(event, TransferredIn):
        yield intake.returned(event, now)
    elif not isinstance(event, agents.AgentsSeen):  # nobody waits for an answer to heartbeats
        yield rejected(
            event,
            now,
            "",
            code="unknown_pool",
            field="pool",
            message=f"Pool {event.pool!r} is not configured. "
            "Check its name, or apply a configuration for it.",
            status=404,
        )
