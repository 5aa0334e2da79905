"""When a digest ends, the last message in it is forgotten."""

from collections.abc import Iterator

from services.notifier.core.facts import Saying
from services.notifier.core.holding import bundles
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded
from tests.simulation.planted.spade import Old, Spade

WHAT = "one message of a digest does not end with it"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def after_end(
            state: NotifierState, say: Saying, ended: NotificationEnded
        ) -> Iterator[Event]:
            members = state.notifications[ended.notification_id].members
            for fact in old(state, say, ended):
                lost = isinstance(fact, NotificationEnded) and fact.notification_id in members[-1:]
                if not lost:
                    yield fact

        return after_end

    spade.replace(bundles, "after_end", make)
