"""A restored shard goes on one record too far."""

from typing import Any

from shared.runner.shard import Shard
from tests.simulation.planted.spade import Old, Spade

WHAT = "the resume point is off by one, so the next record is never heard"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def load(shard: Shard[Any], entities: Any, meta: bytes | None) -> None:
            old(shard, entities, meta)
            if shard.meta.next_offset:
                shard.meta.next_offset += 1

        return load

    spade.replace(Shard, "load", make)
