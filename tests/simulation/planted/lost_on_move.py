"""An interaction that an outage moves does not stand in the line of its backup."""

from typing import Any

from services.router.core.evolve import CHANGES
from shared.contracts.routing import InteractionMoved
from tests.simulation.planted.spade import Old, Spade

WHAT = "an interaction that is moved to a backup channel is lost from its line"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def moved(state: Any, pool: Any, fact: InteractionMoved) -> None:
            old(state, pool, fact)
            if fact.direction == "to_backup":
                pool.floor.dequeue(pool.interactions[fact.interaction_id])

        return moved

    spade.replace_in(CHANGES, InteractionMoved, make)
