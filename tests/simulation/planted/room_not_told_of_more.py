"""A room hears of a group once; what joins it later is not news."""

from typing import Any

from services.notifier.core.rooms import groups
from tests.simulation.planted.spade import Old, Spade

WHAT = "a room is not told of alerts that are new to a group which it has heard of"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def says(*given: Any) -> Any:
            because = old(*given)
            return None if because == "new_alerts" else because

        return says

    spade.replace(groups, "says", make)
