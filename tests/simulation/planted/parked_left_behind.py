"""When a channel is back, who was parked for it stays parked."""

from collections.abc import Iterator
from typing import Any

from services.router.core.decide import RULES
from services.router.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.outage import ChannelRestored
from tests.simulation.planted.spade import Old, Spade

WHAT = "interactions that an outage parked are not brought back when it is over"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def restored(turn: Turn, event: ChannelRestored) -> Iterator[Event]:
            yield from old(turn, event)
            for id_ in list(turn.interactions):
                it: Any = turn.pool.interactions[id_]
                if it.status == "parked":
                    del turn.interactions[id_]

        return restored

    spade.replace_in(RULES, ChannelRestored, make)
