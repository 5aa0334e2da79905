"""A shard's state: pools, cases, and what derives from them."""

from collections.abc import Mapping
from heapq import heappop, heappush
from sys import intern
from typing import cast

import msgspec

from services.escalation.core.model import Case, Clock, MetBy, PoolConfig, case_key
from services.escalation.core.plan import Plan
from services.escalation.core.timers import Timers
from shared.contracts.configuration import Document, EscalationPolicy, PoolDocument
from shared.contracts.words import Channel, Metric

_ENCODER = msgspec.json.Encoder()
_CASES = msgspec.json.Decoder(Case)
_CONFIGS = msgspec.json.Decoder(PoolConfig)
_FORGOTTEN_AT_ONCE = 4  # per started clock: more than it can add, so stubs stay bounded


class Pool:
    """One pool: its configuration, and what derives from it and from its cases."""

    def __init__(self, config: PoolConfig) -> None:
        self.config = config
        self.ended: list[tuple[int, str]] = []  # heap of (ended_ms, case key)
        self.plan: Plan | None = None


class EscalationState:
    """All pools of one shard. `documents`: configuration by hash; only grows."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self.pools: dict[str, Pool] = {}
        self.cases: dict[str, Case] = {}  # by key
        self.timers = Timers()  # by case key
        self._changed: set[str] = set()

    def plan(self, pool: Pool) -> Plan:
        """The pool's document, made ready once. Raises: KeyError if it was not loaded."""
        if pool.plan is None:
            pool.plan = Plan(self._document(pool.config.hash))
        return pool.plan

    def escalation_policy(self, pool: Pool, clock: Clock) -> EscalationPolicy | None:
        """Whom to page: as the policy is now, or was when the clock started, or any there is.

        People leave, so today's version comes first; but a policy that was taken out must not
        leave a running promise without anybody.
        """
        if clock.escalation_policy is None:
            return None
        now = self.plan(pool)
        if clock.escalation_policy in now.escalation_policies:
            return now.escalation_policies[clock.escalation_policy]
        if clock.config in self.documents:
            for policy in self._document(clock.config).escalation_policies:
                if policy.name == clock.escalation_policy:
                    return policy
        return now.any_escalation_policy()

    def case(self, pool: str, interaction_id: str) -> Case | None:
        return self.cases.get(case_key(pool, interaction_id))

    def find(self, pool: str, escalation_id: str) -> tuple[Case, Clock] | None:
        """The running clock that an escalation in this pool is about."""
        interaction_id, _, rest = escalation_id.rpartition("#")
        case = self.case(pool, interaction_id)
        clock = case.clock(rest.partition("/")[0]) if case else None
        if case is None or clock is None or case.clock_id(clock) != escalation_id:
            return None  # nothing runs, or only a later instance
        return case, clock

    def put_config(self, config: PoolConfig) -> None:
        pool = self.pools.setdefault(config.pool, Pool(config))
        pool.config, pool.plan = config, None
        self._changed.add(f"pool/{config.pool}")

    def put_case(self, case: Case) -> None:
        """Few different words are in many cases: each is kept once."""
        case.queue, case.language = intern(case.queue), intern(case.language)
        case.channel = cast("Channel", intern(case.channel))
        for clock in case.clocks:
            intern_words(clock)
        self.cases[case.key] = case

    def touch(self, case: Case) -> None:
        """After a clock of the case changed: when to look at it next, and that it is stored."""
        self.timers.set(case.key, case.wakes_at_ms())
        self._changed.add(case.key)

    def end_case(self, case: Case, at_ms: int) -> None:
        case.ended_ms = at_ms
        heappush(self.pools[case.pool].ended, (at_ms, case.key))

    def forget_stubs(self, pool: Pool, now_ms: int) -> None:
        """Drop a few stubs older than the dedupe horizon; each started clock pays for it."""
        before_ms = now_ms - self.plan(pool).dedupe_horizon_ms
        dropped = 0
        while dropped < _FORGOTTEN_AT_ONCE and pool.ended and pool.ended[0][0] < before_ms:
            ended_ms, key = heappop(pool.ended)
            case = self.cases.get(key)
            if case is not None and case.ended_ms == ended_ms:  # else it came back meanwhile
                del self.cases[key]
                self._changed.add(key)
                dropped += 1

    def take_changed(self) -> list[tuple[str, bytes | None]]:
        changed = [(key, self._encoded(key)) for key in sorted(self._changed)]
        self._changed.clear()
        return changed

    def load(self, entities: Mapping[str, bytes]) -> None:
        for key in sorted(entities, reverse=True):  # `pool/…` before `case/…`
            if key.startswith("pool/"):
                config = _CONFIGS.decode(entities[key])
                self.pools[config.pool] = Pool(config)
            else:
                self._load_case(_CASES.decode(entities[key]))

    def _load_case(self, case: Case) -> None:
        self.put_case(case)
        self.timers.set(case.key, case.wakes_at_ms())
        if case.ended_ms is not None:
            heappush(self.pools[case.pool].ended, (case.ended_ms, case.key))

    def _encoded(self, key: str) -> bytes | None:
        if key.startswith("pool/"):
            return _ENCODER.encode(self.pools[key.removeprefix("pool/")].config)
        case = self.cases.get(key)
        return None if case is None else _ENCODER.encode(case)

    def _document(self, hash_: str) -> PoolDocument:
        document = self.documents[hash_]
        if not isinstance(document, PoolDocument):
            raise TypeError(f"document {hash_} is not a pool's")
        return document


def intern_words(clock: Clock) -> None:
    clock.metric = cast("Metric", intern(clock.metric))
    clock.met_by = cast("MetBy", intern(clock.met_by))
    clock.config = intern(clock.config)
    if clock.escalation_policy is not None:
        clock.escalation_policy = intern(clock.escalation_policy)
