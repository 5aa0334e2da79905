"""After wrap-up the agent's units stay taken."""

from typing import Any

from services.router.core.evolve import CHANGES
from shared.contracts.routing import CapacityReleased
from tests.simulation.planted.spade import Old, Spade

WHAT = "capacity is not released when the wrap-up ends"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def released(state: Any, pool: Any, fact: CapacityReleased) -> None:
            stub = pool.stubs[fact.interaction_id]
            pool.floor.take(pool.seat(fact.agent_id), stub.channel, 1)
            old(state, pool, fact)

        return released

    spade.replace_in(CHANGES, CapacityReleased, make)
