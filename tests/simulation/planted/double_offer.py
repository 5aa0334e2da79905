"""What was offered when the shard was restored also waits in line."""

from typing import Any

from services.router.core.pool import PoolState
from tests.simulation.planted.spade import Old, Spade

WHAT = "an interaction that was offered when its shard was restored is offered again"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def rebuild(pool: PoolState, plan: Any) -> None:
            old(pool, plan)
            for it in pool.interactions.values():
                if it.status == "offered":
                    pool.floor.enqueue(it)

        return rebuild

    spade.replace(PoolState, "rebuild", make)
