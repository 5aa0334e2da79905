"""A try after one in doubt does not say that it may be a repeat."""

from typing import Any

from services.notifier.core.facts import Saying
from tests.simulation.planted.spade import Old, Spade

WHAT = "a try that may be a repeat does not say so"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def leased(say: Saying, *given: Any) -> Any:
            return old(say, *given).model_copy(update={"possible_repeat": False})

        return leased

    spade.replace(Saying, "leased", make)
