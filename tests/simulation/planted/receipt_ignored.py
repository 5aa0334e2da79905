"""That a message did not arrive is noted, and nobody acts on it."""

from collections.abc import Iterator

from services.notifier.core.facts import Saying
from services.notifier.core.ledger import receipts
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import DeliveryReported, ReceiptNoted
from tests.simulation.planted.spade import Old, Spade

WHAT = "what a provider says was not delivered starts no other contact method"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def reported(state: NotifierState, say: Saying, told: DeliveryReported) -> Iterator[Event]:
            for fact in old(state, say, told):
                yield fact
                if isinstance(fact, ReceiptNoted) and fact.status == "undelivered":
                    return

        return reported

    spade.replace(receipts, "reported", make)
