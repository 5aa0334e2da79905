"""What the stories of other products' users need, beside the shard that they are told to."""

from collections.abc import Iterable

from shared.contracts.event import Event
from shared.contracts.explanation import InteractionExplained
from shared.contracts.interactions import ExplanationRequested
from shared.contracts.routing import OfferMade
from tests.support.router_shard import Shard


def offered(facts: Iterable[Event]) -> list[tuple[str, str]]:
    """What was offered to whom, in order: local id and agent."""
    return [
        (it.interaction_id.partition(":")[2], it.agent_id)
        for it in facts
        if isinstance(it, OfferMade)
    ]


def take(shard: Shard, local: str) -> str:
    """The first agent who is asked for it accepts; who that is."""
    offer = shard.state.pools["boston"].interactions[f"boston:{local}"].offers[0]
    shard.accept(local, offer.attempt, offer.agent_id)
    return offer.agent_id


def explained(shard: Shard, local: str) -> InteractionExplained:
    (told,) = shard.say(ExplanationRequested, local=local)
    assert isinstance(told, InteractionExplained)
    return told


def standing_offers(shard: Shard) -> dict[str, list[str]]:
    """Who is asked now, by local id."""
    found = shard.state.pools["boston"].interactions
    return {
        id_.partition(":")[2]: [offer.agent_id for offer in it.offers]
        for id_, it in sorted(found.items())
        if it.offers
    }


def in_use(shard: Shard, agent_id: str) -> int:
    """Units of capacity that an agent has in use."""
    pool = shard.state.pools["boston"]
    return pool.seat(agent_id).used
