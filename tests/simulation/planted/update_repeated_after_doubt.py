"""Every message in doubt is said again, wherever it goes; but not to customers."""

from services.notifier.core.ledger import outcomes, tries
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from tests.simulation.planted.spade import Old, Spade

WHAT = "an update in doubt is sent again by a method that cannot tell it is the same"


def plant(spade: Spade) -> None:
    def make(_old: Old) -> Old:
        def is_said_again(_state: NotifierState, row: Notification) -> bool:
            return row.customer_notice is None and not row.redrives

        return is_said_again

    for module in (outcomes, tries):
        spade.replace(module, "is_said_again", make)
