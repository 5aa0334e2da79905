"""A recall forgets the pages that wait for their next try."""

from collections.abc import Iterator
from typing import Any

from services.notifier.core.causes import pages
from services.notifier.core.ledger import tries
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded
from tests.simulation.planted.spade import Old, Spade

WHAT = "a page that waits for its next try is leased after its recall"


def plant(spade: Spade) -> None:
    def make_recall(old: Old) -> Old:
        def recall(state: NotifierState, *given: Any) -> Iterator[Event]:
            for fact in old(state, *given):
                waits = (
                    isinstance(fact, NotificationEnded)
                    and state.notifications[fact.notification_id].phase is Phase.WAITING
                )
                if not waits:
                    yield fact

        return recall

    def make_worthless(old: Old) -> Old:
        def worthless(state: NotifierState, row: Notification) -> object:
            return None if row.page is not None else old(state, row)

        return worthless

    spade.replace(pages, "_recall", make_recall)
    spade.replace(tries, "worthless", make_worthless)
