"""Whoever is preferred is asked, whatever he speaks."""

from typing import Any

from services.router.core.floor.floor import Floor
from services.router.core.needs import widening
from tests.simulation.planted.spade import Old, Spade

WHAT = "a preferred agent may get an interaction in whose language he cannot serve"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def requirement(floor: Floor, it: Any) -> Any:
            wanted = old(floor, it)
            if not it.preferred:
                return wanted
            return wanted._replace(languages=(*wanted.languages, "en"))

        return requirement

    spade.replace(Floor, "requirement", make)
    spade.replace(widening, "_may_come", lambda _old: lambda *_given: True)
