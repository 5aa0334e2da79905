"""A page that waits in a digest is not taken out of it by its recall."""

from collections.abc import Iterator
from typing import Any

from services.notifier.core.causes import pages
from services.notifier.core.holding import bundles
from services.notifier.core.model import Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded
from tests.simulation.planted.spade import Old, Spade

WHAT = "a digest tells pages that were recalled while it waited"


def plant(spade: Spade) -> None:
    def make_recall(old: Old) -> Old:
        def recall(state: NotifierState, *given: Any) -> Iterator[Event]:
            for fact in old(state, *given):
                bundled = (
                    isinstance(fact, NotificationEnded)
                    and state.notifications[fact.notification_id].phase is Phase.BUNDLED
                )
                if not bundled:
                    yield fact

        return recall

    def make_cleared(_old: Old) -> Old:
        def cleared(*_given: Any) -> tuple[Event, ...]:
            return ()

        return cleared

    spade.replace(pages, "_recall", make_recall)
    spade.replace(bundles, "cleared", make_cleared)
