"""A restored ledger does not know what an address got lately."""

from services.notifier.core.holding import evolve_holding
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from tests.simulation.planted.spade import Old, Spade

WHAT = "after a restore an address may get as much as if it had got nothing"


def plant(spade: Spade) -> None:
    def make(_old: Old) -> Old:
        def enter(state: NotifierState, row: Notification) -> None:
            if row.held:
                state.targets[row.target].held.add(row.id)

        return enter

    spade.replace(evolve_holding, "enter", make)
