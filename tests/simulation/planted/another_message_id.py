"""Each try carries a message id of its own, so the recipient's mailbox cannot see a repeat."""

from typing import Any

from services.notifier.core.facts import Saying
from tests.simulation.planted.spade import Old, Spade

WHAT = "a retry carries another message id than the first try"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def leased(say: Saying, *given: Any) -> Any:
            fact = old(say, *given)
            return fact.model_copy(update={"message_id": f"{fact.message_id}.{fact.number}"})

        return leased

    spade.replace(Saying, "leased", make)
