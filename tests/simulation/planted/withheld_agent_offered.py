"""The floor does not look at hours and pace."""

from services.router.core.floor.floor import Floor
from services.router.core.floor.seat import Seat
from tests.simulation.planted.spade import Old, Spade

WHAT = "an agent who is withheld by his hours or pace is offered work"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def open_(floor: Floor, seat: Seat) -> object:
            withheld, seat.agent.withheld = seat.agent.withheld, {}
            try:
                return old(floor, seat)
            finally:
                seat.agent.withheld = withheld

        return open_

    spade.replace(Floor, "_open", make)
