"""Of several contact methods that told of an outage only the first hears of its end."""

from services.notifier.core.causes import notices
from services.notifier.core.state import NotifierState
from shared.contracts.outage import NoticeRequested
from tests.simulation.planted.spade import Old, Spade

WHAT = "the end of an outage goes to one of the ways on which its opening may have come"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def owed_methods(state: NotifierState, notice: NoticeRequested) -> object:
            return old(state, notice)[:1]

        return owed_methods

    spade.replace(notices, "owed_methods", make)
