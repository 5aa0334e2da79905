"""A channel is down, or back: who waits by it, or belongs to it, is brought where it should wait.

Who is with an agent stays with him. Which of the others move is the rule of `berth`, applied when
the turn is settled; here they are only found.
"""

from collections.abc import Iterator

from services.router.core.model import Interaction
from services.router.core.offers.offers import expiry, withdraw
from services.router.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.outage import ChannelFailedOver, ChannelRestored
from shared.contracts.routing import OutageNoted
from shared.contracts.words import Channel


def failed_over(turn: Turn, event: ChannelFailedOver) -> Iterator[Event]:
    """All that wait by the channel, also as a backup; all offered by it; its own parked ones."""
    if _is_late(turn, event):
        return
    yield _noted(turn, event, down=True)
    pool, trigger = turn.pool, event.kind
    yield from _take_offers_back(turn, event.channel, trigger)
    for id_ in pool.floor.waiting_by(event.channel):
        turn.interactions[id_] = trigger
    for it in _away(turn):
        if it.status == "parked" and it.home == event.channel:
            turn.interactions[it.id] = trigger


def restored(turn: Turn, event: ChannelRestored) -> Iterator[Event]:
    """Its own that are parked or wait by a backup, and those of channels that it is a backup of.

    What is offered by a backup stays until the offer ends.
    """
    if _is_late(turn, event):
        return
    yield _noted(turn, event, down=False)
    for it in _away(turn):
        backups = turn.pool.plan.channel(it.home).backups
        if it.status != "offered" and (it.home == event.channel or event.channel in backups):
            turn.interactions[it.id] = event.kind


def _is_late(turn: Turn, event: ChannelFailedOver | ChannelRestored) -> bool:
    """Heard before, or older than what was heard of this channel: it changes nothing."""
    known = turn.pool.entity.outages.get(event.channel)
    return known is not None and event.epoch <= known.epoch


def _noted(turn: Turn, event: ChannelFailedOver | ChannelRestored, *, down: bool) -> OutageNoted:
    return OutageNoted(
        **turn.head(f"{turn.pool.name}#outage_noted/{event.channel}/{event.epoch}"),
        channel=event.channel,
        incident_id=event.incident_id,
        epoch=event.epoch,
        down=down,
    )


def _take_offers_back(turn: Turn, channel: Channel, trigger: str) -> Iterator[Event]:
    """Nobody can be reached by it any more; whose time in the queue had run out meanwhile ends."""
    interactions = turn.pool.interactions
    for id_ in sorted(turn.pool.offered):
        it = interactions[id_]
        if it.channel != channel:
            continue
        yield from withdraw(turn, it)
        if it.expires_at_ms is not None and it.expires_at_ms <= turn.now:
            yield expiry(turn, it)
        else:
            turn.interactions[id_] = trigger


def _away(turn: Turn) -> list[Interaction]:
    return [turn.pool.interactions[id_] for id_ in turn.pool.away]
