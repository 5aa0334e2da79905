"""Requirements drop half a minute before their time."""

from typing import Any

from services.router.core.needs import widening
from tests.simulation.planted.spade import Old, Spade

WHAT = "a step opens before its time when its interaction is looked at"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def step_at(steps: Any, since_ms: int, now: int) -> Any:
            return old(steps, since_ms, now + 30_000)

        return step_at

    spade.replace(widening, "step_at", make)
