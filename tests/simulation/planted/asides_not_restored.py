"""Who declined is asked again at once after a restore."""

from typing import Any

from services.router.core.pool import PoolState
from tests.simulation.planted.spade import Old, Spade

WHAT = "agents who were set aside are asked again when the shard was restored"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def rebuild(pool: PoolState, plan: Any) -> None:
            for it in pool.interactions.values():
                it.asides.clear()
            old(pool, plan)

        return rebuild

    spade.replace(PoolState, "rebuild", make)
