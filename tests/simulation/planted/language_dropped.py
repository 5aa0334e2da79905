"""On a backup channel everybody is taken to speak English."""

from typing import Any

from services.router.core.floor import floor
from tests.simulation.planted.spade import Old, Spade

WHAT = "an interaction that waits by a backup channel may go to an agent without its language"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def required(it: Any, weight: int) -> tuple[Any, ...]:
            channel, languages, *rest = old(it, weight)
            if it.home != it.channel:
                languages = (*languages, "en")
            return (channel, languages, *rest)

        return required

    spade.replace(floor, "_required", make)
