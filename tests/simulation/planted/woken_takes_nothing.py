"""A conversation that wakes is simply there again, and takes no units."""

from typing import Any

from services.router.core.evolve import CHANGES
from shared.contracts.routing import InteractionWoken
from tests.simulation.planted.spade import Old, Spade

WHAT = "a conversation that wakes does not take its agent's units again"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def woken(state: Any, pool: Any, fact: InteractionWoken) -> None:
            old(state, pool, fact)
            channel = pool.interactions[fact.interaction_id].channel
            pool.floor.take(pool.seat(fact.agent_id), channel, -1)
            pool.floor.place(pool.seat(fact.agent_id))

        return woken

    spade.replace_in(CHANGES, InteractionWoken, make)
