"""Poison, dead transactions, a killed broker: what the runner does when others fail."""

import asyncio
import contextlib
import signal
import time

import pytest

from shared.contracts.interactions import CustomerMessaged
from shared.contracts.topics import DEAD_LETTERS, POOL_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from switchyard.brokers.apache import ApacheKafka, missing
from tests.support.fleet import STATE, Fleet, fresh_topics, until

pytestmark = pytest.mark.kafka


async def _dead_letters(connection: Connection, count: int) -> list[bytes]:
    found: list[bytes] = []
    async for batch in KafkaFollower(connection, DEAD_LETTERS).batches():
        found += [record.value for record in batch]
        if len(found) >= count:
            break
    return found


async def test_point_9_a_poison_record_inside_a_batch_is_put_aside_and_nothing_else_waits(
    kafka: Connection,
) -> None:
    await fresh_topics(kafka, partitions=2)
    async with Fleet(kafka) as fleet:
        await fleet.append(range(100))
        appender = KafkaAppender(kafka)
        await appender.start()
        # Given: in one batch with good events, one that makes the core raise, and one unreadable
        poison = CustomerMessaged(
            event_id="bad",
            pool="p1",
            at_ms=time.time_ns() // 1_000_000,
            by="gateway",
            actor="customer",
            interaction_id="p1:poison",
        )
        await appender.append(POOL_LOG, "p1", poison)
        headers = [("kind", b"customer_messaged"), ("by", b"gateway"), ("at", b"1")]
        await appender.send(POOL_LOG, 0, b"p1", b'{"broken": ', headers)
        await fleet.append(range(100, 200))
        # When: a member takes them
        fleet.start()
        await fleet.until_counted(timeout_s=30)
        # Then: all others are decided once, the two are dead letters, the skip is a fact
        fleet.assert_nothing_lost_nothing_twice()
        letters = await asyncio.wait_for(_dead_letters(kafka, 2), 20)
        assert any(b'"skipped"' in letter for letter in letters)
        assert any(b'"unreadable"' in letter for letter in letters)
        skips = [record.event() for record in fleet.facts if record.kind == "event_skipped"]
        assert [skip.skipped for skip in skips] == ["bad"]  # type: ignore[attr-defined]
        await appender.stop()


async def test_point_5_a_hanging_transaction_of_a_dead_owner_is_ended_by_the_next_owner(
    kafka: Connection,
) -> None:
    await fresh_topics(kafka, partitions=1)
    # Given: an owner that died inside a transaction, with a fact and state written, not committed
    dead = kafka.transactional_producer("router-0")
    await dead.start()
    await dead.begin_transaction()
    await dead.send_and_wait(POOL_LOG, b"{}", partition=0, headers=[("kind", b"x")])
    await dead.send_and_wait(STATE, b'{"interaction_id":"ghost","pool":"p"}', key=b"g", partition=0)
    async with Fleet(kafka) as fleet:
        await fleet.append(range(50))
        # When: a new owner takes the shard
        started = time.monotonic()
        fleet.start()
        await fleet.until_counted(timeout_s=30)
        # Then: it did not wait for the transaction's own timeout, and the ghost is no state
        assert time.monotonic() - started < kafka.settings.session_timeout_ms / 1000 + 5
        fleet.assert_nothing_lost_nothing_twice()
    with pytest.raises(Exception, match=r"[Ff]enced|[Ii]llegal|newer producer"):
        await dead.commit_transaction()
    with contextlib.suppress(Exception):
        await asyncio.wait_for(dead.stop(), 10)


async def test_a_killed_and_restarted_broker_loses_nothing() -> None:
    if missing() is not None:
        pytest.skip("skipped: needs a native broker that the test may kill")
    broker = ApacheKafka().start()
    try:
        connection = Connection.to(broker.bootstrap)
        await fresh_topics(connection, partitions=2)
        async with Fleet(connection) as fleet:
            fleet.start()
            await fleet.append(range(300))
            await fleet.until_counted(timeout_s=30)
            broker.restart()
            await fleet.append(range(300, 600))
            await fleet.until_counted(timeout_s=60)
            fleet.assert_nothing_lost_nothing_twice()
    finally:
        broker.close()


async def test_not_ready_until_the_restore_of_100_000_entities_is_done(kafka: Connection) -> None:
    await fresh_topics(kafka, partitions=1)
    producer = kafka.producer()
    await producer.start()
    value = b'{"interaction_id":"%d","pool":"p","messages":1,"alarm_at_ms":null}'
    batch = producer.create_batch()
    for number in range(100_000):
        entry = {"timestamp": None, "key": b"k%d" % number, "value": value % number}
        if batch.append(**entry) is None:
            await (await producer.send_batch(batch, STATE, partition=0))
            batch = producer.create_batch()
            batch.append(**entry)
    await (await producer.send_batch(batch, STATE, partition=0))
    await producer.stop()
    async with Fleet(kafka) as fleet:
        member = fleet.start()
        answers: list[int] = []
        end = time.monotonic() + 30
        while 200 not in answers and time.monotonic() < end:
            answers.append((await member.ready())[0])
        assert 503 in answers, "it was ready before its state was there"
        assert answers[-1] == 200
        taken = member.events("shard_taken")
        assert taken[0]["entities"] == 100_000


async def test_point_4_a_shard_without_its_configuration_waits_and_says_so(
    kafka: Connection,
) -> None:
    from shared.contracts.configuration import canonical, hash_of
    from shared.contracts.system import ConfigChanged
    from shared.contracts.topics import CONFIG
    from tests.support.documents import small_pool

    await fresh_topics(kafka, partitions=1)
    content = canonical(small_pool("p1"))
    change = ConfigChanged(
        event_id="c1",
        pool="p1",
        at_ms=time.time_ns() // 1_000_000,
        by="operator",
        actor="operator",
        hash=hash_of(content),
        version=1,
    )
    async with Fleet(kafka) as fleet:
        appender = KafkaAppender(kafka)
        await appender.start()
        await appender.append(POOL_LOG, "p1", change)
        await fleet.append(range(20), pools=1)
        member = fleet.start()
        # Then: it is red and names the document, and decides nothing past that offset
        reasons: list[str] = []
        while not any(hash_of(content) in reason for reason in reasons):
            reasons = (await member.ready())[1]
        assert not fleet.facts
        # When: the content arrives
        await appender.send(CONFIG, 0, f"document/{hash_of(content)}".encode(), content, [])
        await fleet.until_counted(timeout_s=20)
        assert fleet.facts[0].kind == "config_taken"
        assert (await member.ready())[0] == 200
        await appender.stop()


async def test_shutdown_finishes_the_batch_and_leaves_cleanly(kafka: Connection) -> None:
    await fresh_topics(kafka, partitions=2)
    async with Fleet(kafka) as fleet:
        member = fleet.start()
        await fleet.append(range(2_000))
        await until(lambda: len(fleet.facts) > 100, timeout_s=30, what="it works")
        member.signal(signal.SIGTERM)
        assert await asyncio.to_thread(member.process.wait, 20) == 0
        fleet.start()
        await fleet.until_counted(timeout_s=30)
        fleet.assert_nothing_lost_nothing_twice()


async def test_point_7_after_a_commit_that_failed_the_state_is_thrown_away_and_restored(
    kafka: Connection,
) -> None:
    await fresh_topics(kafka, partitions=1)
    async with Fleet(kafka) as fleet:
        member = fleet.start()
        await fleet.append(range(100))
        await fleet.until_counted(timeout_s=30)
        # When: somebody else starts the shard's producer, so that the next commit is refused
        other = kafka.transactional_producer("router-0")
        await other.start()
        await fleet.append(range(100, 200))
        await fleet.until_counted(timeout_s=30)
        await other.stop()
        # Then: the member noticed, took the shard again, and decided everything once
        fleet.assert_nothing_lost_nothing_twice()
        assert member.events("shard_fenced") or member.events("shard_dropped")
        assert len(member.events("shard_taken")) == 2


async def test_point_8_a_full_queue_pauses_its_partition_and_nothing_is_lost(
    kafka: Connection,
) -> None:
    await fresh_topics(kafka, partitions=1)
    async with Fleet(kafka, environment={"SWITCHYARD_SHARD_QUEUE": "600"}) as fleet:
        await fleet.append(range(6_000))
        member = fleet.start()
        await fleet.until_counted(timeout_s=60)
        fleet.assert_nothing_lost_nothing_twice()
        assert await member.metric("pauses") > 0
