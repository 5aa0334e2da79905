"""How long the work of agents who vanished waits for its next offer, through Kafka.

Agents of four shards hold offers and assignments and send heartbeats once a second, while other
interactions arrive; then some of them fall silent, a few each second. Measured is what a customer
would see: from the last heartbeat of his agent, and from the append of the heartbeats in which the
lease ran out, to the next offer read back from the log.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.contracts.agents import AgentsSeen, OfferAnswered, PresenceReported
from shared.contracts.configuration import ChannelSettings, canonical, hash_of
from shared.contracts.event import Event
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, POOL_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from shared.log import LogRecord
from shared.runner.documents import PREFIX
from tests.bench.latency import POOLS, interaction, now_ms
from tests.bench.processes import start
from tests.bench.story import pool_document
from tests.support.fleet import fresh_topics, until

AGENTS = 1_000
HELD = 2 * AGENTS  # interactions, half of them assigned and half on offer
LEASE_S, GRACE_S = 9, 5
WARM_S, SILENT_S = 5, 15
SILENT_A_SECOND = 12  # agents who fall silent
ARRIVALS_A_SECOND = 99
KINDS = frozenset({"offer_made", "offer_ended", "interaction_assigned", "agent_changed"})

Who = tuple[str, str]  # pool and agent


class Orphan(NamedTuple):
    assigned: bool
    heard_s: float  # when the last heartbeat of its agent was appended
    lapsed_s: float  # when the heartbeats were appended in which his lease ran out


class Wait(NamedTuple):
    assigned: bool
    since_heard_s: float
    since_lapse_s: float


class Figures(NamedTuple):
    silent: int
    offers: list[Wait]
    assigned: list[Wait]
    unserved: int  # orphans that had no offer at the end
    took_s: float


@dataclass(slots=True)
class Floor:
    """What the log says: who holds what, and how long orphans waited."""

    sent_s: dict[str, float] = field(default_factory=dict)  # heartbeats, by id of their event
    heard_s: dict[Who, float] = field(default_factory=dict)
    open_offers: dict[str, tuple[Who, str]] = field(default_factory=dict)
    assigned: dict[str, Who] = field(default_factory=dict)
    held: dict[Who, set[str]] = field(default_factory=lambda: defaultdict(set))
    orphans: dict[str, Orphan] = field(default_factory=dict)
    waits: list[Wait] = field(default_factory=list)
    lapsed: int = 0

    async def follow(self, connection: Connection) -> None:
        async for batch in KafkaFollower(connection, POOL_LOG).batches():
            seen_s = time.perf_counter()
            for record in batch:
                if record.kind in KINDS:
                    self.read(record, seen_s)

    def read(self, record: LogRecord, seen_s: float) -> None:
        fact = json.loads(record.value)
        who, id_ = (fact["pool"], fact["agent_id"]), fact.get("interaction_id", "")
        match record.kind:
            case "offer_made":
                self.open_offers[id_] = (who, fact["offer_id"])
                self.held[who].add(id_)
                if (orphan := self.orphans.pop(id_, None)) is not None:
                    since = (seen_s - orphan.heard_s, seen_s - orphan.lapsed_s)
                    self.waits.append(Wait(orphan.assigned, *since))
            case "offer_ended":
                self.open_offers.pop(id_, None)
                self.held[who].discard(id_)
            case "interaction_assigned":
                self.open_offers.pop(id_, None)
                self.assigned[id_] = who
            case "agent_changed" if fact["reason"] == "lease_lapsed":
                self.lapsed += 1
                times = (self.heard_s[who], self.sent_s[fact["cause"]])
                for held in self.held.pop(who, ()):
                    was_assigned = self.assigned.pop(held, None) is not None
                    self.orphans[held] = Orphan(was_assigned, *times)


@dataclass(slots=True)
class Centre:
    """The outside: what it appends."""

    appender: KafkaAppender
    floor: Floor
    agents: set[Who] = field(default_factory=set)  # who send heartbeats
    number: int = 0
    beats: int = 0
    beaten_ms: dict[str, int] = field(default_factory=dict)

    async def begin(self) -> None:
        document = pool_document("p", agents=AGENTS // len(POOLS)).model_copy(
            update={
                "channels": {
                    "chat": ChannelSettings(
                        units=1, offer_expires_s=3_600, presence_grace_s=GRACE_S
                    )
                },
                "presence_lease_s": LEASE_S,
            }
        )
        for pool in POOLS:
            content = canonical(document.model_copy(update={"pool": pool}))
            key = f"{PREFIX}{hash_of(content)}".encode()
            await self.appender.send(CONFIG, 0, key, content, [])
            await self.say(ConfigChanged, pool, f"c-{pool}", hash=hash_of(content), version=1)
            self.agents |= {(pool, agent.id) for agent in document.agents}
        await _all(
            self.say(PresenceReported, pool, f"p-{pool}-{id_}", agent_id=id_, status="ready")
            for pool, id_ in sorted(self.agents)
        )

    async def say(self, kind: type[Event], pool: str, id_: str, **given: object) -> None:
        head = {"event_id": id_, "pool": pool, "at_ms": now_ms(), "by": "gateway"}
        actor = {} if kind is AgentsSeen else {"actor": "bench"}
        await self.appender.append(POOL_LOG, pool, kind(**head | actor | given))

    async def arrive(self, count: int) -> None:
        events = [interaction(self.number + it, text="") for it in range(count)]
        self.number += count
        await _all(self.appender.append(POOL_LOG, it.pool, it) for it in events)

    async def accept_all(self) -> None:
        await _all(
            self.say(
                OfferAnswered,
                pool,
                f"{offer_id}-ok",
                offer_id=offer_id,
                interaction_id=id_,
                agent_id=agent,
                answer="accept",
            )
            for id_, ((pool, agent), offer_id) in list(self.floor.open_offers.items())
        )

    async def beat(self) -> None:
        """One record a pool, as a gateway appends them."""
        self.beats += 1
        for pool in POOLS:
            at_ms = now_ms()
            gap_ms = min(at_ms - self.beaten_ms.get(pool, at_ms - 1_000), 2_000)
            self.beaten_ms[pool] = at_ms
            ids = tuple(sorted(id_ for its, id_ in self.agents if its == pool))
            event_id = f"beat-{pool}-{self.beats}"
            appended_s = self.floor.sent_s[event_id] = time.perf_counter()
            self.floor.heard_s |= dict.fromkeys(((pool, it) for it in ids), appended_s)
            given = {"at_ms": at_ms, "agent_ids": ids, "gap_ms": gap_ms}
            await self.say(AgentsSeen, pool, event_id, **given)


async def measure(connection: Connection) -> Figures:
    await fresh_topics(connection, partitions=len(POOLS))
    appender = KafkaAppender(connection)
    await appender.start()
    begun_s = time.perf_counter()
    router = start(connection, "services.router")
    floor = Floor()
    following = asyncio.create_task(floor.follow(connection))
    try:
        await asyncio.to_thread(router.until_ready)
        centre = Centre(appender, floor)
        await _hand_out(centre)
        silent = await _fall_silent(centre)
        offers = [it for it in floor.waits if not it.assigned]
        assigned = [it for it in floor.waits if it.assigned]
        took_s = time.perf_counter() - begun_s
        return Figures(silent, offers, assigned, len(floor.orphans), took_s)
    finally:
        following.cancel()
        router.stop()
        await appender.stop()


async def _hand_out(centre: Centre) -> None:
    """Half of what is held is assigned, half is on offer."""
    floor, half = centre.floor, HELD // 2
    await centre.begin()
    await centre.arrive(half)
    await until(lambda: len(floor.open_offers) == half, timeout_s=20, what="offers")
    await centre.accept_all()
    await until(lambda: len(floor.assigned) == half, timeout_s=20, what="assignments")
    await centre.arrive(half)
    await until(lambda: len(floor.open_offers) == half, timeout_s=20, what="more offers")


async def _fall_silent(centre: Centre) -> int:
    """A few agents each second, spread over the pools; how many in all."""
    leaving = [it for _, it in sorted((who[1], who) for who in centre.agents)]
    leaving = leaving[: SILENT_A_SECOND * SILENT_S]
    silent = len(leaving)
    begun_s = time.perf_counter()
    for second in range(WARM_S + SILENT_S + LEASE_S + GRACE_S + 3):
        await asyncio.sleep(max(0.0, begun_s + second - time.perf_counter()))
        if second >= WARM_S:
            centre.agents -= set(leaving[:SILENT_A_SECOND])
            del leaving[:SILENT_A_SECOND]
        await centre.beat()
        for tenth in range(1, 10):  # not just behind the heartbeats
            await asyncio.sleep(max(0.0, begun_s + second + tenth / 10 - time.perf_counter()))
            await centre.arrive(ARRIVALS_A_SECOND // 9)
    await until(lambda: centre.floor.lapsed == silent, timeout_s=10, what="lapses")
    return silent


async def _all(appends: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*appends)


def show(found: Figures) -> None:
    print(
        f"orphans: {found.silent} of {AGENTS} agents fell silent, lease {LEASE_S} s, grace "
        f"{GRACE_S} s, {ARRIVALS_A_SECOND} arrivals/s; {found.unserved} left without an offer; "
        f"{found.took_s:.0f} s"
    )
    for name, waits in (("offers", found.offers), ("assigned work", found.assigned)):
        heard = _told([it.since_heard_s for it in waits])
        lapse = _told([it.since_lapse_s for it in waits])
        print(f"  {len(waits)} {name}: since heard {heard}; since the lapse {lapse}", flush=True)


def _told(waits: list[float]) -> str:
    its = sorted(waits)
    rank: Callable[[float], float] = lambda share: its[min(int(len(its) * share), len(its) - 1)]
    return f"p50 {rank(0.5):.3f} s, p99 {rank(0.99):.3f} s, most {its[-1]:.3f} s"
