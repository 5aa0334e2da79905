"""A recall forgets the pages that wait for their next try."""

from collections.abc import Iterator
from typing import Any

from services.notifier.core.causes import pages
from services.notifier.core.model import NotifierState, Phase
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded
from tests.simulation.planted.spade import Old, Spade

WHAT = "a page that waits for its next try is leased after its recall"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def recall(state: NotifierState, *given: Any) -> Iterator[Event]:
            for fact in old(state, *given):
                waits = (
                    isinstance(fact, NotificationEnded)
                    and state.notifications[fact.notification_id].phase is Phase.WAITING
                )
                if not waits:
                    yield fact

        return recall

    spade.replace(pages, "_recall", make)
