"""The state of one router shard, and how it is stored and restored."""

from collections.abc import Mapping

import msgspec

from services.router.core.model import Agent, Interaction, Measured, Pool, Stub
from services.router.core.plan import Plan
from services.router.core.pool import PoolState
from services.router.core.timers import Timer, Timers
from shared.contracts.configuration import Document, PoolDocument
from shared.contracts.setting import Setting

Entity = Pool | Agent | Interaction | Stub | Measured


def _encode_setting(value: object) -> dict[str, object]:
    """Languages that were changed by hand are kept as they are configured: msgspec asks how."""
    assert isinstance(value, Setting), f"{type(value)} cannot be stored"
    return value.model_dump()


def _decode_setting(type_: type[Setting], value: object) -> Setting:
    return type_.model_validate(value)


_ENCODER = msgspec.json.Encoder(enc_hook=_encode_setting)
_POOL = msgspec.json.Decoder(Pool)
_AGENT = msgspec.json.Decoder(Agent, dec_hook=_decode_setting)
_INTERACTION = msgspec.json.Decoder(Interaction)
_STUB = msgspec.json.Decoder(Stub)
_MEASURED = msgspec.json.Decoder(Measured)


class RouterState:
    """All pools of one partition. Keys: `pool/<pool>`, `<entity>/<pool>/<id>`.

    `changed` holds each entity to be stored once per batch, None where it is gone.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self.pools: dict[str, PoolState] = {}
        self.timers = Timers(self._is_valid)
        self.changed: dict[str, Entity | None] = {}

    def plan(self, hash_: str) -> Plan:
        """The plan of a pool's document.

        Raises:
            KeyError: the document was not loaded; the runner sees to that before.
            TypeError: it is not a pool's document.
        """
        document = self.documents[hash_]
        if not isinstance(document, PoolDocument):
            raise TypeError(f"document {hash_} is not of a pool")
        return Plan(document, hash_)

    def arm_all(self, pool: PoolState) -> None:
        for timer in pool.all_timers():
            self.timers.arm(timer)

    def arm_late(self, pool: PoolState) -> None:
        for timer in pool.timers_of_late():
            self.timers.arm(timer)

    def _is_valid(self, timer: Timer) -> bool:
        return self.pools[timer.pool].is_valid(timer)

    def pool_changed(self, pool: PoolState) -> None:
        self.changed[f"pool/{pool.name}"] = pool.entity

    def agent_changed(self, pool: PoolState, agent: Agent) -> None:
        self.changed[f"agent/{pool.name}/{agent.id}"] = agent

    def interaction_changed(self, pool: PoolState, it: Interaction) -> None:
        self.changed[f"interaction/{pool.name}/{it.id}"] = it
        pool.hopefuls.note(it)
        pool.crowd.note(it)
        if pool.crowd.stirred:
            self.arm_late(pool)

    def stub_changed(self, pool: PoolState, stub: Stub) -> None:
        self.changed[f"stub/{pool.name}/{stub.id}"] = stub

    def measured_changed(self, pool: PoolState, measured: Measured) -> None:
        self.changed[f"measured/{pool.name}/{measured.queue}"] = measured

    def gone(self, entity: str, pool: PoolState, id_: str) -> None:
        self.changed[f"{entity}/{pool.name}/{id_}"] = None
        if entity == "interaction":
            pool.hopefuls.forget(id_)
            pool.crowd.forget(id_)
            if pool.crowd.stirred:
                self.arm_late(pool)


def take_changed(state: RouterState) -> list[tuple[str, bytes | None]]:
    """Changed entities, encoded once each, in order of their keys."""
    encode = _ENCODER.encode
    taken = [
        (key, None if entity is None else encode(entity))
        for key, entity in sorted(state.changed.items(), key=lambda it: it[0])
    ]
    state.changed.clear()
    return taken


def load(state: RouterState, entities: Mapping[str, bytes]) -> None:
    """Fill an empty state. Order does not matter: what is derived is ordered by its content."""
    for key, value in entities.items():
        if key.startswith("pool/"):
            entity = _POOL.decode(value)
            state.pools[entity.name] = PoolState(entity, state.plan(entity.config))
    for key, value in entities.items():
        kind, _, rest = key.partition("/")
        name, _, id_ = rest.partition("/")
        if kind == "interaction":
            state.pools[name].interactions[id_] = _INTERACTION.decode(value)
        elif kind == "agent":
            state.pools[name].agents[id_] = _AGENT.decode(value)
        elif kind == "stub":
            state.pools[name].stubs[id_] = _STUB.decode(value)
        elif kind == "measured":
            state.pools[name].measured[id_] = _MEASURED.decode(value)
    for pool in state.pools.values():
        pool.stub_order.extend(sorted((it.ended_at_ms, it.id) for it in pool.stubs.values()))
        pool.rebuild(pool.plan)
        state.arm_all(pool)
