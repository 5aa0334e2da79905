"""A page that may have arrived is taken to have arrived."""

from services.notifier.core.ledger import outcomes, tries
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from tests.simulation.planted.spade import Old, Spade

WHAT = "a page is not sent again after a doubt"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def is_said_again(state: NotifierState, row: Notification) -> bool:
            return row.page is None and bool(old(state, row))

        return is_said_again

    for module in (outcomes, tries):
        spade.replace(module, "is_said_again", make)
