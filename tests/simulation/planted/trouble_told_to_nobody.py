"""That a person was reached by nothing stays in the ledger."""

from services.notifier.core.causes import troubles
from services.notifier.core.facts import Saying
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded
from tests.simulation.planted.spade import Old, Spade

WHAT = "no operator hears that nothing reached a person"


def plant(spade: Spade) -> None:
    def make(_old: Old) -> Old:
        def after_end(
            _state: NotifierState, _say: Saying, _ended: NotificationEnded
        ) -> tuple[Event, ...]:
            return ()

        return after_end

    spade.replace(troubles, "after_end", make)
