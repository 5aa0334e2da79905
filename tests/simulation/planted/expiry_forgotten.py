"""After a restore nobody looks at the end of an offer any more."""

from typing import Any

from services.router.core.pool import PoolState
from tests.simulation.planted.spade import Old, Spade

WHAT = "an offer that was open when its shard was restored never expires"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def timers(pool: PoolState, it: Any) -> Any:
            return [] if it.status == "offered" else old(pool, it)

        return timers

    spade.replace(PoolState, "timers", make)
