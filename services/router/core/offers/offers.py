"""Offers that end: answered, missed, revoked, withdrawn."""

from collections.abc import Iterator
from typing import Literal

from services.router.core.model import Interaction, Offer
from services.router.core.offers.matching import assignment
from services.router.core.refusals import absent, is_repeat
from services.router.core.turn import Turn, rejected
from shared.contracts.agents import OfferAnswered
from shared.contracts.event import Event
from shared.contracts.routing import InteractionExpired, OfferEnded
from shared.contracts.words import OfferEnd


def answered(turn: Turn, event: OfferAnswered) -> Iterator[Event]:
    """Accept or decline counts only for a live offer, by its agent, in his present epoch.

    Who accepts first has it; the offers to others end in the same turn.
    """
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id, forward=False)
        return
    if is_repeat(it, event) or (event.answer == "accept" and _has_it(it, event)):
        return
    offer = it.offer_to(event.agent_id)
    if (
        offer is None
        or event.offer_id != it.offer_id(offer.attempt)
        or turn.pool.agents[event.agent_id].epoch != offer.agent_epoch
    ):
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
        yield from win(turn, it, offer)
    else:
        yield end_offer(turn, it, offer.agent_id, "declined")
        yield from back_in_line(turn, it, "declined")


def _has_it(it: Interaction, event: OfferAnswered) -> bool:
    return (
        it.status == "assigned"
        and it.agent_id == event.agent_id
        and event.offer_id == it.offer_id(it.won)
    )


def end_offer(turn: Turn, it: Interaction, agent_id: str, end: OfferEnd) -> OfferEnded:
    """A live offer ended without assignment. Declined and missed ones set the agent aside."""
    offer = it.offer_to(agent_id)
    assert offer is not None, f"{it.id} is not offered to {agent_id}"
    aside = it.asides.get(agent_id)
    times = aside.times if aside else 0
    turn.agents[agent_id] = "agent_ready"
    return OfferEnded(
        **turn.head(f"{it.id}#offer_ended/{offer.attempt}"),
        offer_id=it.offer_id(offer.attempt),
        interaction_id=it.id,
        agent_id=agent_id,
        end=end,
        aside_until_ms=turn.now + turn.pool.plan.aside_ms(times)
        if end in ("declined", "expired")
        else None,
    )


def win(turn: Turn, it: Interaction, offer: Offer) -> Iterator[Event]:
    """The offer is accepted; others that were asked at the same time are told at once."""
    yield assignment(turn, it, offer)
    for other in list(it.offers):
        yield end_offer(turn, it, other.agent_id, "superseded")


def back_in_line(
    turn: Turn, it: Interaction, end: Literal["declined", "expired", "revoked"]
) -> Iterator[Event]:
    """After its last offer: it waits again, unless its time in the queue ran out meanwhile."""
    if it.offers:
        return
    if it.expires_at_ms is not None and it.expires_at_ms <= turn.now:
        yield expiry(turn, it)
    else:
        yield turn.requeue(it, end)


def expiry(turn: Turn, it: Interaction) -> InteractionExpired:
    return InteractionExpired(
        **turn.head(f"{it.id}#expired"),
        interaction_id=it.id,
        queue=it.queue,
        waited_ms=turn.now - it.waiting_since_ms,
    )


def withdraw(turn: Turn, it: Interaction) -> Iterator[Event]:
    """Take live offers back because the interaction goes elsewhere."""
    for offer in list(it.offers):
        yield end_offer(turn, it, offer.agent_id, "withdrawn")
