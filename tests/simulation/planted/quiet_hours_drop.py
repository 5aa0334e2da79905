"""What comes in a person's quiet hours is given up instead of held."""

from collections.abc import Generator

from services.notifier.core.facts import Saying
from services.notifier.core.holding import bundles
from services.notifier.core.holding.holds import is_quiet_for
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from tests.simulation.planted.spade import Old, Spade

WHAT = "quiet hours drop what they should hold"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def departure(
            state: NotifierState, say: Saying, row: Notification
        ) -> Generator[Event, None, Notification | None]:
            if is_quiet_for(state, row, say.now):
                yield say.ended(row, "superseded", "quiet hours")
                return None
            leaving: Notification | None = yield from old(state, say, row)
            return leaving

        return departure

    spade.replace(bundles, "departure", make)
