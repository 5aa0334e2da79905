"""A hop that its provider refused for good is the last one."""

from collections.abc import Iterator

from services.notifier.core.chains import hops
from services.notifier.core.facts import Saying
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded
from tests.simulation.planted.spade import Old, Spade

WHAT = "after a refusal the next contact method of a chain is not tried"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def after_end(
            state: NotifierState, say: Saying, ended: NotificationEnded
        ) -> Iterator[Event]:
            if ended.end != "dead_lettered":
                yield from old(state, say, ended)

        return after_end

    spade.replace(hops, "after_end", make)
