"""From the append of an interaction to its offer in the log, at a steady rate; and the restore."""

import asyncio
import time

from shared.contracts.configuration import ChannelSettings
from shared.contracts.outage import ChannelFailedOver
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, POOL_LOG
from shared.contracts.configuration import canonical, hash_of
from shared.contracts.agents import PresenceReported
from shared.contracts.interactions import InteractionReceived, Personal
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from shared.runner.documents import PREFIX
from tests.bench.processes import start
from tests.bench.story import TEXT, pool_document
from tests.support.fleet import fresh_topics

POOLS = tuple(f"pool-{number}" for number in range(4))


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def prepare(connection: Connection, *, agents: int, partitions: int) -> KafkaAppender:
    """Pools whose agents have room for everything, so that each interaction is offered at once."""
    await fresh_topics(connection, partitions=partitions)
    appender = KafkaAppender(connection)
    await appender.start()
    for pool in POOLS:
        document = pool_document(pool, agents=agents // len(POOLS)).model_copy(
            update={
                "channels": {"chat": ChannelSettings(units=1, offer_expires_s=3_600)},
                "presence_lease_s": 86_400,
            }
        )
        content = canonical(document)
        await appender.send(CONFIG, 0, f"{PREFIX}{hash_of(content)}".encode(), content, [])
        await appender.append(
            POOL_LOG,
            pool,
            ConfigChanged(
                event_id=f"c-{pool}",
                pool=pool,
                at_ms=now_ms(),
                by="operator",
                actor="o",
                hash=hash_of(content),
                version=1,
            ),
        )
        await asyncio.gather(
            *(
                appender.append(
                    POOL_LOG,
                    pool,
                    PresenceReported(
                        event_id=f"p-{pool}-{agent.id}",
                        pool=pool,
                        at_ms=now_ms(),
                        by="gateway",
                        actor="a",
                        agent_id=agent.id,
                        status="ready",
                    ),
                )
                for agent in document.agents
            )
            if agents
            else ()
        )
    return appender


def interaction(number: int, *, text: str = TEXT) -> InteractionReceived:
    pool = POOLS[number % len(POOLS)]
    return InteractionReceived(
        event_id=f"i{number}",
        pool=pool,
        at_ms=now_ms(),
        by="gateway",
        actor="s",
        interaction_id=f"{pool}:{number}",
        channel="chat",
        body_hash="0",
        language="en",
        language_source="given",
        topic=f"skill-{number % 20}",
        personal=Personal(text=text),
    )


async def offers(connection: Connection, *, rate: int, seconds: int = 20) -> dict[str, float]:
    appender = await prepare(connection, agents=2_000, partitions=4)
    router = start(connection, "services.router")
    router.until_ready()
    sent: dict[str, float] = {}
    waits: list[float] = []
    total = rate * seconds

    async def follow() -> None:
        async for batch in KafkaFollower(connection, POOL_LOG).batches():
            seen = time.perf_counter()
            waits.extend(
                (seen - sent.pop(key)) * 1e3
                for record in batch
                if record.kind == "offer_made"
                and (
                    key := record.value.split(b'"interaction_id":"', 1)[1]
                    .split(b'"', 1)[0]
                    .decode()
                )
                in sent
            )
            if len(waits) >= total:
                return

    following = asyncio.create_task(follow())
    await asyncio.sleep(2)
    begun = time.perf_counter()
    tasks = []
    for number in range(total):
        due = begun + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        event = interaction(number)
        sent[event.interaction_id] = time.perf_counter()
        tasks.append(asyncio.create_task(appender.append(POOL_LOG, event.pool, event)))
    await asyncio.gather(*tasks)
    await asyncio.wait_for(following, 60)
    router.stop()
    await appender.stop()
    waits = sorted(
        waits[len(waits) // 4 :]
    )  # the first quarter warms up, the broker's compiler above all
    return {"rate": rate, "p50_ms": waits[len(waits) // 2], "p99_ms": waits[int(len(waits) * 0.99)]}


async def restore(connection: Connection, *, interactions: int = 100_000) -> dict[str, float]:
    """Start of a router on a state with that many open interactions, all in one shard."""
    global POOLS
    kept, POOLS = POOLS, ("pool-0",)
    try:
        appender = await prepare(connection, agents=0, partitions=1)
        document = pool_document("pool-0", agents=1_000).model_copy(
            update={"channels": {"chat": ChannelSettings(units=1)}}
        )
        content = canonical(document)
        await appender.send(CONFIG, 0, f"{PREFIX}{hash_of(content)}".encode(), content, [])
        await appender.append(
            POOL_LOG,
            "pool-0",
            ConfigChanged(
                event_id="c2",
                pool="pool-0",
                at_ms=now_ms(),
                by="operator",
                actor="o",
                hash=hash_of(content),
                version=2,
            ),
        )
        for begin in range(0, interactions, 2_000):
            await asyncio.gather(
                *(
                    appender.append(POOL_LOG, "pool-0", interaction(number, text=""))
                    for number in range(begin, begin + 2_000)
                )
            )
        first = start(connection, "services.router")
        first.until_ready()
        end = time.monotonic() + 120
        while first.metric("heard") < interactions and time.monotonic() < end:
            await asyncio.sleep(0.2)
        first.stop()
        begun = time.perf_counter()
        second = start(connection, "services.router")
        second.until_ready()
        ready_s = time.perf_counter() - begun
        result = {
            "entities": second.metric("restored_entities"),
            "restore_s": second.metric("restore_s"),
            "start_to_ready_s": ready_s,
        }
        second.stop()
        await appender.stop()
        return result
    finally:
        POOLS = kept


async def failover(connection: Connection, *, interactions: int = 100_000) -> dict[str, float]:
    """A channel with that many waiting interactions fails over, in one shard and one transaction."""
    global POOLS
    kept, POOLS = POOLS, ("pool-0",)
    try:
        appender = await prepare(connection, agents=0, partitions=1)
        document = pool_document("pool-0", agents=1_000).model_copy(
            update={
                "channels": {
                    "chat": ChannelSettings(units=1, backups=("email",)),
                    "email": ChannelSettings(units=1),
                }
            }
        )
        content = canonical(document)
        await appender.send(CONFIG, 0, f"{PREFIX}{hash_of(content)}".encode(), content, [])
        change = ConfigChanged(
            event_id="c2",
            pool="pool-0",
            at_ms=now_ms(),
            by="operator",
            actor="o",
            hash=hash_of(content),
            version=2,
        )
        await appender.append(POOL_LOG, "pool-0", change)
        for begin in range(0, interactions, 2_000):
            events = (interaction(number, text="") for number in range(begin, begin + 2_000))
            waiting = (it.model_copy(update={"reachable_by": ("email",)}) for it in events)
            await asyncio.gather(*(appender.append(POOL_LOG, "pool-0", it) for it in waiting))
        router = start(connection, "services.router")
        router.until_ready()
        end = time.monotonic() + 120
        while router.metric("heard") < interactions and time.monotonic() < end:
            await asyncio.sleep(0.2)
        before, begun = router.metric("facts"), time.perf_counter()
        down = ChannelFailedOver(
            event_id="down",
            pool="pool-0",
            at_ms=now_ms(),
            by="outage",
            channel="chat",
            incident_id="chat-1",
            epoch=1,
        )
        await appender.append(POOL_LOG, "pool-0", down)
        while router.metric("facts") - before < interactions and time.monotonic() < end:
            await asyncio.sleep(0.05)
        result = {
            "interactions": interactions,
            "moved_s": time.perf_counter() - begun,
            "retakes": router.metric("retakes"),
        }
        router.stop()
        await appender.stop()
        return result
    finally:
        POOLS = kept
