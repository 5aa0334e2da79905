"""One process of a deciding service: FastStream at the edge, owners inside."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any, Generic

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka import TopicPartition as EdgePartition

from shared.clock import Clock
from shared.contracts.event import Event
from shared.contracts.topics import CONFIG, POOL_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.clock_guard import ClockGuard
from shared.kafka.connection import Connection, security_of
from shared.kafka.follower import KafkaFollower
from shared.kafka.records import log_record
from shared.runner.core import Core
from shared.runner.documents import DocumentStore
from shared.runner.health import Figure, HealthServer, no_figures
from shared.runner.memory import tune_collector
from shared.runner.owner import Counters, Owner, Standing, Surroundings
from shared.runner.settings import ServiceSettings
from shared.runner.shard import S, Shard

log = structlog.get_logger(__name__)

Committed = Callable[[Shard[Any], Sequence[Event]], None]


class RawCodec:
    """Hands bytes through: we decode by header, a batch at a time."""

    async def decode(self, message: Any) -> Any:
        return message.body

    async def decode_batch(self, message: Any) -> Any:
        return message.body

    async def encode(self, message: Any, serializer: Any = None) -> Any:  # noqa: ARG002
        return message, None

    async def encode_batch(self, messages: Any, serializer: Any = None) -> Any:  # noqa: ARG002
        return [(message, None) for message in messages]


def nothing_outside(_shard: Shard[Any], _facts: Sequence[Event]) -> None:
    """For services without outside effects."""


async def nothing_to_end() -> None:
    """The same."""


class Service(ConsumerRebalanceListener, Generic[S]):  # type: ignore[misc]
    """Subscribes to the core's log, and gives each assigned partition an owner.

    On Kafka a consumer group spreads the partitions; on the embedded broker this one instance
    takes them all. Safety never depends on the group: the fence of the transactional producer
    and the resume point in the state topic decide.
    """

    def __init__(
        self,
        core: Core[S],
        *,
        connection: Connection,
        clock: Clock,
        settings: ServiceSettings,
    ) -> None:
        self.core, self.connection, self.clock, self.settings = core, connection, clock, settings
        self.appender = KafkaAppender(connection)
        self.documents = DocumentStore()
        self.counters = Counters()
        self.owners: dict[int, Owner[S]] = {}
        self.on_committed: Committed = nothing_outside  # begins outside effects; waits for nothing
        self.on_stop: Callable[[], Awaitable[None]] = nothing_to_end
        self.figures: Callable[[], Iterable[Figure]] = no_figures  # of its own, for /metrics
        self._around: Surroundings[S] | None = None
        self._guard = ClockGuard(connection)
        self._assigned: set[int] | None = None
        self._background: list[asyncio.Task[None]] = []
        self._crashed: list[str] = []
        self.broker = KafkaBroker(
            connection.settings.bootstrap_servers,
            security=security_of(connection),
            apply_types=False,
            codec=RawCodec(),
            log_level=logging.DEBUG,
            logger=None,
        )
        self._subscriber: Any = None

    # --- edge

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT; then finish the batches in hand and leave.

        Raises:
            AppendError: the core's log does not exist.
        """
        tune_collector()
        await self.appender.start()
        try:
            self._subscriber = self._subscribe(await self.appender.partitions(self.core.log))
            self._around = self._surroundings(await self.appender.partitions(POOL_LOG))
            app = FastStream(
                self.broker, logger=None, lifespan=self._lifespan, after_startup=[self._started]
            )
            await app.run()
        finally:
            await self.appender.stop()

    def _surroundings(self, partitions: int) -> Surroundings[S]:
        return Surroundings(
            core=self.core,
            partitions=partitions,
            connection=self.connection,
            documents=self.documents,
            clock=self.clock,
            appender=self.appender,
            feed=self,
            on_committed=self.on_committed,
            counters=self.counters,
            queue=self.settings.shard_queue,
            paused_because=self._guard.problem,
        )

    def _subscribe(self, partitions: int) -> Any:
        settings, reading = self.connection.settings, self.connection.reading()
        common: dict[str, Any] = {
            "batch": True,
            "max_records": 2_000,
            "batch_timeout_ms": 2,  # the default of 200 is slept blindly after an empty poll
            "ack_policy": AckPolicy.MANUAL,  # the resume point is ours; see docs/decisions/0001
            "auto_offset_reset": "earliest",
            "max_partition_fetch_bytes": reading["max_partition_fetch_bytes"],
            "isolation_level": reading["isolation_level"],
            "fetch_min_bytes": reading["fetch_min_bytes"],
            "fetch_max_wait_ms": reading["fetch_max_wait_ms"],
        }
        if self.connection.transactions:
            subscriber = self.broker.subscriber(
                self.core.log,
                group_id=f"switchyard-{self.core.service}",
                group_instance_id=settings.group_instance_id,
                listener=self,
                session_timeout_ms=settings.session_timeout_ms,
                heartbeat_interval_ms=settings.heartbeat_interval_ms,
                rebalance_timeout_ms=settings.session_timeout_ms,
                max_poll_interval_ms=300_000,
                **common,
            )
        else:
            subscriber = self.broker.subscriber(
                partitions=[
                    EdgePartition(self.core.log, number, declare=False)
                    for number in range(partitions)
                ],
                **common,
            )
        subscriber(self._on_batch)
        return subscriber

    async def _on_batch(self, _values: Any) -> None:
        message: KafkaMessage = self.broker.context.get_local("message")
        records = message.raw_message
        for partition, group in groupby(records, key=lambda record: record.partition):
            batch = [log_record(record) for record in group]
            owner = self.owners.get(partition)
            if owner is not None and not await self._stale(partition, batch[-1].offset):
                owner.offer(batch)

    async def _stale(self, partition: int, last_offset: int) -> bool:
        """True for records that were fetched before the partition was sought back.

        FastStream hands out one batch after the other, so records of before a seek are told by
        a position that does not lie behind them.
        """
        where = TopicPartition(self.core.log, partition)
        if where not in self._consumer.assignment():
            return True
        return bool(await self._consumer.position(where) <= last_offset)

    @property
    def _consumer(self) -> AIOKafkaConsumer:
        return self._subscriber.consumer

    # --- life

    @asynccontextmanager
    async def _lifespan(self) -> AsyncIterator[None]:
        self._go(self.documents.follow(KafkaFollower(self.connection, CONFIG)))
        self._go(self._guard.run())
        self._go(self._tell_lag())
        if self.settings.health_port:
            health = HealthServer(
                service=self.core.service,
                host=self.settings.health_host,
                port=self.settings.health_port,
                not_ready=self.not_ready,
                counters=self.counters,
                figures=self.figures,
            )
            self._go(health.run())
        try:
            yield
        finally:
            await asyncio.gather(*(owner.suspend() for owner in self.owners.values()))
            await asyncio.gather(*(owner.close() for owner in self.owners.values()))
            await self.on_stop()
            for task in self._background:
                task.cancel()
            await asyncio.gather(*self._background, return_exceptions=True)

    async def _started(self) -> None:
        """Without a group nobody calls the listener: take every partition."""
        if not self.connection.transactions:
            await self.on_partitions_assigned(self._consumer.assignment())

    def _go(self, work: Any) -> None:
        task = asyncio.create_task(work, name=work.__qualname__)
        self._background.append(task)
        task.add_done_callback(self._tell_failure)

    def _tell_failure(self, task: "asyncio.Task[None]") -> None:
        """Nobody does its work any more: the process says so, and is started anew."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._crashed.append(task.get_name())
            log.error("background_task_ended", error=type(error).__name__, detail=str(error)[:200])

    async def _tell_lag(self) -> None:
        """Commit group offsets now and then: for lag figures only, nothing resumes from them."""
        while True:
            await asyncio.sleep(2)
            self.appender.refusing = self._guard.problem()
            if not self.connection.transactions or self._subscriber.consumer is None:
                continue
            offsets = {
                TopicPartition(self.core.log, number): OffsetAndMetadata(owner.next_offset, "")
                for number, owner in self.owners.items()
                if owner.standing is Standing.LIVE and owner.next_offset
            }
            if offsets:
                try:
                    await self._consumer.commit(offsets)
                except KafkaError as error:
                    log.info("lag_not_told", error=type(error).__name__)

    # --- rebalance

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Finish what is in hand; keep state and producer, for the partition may come back."""
        self._assigned = None
        await asyncio.gather(
            *(self.owners[each.partition].suspend() for each in revoked if self._has(each))
        )

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._consumer.pause(*assigned)  # before the first await: records wait for their state
        numbers = {each.partition for each in assigned}
        self._assigned = numbers
        assert self._around is not None
        gone = [self.owners.pop(number) for number in self.owners.keys() - numbers]
        for number in sorted(numbers):
            if number in self.owners:
                self.owners[number].come_back()
            else:
                self.owners[number] = Owner(self._around, number)
        if gone:
            self._go(_close_all(gone))

    def _has(self, where: TopicPartition) -> bool:
        return where.partition in self.owners

    # --- Feed

    def pause(self, partition: int) -> None:
        where = TopicPartition(self.core.log, partition)
        if where in self._consumer.assignment():
            self._consumer.pause(where)

    def resume(self, partition: int, offset: int) -> None:
        where = TopicPartition(self.core.log, partition)
        if where in self._consumer.assignment():
            self._consumer.seek(where, offset)
            self._consumer.resume(where)

    def not_ready(self) -> list[str]:
        """Why this process is not ready; empty when every shard it owns is live."""
        reasons = [
            f"shard {owner.name} is {owner.standing.value} {owner.held_because}".strip()
            for owner in self.owners.values()
            if owner.standing is not Standing.LIVE
        ]
        if self._assigned is None:
            reasons.append("no partitions were assigned yet")
        if (problem := self._guard.problem()) is not None:
            reasons.append(problem)
        return reasons + [f"task {name} has ended" for name in self._crashed]


async def _close_all(owners: Sequence[Owner[Any]]) -> None:
    await asyncio.gather(*(owner.close() for owner in owners))
