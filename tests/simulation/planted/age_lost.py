"""Who waits again stands at the end of the line."""

from typing import Any

from services.router.core.turn import Turn
from tests.simulation.planted.spade import Old, Spade

WHAT = "an interaction that waits again loses its age and its place in line"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def requeue(turn: Turn, *given: Any, **named: Any) -> Any:
            return old(turn, *given, **named).model_copy(update={"order_ms": turn.now})

        return requeue

    spade.replace(Turn, "requeue", make)
