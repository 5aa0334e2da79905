"""One state of the small model: restored from its store, moved on by an event, stored again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.router.core import RouterState, router_core
from services.router.core.plan import Plan
from shared.contracts.configuration import PoolDocument, canonical, hash_of
from shared.contracts.event import Event
from shared.contracts.system import EventRejected

Json = Mapping[str, Any]
_PLANS: dict[str, Plan] = {}
_HASHES: dict[int, str] = {}


class Restored(RouterState):
    """The plan of the one document is made once: a state is restored many thousand times."""

    def plan(self, hash_: str) -> Plan:
        if hash_ not in _PLANS:
            _PLANS[hash_] = super().plan(hash_)
        return _PLANS[hash_]


def restored(document: PoolDocument, stored: Mapping[str, bytes]) -> RouterState:
    """The state that a shard would have after a restart."""
    hash_ = _HASHES.get(id(document))
    if hash_ is None:
        hash_ = _HASHES[id(document)] = hash_of(canonical(document))
    state = Restored({hash_: document})
    router_core.load(state, stored)
    return state


def decided(state: RouterState, event: Event, now: int) -> list[Event]:
    facts = []
    for fact in router_core.decide(state, event, now):
        router_core.evolve(state, fact)
        facts.append(fact)
    return facts


def did_something(facts: Sequence[Event]) -> bool:
    return any(not isinstance(fact, EventRejected) for fact in facts)


def changed(
    stored: Mapping[str, bytes], found: Mapping[str, Json], state: RouterState
) -> tuple[dict[str, bytes], dict[str, Json]]:
    """What is stored now, as bytes and read."""
    after, read = dict(stored), dict(found)
    for key, value in router_core.take_changed(state):
        if value is None:
            after.pop(key, None)
            read.pop(key, None)
        else:
            after[key], read[key] = value, json.loads(value)
    return after, read
