"""Offers that end: answered, missed, revoked, withdrawn."""

from collections.abc import Iterator

from services.router.core.matching import assignment
from services.router.core.model import Interaction
from services.router.core.refusals import absent, is_repeat
from services.router.core.turn import Turn, rejected
from shared.contracts.agents import OfferAnswered
from shared.contracts.event import Event
from shared.contracts.routing import InteractionExpired, OfferEnded
from shared.contracts.words import OfferEnd


def answered(turn: Turn, event: OfferAnswered) -> Iterator[Event]:
    """Accept or decline counts only for the live offer, by its agent, in his present epoch."""
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id, forward=False)
        return
    mine = event.offer_id == it.offer_id and event.agent_id == it.agent_id
    if is_repeat(it, event) or (mine and it.status == "assigned" and event.answer == "accept"):
        return
    if not mine or it.status != "offered" or not _same_epoch(turn, it):
        yield rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="offer_not_open",
            field="offer_id",
            message=f"Offer {event.offer_id} is not open for agent {event.agent_id}: it was "
            "answered, ran out or was taken back. Read the agent's open offers.",
        )
    elif event.answer == "accept":
        yield assignment(turn, it)
    else:
        yield end_offer(turn, it, "declined", trigger="agent_ready")
        yield back_in_line(turn, it, "declined")


def _same_epoch(turn: Turn, it: Interaction) -> bool:
    assert it.agent_id is not None
    return turn.pool.agents[it.agent_id].epoch == it.agent_epoch


def end_offer(turn: Turn, it: Interaction, end: OfferEnd, *, trigger: str) -> OfferEnded:
    """The live offer ended without assignment. Declined and missed ones set the agent aside."""
    agent_id = it.agent_id
    assert agent_id is not None
    aside = it.asides.get(agent_id)
    times = aside.times if aside else 0
    turn.agents[agent_id] = trigger
    return OfferEnded(
        **turn.head(f"{it.id}#offer_ended/{it.attempt}"),
        offer_id=it.offer_id,
        interaction_id=it.id,
        agent_id=agent_id,
        end=end,
        aside_until_ms=turn.now + turn.pool.plan.aside_ms(times)
        if end in ("declined", "expired")
        else None,
    )


def back_in_line(turn: Turn, it: Interaction, end: OfferEnd) -> Event:
    """After an offer: it waits again, unless its time in the queue ran out meanwhile."""
    if it.expires_at_ms is not None and it.expires_at_ms <= turn.now:
        return expiry(turn, it)
    assert end != "withdrawn"
    return turn.requeue(it, end)


def expiry(turn: Turn, it: Interaction) -> InteractionExpired:
    return InteractionExpired(
        **turn.head(f"{it.id}#expired"),
        interaction_id=it.id,
        queue=it.queue,
        waited_ms=turn.now - it.waiting_since_ms,
    )


def withdraw(turn: Turn, it: Interaction) -> Iterator[Event]:
    """Take a live offer back because the interaction goes elsewhere."""
    if it.status == "offered":
        yield end_offer(turn, it, "withdrawn", trigger="agent_ready")
