"""Who was asked at the same time as the winner keeps the units of that offer."""

from typing import Any

from services.router.core.evolve import CHANGES
from shared.contracts.routing import OfferEnded
from tests.simulation.planted.spade import Old, Spade

WHAT = "an offer that is superseded goes on taking its agent's units"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def ended(state: Any, pool: Any, fact: OfferEnded) -> None:
            old(state, pool, fact)
            if fact.end == "superseded":
                channel = pool.interactions[fact.interaction_id].channel
                pool.floor.take(pool.seat(fact.agent_id), channel, 1)

        return ended

    spade.replace_in(CHANGES, OfferEnded, make)
