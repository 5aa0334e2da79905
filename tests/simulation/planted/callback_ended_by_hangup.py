"""The router forgets that a call back was promised."""

from typing import Any

from services.router.core.evolve import CHANGES
from shared.contracts.routing import CallbackPromised
from tests.simulation.planted.spade import Old, Spade

WHAT = "a customer who was promised a call and hangs up has abandoned, and is never called"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def promised(state: Any, pool: Any, fact: CallbackPromised) -> None:
            old(state, pool, fact)
            pool.interactions[fact.interaction_id].callback = False

        return promised

    spade.replace_in(CHANGES, CallbackPromised, make)
