"""A restored ledger does not know when the next hop of a chain is due."""

from services.notifier.core.ledger import indexes
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from tests.simulation.planted.spade import Old, Spade

WHAT = "after a restore no next contact method opens by time"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def enter(state: NotifierState, row: Notification) -> None:
            next_hop_ms, row.next_hop_ms = row.next_hop_ms, 0
            old(state, row)
            row.next_hop_ms = next_hop_ms

        return enter

    spade.replace(indexes, "enter", make)
