"""The first facts of a restored shard reach its own log only."""

from typing import Any

from shared.contracts.topics import PEOPLE_LOG
from shared.runner.meta import read_meta
from shared.runner.shard import Shard
from tests.simulation.planted.spade import Old, Spade

WHAT = "what a shard tells a person in its first batch after a crash never reaches people-log"
_FRESH: set[int] = set()


def plant(spade: Spade) -> None:
    def make_load(old: Old) -> Old:
        def load(shard: Shard[Any], entities: Any, meta: bytes | None) -> None:
            old(shard, entities, meta)
            if meta is not None and read_meta(meta).next_offset:
                _FRESH.add(id(shard))

        return load

    def make_take(old: Old) -> Old:
        def take(shard: Shard[Any], *given: Any) -> Any:
            outcome = old(shard, *given)
            if id(shard) in _FRESH and outcome.facts:
                _FRESH.discard(id(shard))
                if shard.core.service == "escalation":
                    kept = [it for it in outcome.outputs if it.topic != PEOPLE_LOG]
                    outcome.outputs[:] = kept
            return outcome

        return take

    spade.replace(Shard, "load", make_load)
    spade.replace(Shard, "take", make_take)
