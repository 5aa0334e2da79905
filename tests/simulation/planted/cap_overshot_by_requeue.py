"""Only arrivals are counted: who comes back into a full queue stays in it."""

from collections.abc import Iterator

from services.router.core.queues import doors
from services.router.core.turn import Turn
from shared.contracts.event import Event
from tests.simulation.planted.spade import Old, Spade

WHAT = "an interaction that waits again makes its queue hold more than its bound"


def plant(spade: Spade) -> None:
    def make(_old: Old) -> Old:
        def out(turn: Turn) -> Iterator[Event]:
            turn.interactions.clear()
            turn.agents.clear()
            turn.pool.crowd.entered.clear()
            return iter(())

        return out

    spade.replace(doors, "_out", make)
