"""On a backup channel everybody is taken to speak English."""

from typing import Any

from services.router.core.floor.floor import Floor
from tests.simulation.planted.spade import Old, Spade

WHAT = "an interaction that waits by a backup channel may go to an agent without its language"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def requirement(floor: Floor, it: Any) -> Any:
            wanted = old(floor, it)
            if it.home == it.channel:
                return wanted
            return wanted._replace(languages=(*wanted.languages, "en"))

        return requirement

    spade.replace(Floor, "requirement", make)
