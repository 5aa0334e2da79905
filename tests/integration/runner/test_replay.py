"""R7 on the real thing: a log recorded under kill -9 and rebalance gives equal facts again."""

import asyncio
import signal
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.contracts.agents import OfferAnswered, PresenceReported
from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    LanguageLevel,
    PoolDocument,
    Queue,
    canonical,
    hash_of,
)
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested, InteractionReceived, TransferRequested
from shared.contracts.routing import OfferMade
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, POOL_LOG, partition_of
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from switchyard.cli import build
from switchyard.recording.compare import replay
from switchyard.recording.cores import CORES
from switchyard.recording.file import read, write
from switchyard.recording.from_kafka import record
from tests.support.fleet import Fleet, fresh_topics, until

pytestmark = pytest.mark.kafka

POOLS = ("north", "south", "east", "west")
INTERACTIONS = 600


def _document(pool: str) -> PoolDocument:
    speaks = {"en": LanguageLevel(), "he": LanguageLevel()}
    return PoolDocument(
        pool=pool,
        default_language="en",
        default_queue="general",
        queues=(Queue(name="general"), Queue(name="second")),
        channels={"chat": ChannelSettings(units=25, offer_expires_s=2, wrap_up_s=1)},
        agents=tuple(Agent(id=f"{pool}-{n}", languages=speaks) for n in range(6)),
        presence_lease_s=3_600,
        aside_s=1,
        misses_until_away=1_000,  # some offers are missed on purpose; nobody goes away for it
    )


class Floor:
    """Agents who accept most offers, decline or miss a few, and close what they took."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._appender = KafkaAppender(connection)
        self._tasks: set[asyncio.Task[None]] = set()
        self.closed: set[str] = set()

    async def open(self) -> None:
        await self._appender.start()
        for pool in POOLS:
            content = canonical(_document(pool))
            key = f"document/{hash_of(content)}".encode()
            await self._appender.send(CONFIG, 0, key, content, [])
            await self.say(
                pool, ConfigChanged, "operator", f"c/{pool}", hash=hash_of(content), version=1
            )
            for agent in _document(pool).agents:
                await self.say(
                    pool,
                    PresenceReported,
                    "gateway",
                    f"p/{agent.id}",
                    agent_id=agent.id,
                    status="ready",
                )
        self._follower = asyncio.create_task(self._follow())

    async def close(self) -> None:
        self._follower.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(self._follower, *self._tasks, return_exceptions=True)
        await self._appender.stop()

    async def say(
        self, pool: str, kind: type[Event], by: str, event_id: str, **fields: object
    ) -> None:
        event = kind(
            event_id=event_id,
            pool=pool,
            at_ms=time.time_ns() // 1_000_000,
            by=by,
            **({"actor": "system:test"} | fields),
        )
        await self._appender.append(POOL_LOG, pool, event)

    async def arrive(self, number: int) -> None:
        pool = POOLS[number % len(POOLS)]
        await self.say(
            pool,
            InteractionReceived,
            "gateway",
            f"i/{number}",
            interaction_id=f"{pool}:{number}",
            channel="chat",
            body_hash=str(number),
            language="he" if number % 3 else "en",
            language_source="given",
        )

    async def _follow(self) -> None:
        async for batch in KafkaFollower(self._connection, POOL_LOG).batches():
            for each in batch:
                if each.kind == "offer_made":
                    self._go(self._answer(each.event()))
                elif each.kind in {"interaction_closed", "interaction_abandoned"}:
                    self.closed.add(each.event().interaction_id)  # type: ignore[attr-defined]

    def _go(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, offer: Event) -> None:
        assert isinstance(offer, OfferMade)
        key, turn = offer.interaction_id, partition_of(offer.offer_id, 10)
        about = {"interaction_id": key, "agent_id": offer.agent_id}
        if turn == 0:
            return  # missed: it expires
        answer = "decline" if turn == 1 else "accept"
        await self.say(
            offer.pool,
            OfferAnswered,
            "gateway",
            f"a/{offer.offer_id}",
            offer_id=offer.offer_id,
            answer=answer,
            **about,
        )
        if answer == "decline":
            return
        if turn == 2 and offer.pool != "west":  # to the neighbour, who closes it
            moved = {"interaction_id": key, "to_pool": "west"}
            await self.say(offer.pool, TransferRequested, "gateway", f"t/{offer.offer_id}", **moved)
            return
        await self.say(offer.pool, CloseRequested, "gateway", f"e/{offer.offer_id}", **about)


async def test_r7_a_log_recorded_under_kill_9_and_rebalance_replays_to_equal_facts(
    kafka: Connection, tmp_path: Path
) -> None:
    await fresh_topics(kafka, partitions=4)
    floor = Floor(kafka)
    async with Fleet(kafka, module="services.router") as fleet:
        await floor.open()
        first = fleet.start()
        await until(lambda: bool(first.events("shard_taken")), timeout_s=30, what="a first member")
        fleet.start()
        for number in range(INTERACTIONS):
            await floor.arrive(number)
            if number == INTERACTIONS // 3:
                first.signal(signal.SIGKILL)
                fleet.start()
            await asyncio.sleep(0.01)
        # Given: every interaction came to its end, across the kill, the joins and the transfers
        await until(lambda: len(floor.closed) == INTERACTIONS, timeout_s=120, what="all are closed")
        await floor.close()
    recording = await record(kafka, service="router", log=POOL_LOG)
    path = tmp_path / "day.log"
    write(recording, path)
    # When, then: decided again, in batches of other sizes, the facts are the same bytes
    for batch_size in (1, 7, 500):
        again = replay(read(path), CORES["router"], batch_size=batch_size)
        assert again.equal, again.first_difference
        assert again.recorded > 5 * INTERACTIONS
    # And the command says so, and says otherwise of a log in which one fact was changed
    ends = CliRunner().invoke(build(), ["replay", str(path)])
    assert ends.exit_code == 0, ends.output
    _doctor(path)
    ends = CliRunner().invoke(build(), ["replay", str(path)])
    assert ends.exit_code == 1
    assert "different" in ends.output


def _doctor(path: Path) -> None:
    recording = read(path)
    for number, each in enumerate(recording.records):
        if each.kind == "offer_made":
            changed = each.value.replace(b'"attempt":1', b'"attempt":9')
            recording.records[number] = type(each)(
                each.topic,
                each.partition,
                each.offset,
                each.kind,
                each.by,
                each.at_ms,
                each.key,
                changed,
                each.source,
            )
            break
    write(recording, path)
