"""Holds one shard: takes it, feeds it, commits what follows, and gives it up."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Generic, Protocol

import structlog
from aiokafka.errors import ProducerFenced

from shared.clock import Clock
from shared.contracts.event import Event
from shared.contracts.system import Tick
from shared.kafka.connection import Connection
from shared.log import Appender, LogRecord
from shared.runner.core import Core
from shared.runner.documents import DocumentStore
from shared.runner.memory import keep_for_good
from shared.runner.outlets import FramedOutlet, Outlet, TransactionalOutlet
from shared.runner.restore import read_state
from shared.runner.shard import CulpritError, MissingDocumentError, Outcome, S, Shard

log = structlog.get_logger(__name__)

BATCH = 500  # records in one transaction at most
QUIET_RECORDS = 5_000  # the resume point moves at least this often, also when nothing follows
RETAKE_S = (0.05, 0.2, 0.5, 1.0, 2.0)  # waits before a failed shard is taken again
HOLD_S = 0.2  # between two looks whether what holds a shard is over
TICK_PATIENCE_S = 2.0  # a tick that is not read back by then is appended again


class Feed(Protocol):
    """The input partition as its owner steers it."""

    def pause(self, partition: int) -> None: ...

    def resume(self, partition: int, offset: int) -> None:
        """Go on reading at this offset."""
        ...


class Standing(StrEnum):
    """What an owner is doing; anything but LIVE makes the process not ready."""

    TAKING = "taking"
    LIVE = "live"
    HELD = "held"  # a configuration's content is missing, or this machine's clock is wrong
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(slots=True)
class Surroundings(Generic[S]):
    """What every owner of one service shares."""

    core: Core[S]
    partitions: int
    connection: Connection
    documents: DocumentStore
    clock: Clock
    appender: Appender
    feed: Feed
    on_committed: Callable[[Shard[S], Sequence[Event]], None]
    counters: "Counters"
    queue: int  # records waiting for one shard at most, beside one fetch
    paused_because: Callable[[], str | None] = lambda: None


@dataclass(slots=True)
class Counters:
    """What an operator watches; read by /metrics."""

    heard: int = 0
    facts: int = 0
    commits: int = 0
    ticks: int = 0
    skipped: int = 0
    dead_letters: int = 0
    retakes: int = 0
    alarms: int = 0  # facts that somebody should look at now
    pauses: int = 0  # a shard's queue was full, and its partition waited
    restored_entities: int = 0
    restore_s: float = 0.0


class Owner(Generic[S]):
    """One partition of one service in this process."""

    def __init__(self, around: Surroundings[S], partition: int) -> None:
        self.around, self.partition = around, partition
        self.name = f"{around.core.service}-{partition}"
        self.standing = Standing.TAKING
        self.held_because = ""
        self.assigned = asyncio.Event()
        self.assigned.set()
        self.shard: Shard[S] | None = None
        self._outlet: Outlet | None = None
        self._queue: deque[LogRecord] = deque()
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()  # held while a batch is decided and committed
        self._expected = 0  # smaller offsets were handled before
        self._full = False
        self._committed = 0
        self._entities = 0
        self._tick_sent_s: float | None = None
        self._task = asyncio.create_task(self._run(), name=self.name)

    # --- what the subscriber and the rebalance listener call

    def offer(self, records: Sequence[LogRecord]) -> None:
        """Take records into the bounded queue. What is not expected is dropped: it comes again."""
        if self.standing is not Standing.LIVE:
            return
        for record in records:
            if record.offset >= self._expected:
                self._queue.append(record)
                self._expected = record.offset + 1
        if len(self._queue) >= self.around.queue and not self._full:
            self._full = True
            self.around.counters.pauses += 1
            self.around.feed.pause(self.partition)
        self._wake.set()

    async def suspend(self) -> None:
        """The partition is being taken away: finish the batch in hand, keep state and producer."""
        self.assigned.clear()
        self.standing = Standing.SUSPENDED
        self._queue.clear()
        async with self._turn:
            pass

    def come_back(self) -> None:
        """The partition was given to us again. If another owned it meanwhile, the next commit
        is refused by the fence, and the shard is taken anew."""
        self.assigned.set()
        if self.shard is not None:
            self._go_live(self.shard)
            self._wake.set()
        else:
            self.standing = Standing.TAKING

    async def close(self) -> None:
        self.standing = Standing.CLOSED
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def lag(self) -> int:
        return len(self._queue)

    @property
    def next_offset(self) -> int | None:
        """Where this shard goes on; None until it was taken."""
        return self.shard.meta.next_offset if self.shard is not None else None

    # --- its own task

    async def _run(self) -> None:
        tries = 0
        try:
            while True:
                wait_s = RETAKE_S[min(tries, len(RETAKE_S) - 1)]
                try:
                    await self.assigned.wait()
                    await self._take()
                    tries = 0
                    await self._serve()
                except ProducerFenced:
                    # Another took the shard. Before we take it back, let the group say whether it
                    # is still ours; two heartbeats do, and two owners do not fence each other.
                    wait_s = 2 * self.around.connection.settings.heartbeat_interval_ms / 1000
                    log.info("shard_fenced", shard=self.name)
                except Exception as error:  # noqa: BLE001 - any error: discard, take again
                    log.warning(
                        "shard_dropped", shard=self.name, error=type(error).__name__, tries=tries
                    )
                self.around.counters.retakes += 1
                if self.standing is not Standing.SUSPENDED:
                    self.standing = Standing.TAKING
                await self._discard()
                await asyncio.sleep(wait_s)
                tries += 1
        finally:
            await self._discard()

    async def _take(self) -> None:
        """Fence the last owner, only then read the state, then go on where it ended."""
        around = self.around
        around.feed.pause(self.partition)
        self._queue.clear()
        started = time.monotonic()
        if around.connection.transactions:
            self._outlet = TransactionalOutlet(around.connection, self.name)
        else:
            self._outlet = FramedOutlet(around.connection)
        await self._outlet.open()
        self.shard = await self._restored()
        around.counters.restore_s = time.monotonic() - started
        log.info(
            "shard_taken",
            shard=self.name,
            next_offset=self.shard.meta.next_offset,
            entities=self._entities,
        )
        if self.assigned.is_set():
            self._go_live(self.shard)

    async def _restored(self) -> Shard[S]:
        around = self.around
        shard: Shard[S] = Shard(
            around.core,
            partition=self.partition,
            partitions=around.partitions,
            documents=around.documents,
        )
        entities, meta = await read_state(around.connection, shard.state_topic, self.partition)
        await around.documents.caught_up()
        around.counters.restored_entities += len(entities)
        self._entities = len(entities)
        shard.load(entities, meta)
        keep_for_good()
        self._committed = shard.meta.next_offset
        return shard

    def _go_live(self, shard: Shard[S]) -> None:
        self._queue.clear()
        self._full = False
        self._tick_sent_s = None
        self._expected = shard.meta.next_offset
        self.standing = Standing.LIVE
        self.around.feed.resume(self.partition, shard.meta.next_offset)

    async def _serve(self) -> None:
        while True:
            records = await self._next_records()
            missing: str | None = None
            async with self._turn:
                if self.standing is not Standing.LIVE or self.shard is None:
                    continue
                refusal = self.around.paused_because()
                if refusal is None and not records:
                    await self._tick_if_due(self.shard)
                elif refusal is None:
                    missing = await self._handle(self.shard, records)
            if refusal is not None:
                await self._hold(refusal, lambda: self.around.paused_because() is None)
            elif missing is not None:
                await self._hold(
                    f"configuration {missing} is not in the config topic",
                    partial(self.around.documents.__contains__, missing),
                )

    async def _hold(self, because: str, over: Callable[[], bool]) -> None:
        """Stand still and turn red until `over`, then go on at the resume point."""
        self.held_because = because
        if self.standing is Standing.LIVE:
            self.standing = Standing.HELD
        self.around.feed.pause(self.partition)
        self._queue.clear()
        log.error("shard_held", shard=self.name, because=because)
        while not over():  # noqa: ASYNC110 - a clock that comes right again tells nobody
            await asyncio.sleep(HOLD_S)
        self.held_because = ""
        if self.standing is Standing.HELD and self.shard is not None:
            self._go_live(self.shard)

    async def _next_records(self) -> list[LogRecord]:
        """Up to BATCH records; none when it is time to look at the deadline."""
        while not self._queue:
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), self._patience_s())
            except TimeoutError:
                return []
        count = min(BATCH, len(self._queue))
        records = [self._queue.popleft() for _ in range(count)]
        if self._full and len(self._queue) < self.around.queue // 2:
            self._full = False
            self.around.feed.resume(self.partition, self._expected)
        return records

    def _patience_s(self) -> float:
        """Real seconds until the deadline; short enough to notice that a clock was steered."""
        deadline = self.shard.deadline_ms() if self.shard is not None else None
        if deadline is None or self.standing is not Standing.LIVE:
            return 1.0
        if self._tick_sent_s is not None:
            return 0.1
        clock = self.around.clock
        return min(0.5, max(0.001, (deadline - clock.now_ms()) / 1000 / clock.speed()))

    async def _tick_if_due(self, shard: Shard[S]) -> None:
        deadline, now_ms = shard.deadline_ms(), self.around.clock.now_ms()
        waited_s = time.monotonic()
        if deadline is None or now_ms < deadline:
            return
        if self._tick_sent_s is not None and waited_s - self._tick_sent_s < TICK_PATIENCE_S:
            return
        self._tick_sent_s = waited_s
        tick = Tick(
            event_id=f"tick/{self.name}/{now_ms}",
            pool="",
            at_ms=now_ms,
            by=self.around.core.service,
        )
        self.around.counters.ticks += 1
        await self.around.appender.append(self.around.core.log, "", tick, partition=self.partition)

    async def _handle(self, shard: Shard[S], records: list[LogRecord]) -> str | None:
        """Decide and commit; the hash of a configuration if its content is missing."""
        try:
            outcome = shard.take(records)
        except MissingDocumentError as missing:
            return missing.document_hash
        except CulpritError as culprit:
            log.error(  # noqa: TRY400 - a traceback may carry the event's content
                "decision_raised",
                shard=self.name,
                offset=culprit.record.offset,
                kind=culprit.record.kind,
                reason=culprit.reason,
                where=_place_of(culprit),
            )
            await self._one_by_one(records)
        else:
            await self._commit(shard, records, outcome)
        return None

    async def _one_by_one(self, records: list[LogRecord]) -> None:
        """Find the culprit, put it aside as a fact and a dead letter, and move on."""
        shard = self.shard = await self._restored()
        for record in records:
            try:
                outcome = shard.take([record])
            except CulpritError as culprit:
                shard = self.shard = await self._restored()
                fact, letter = shard.skipped(record, culprit.reason)
                outcome = shard.take([record], {fact.skipped: fact})
                outcome.outputs.append(letter)
                outcome.dead_letters += 1
                self.around.counters.skipped += 1
                log.error(  # noqa: TRY400 - told above, once
                    "event_skipped", shard=self.name, offset=record.offset, kind=record.kind
                )
            await self._commit(shard, [record], outcome)

    async def _commit(
        self, shard: Shard[S], records: Sequence[LogRecord], outcome: Outcome
    ) -> None:
        counters = self.around.counters
        service = self.around.core.service
        if any(each.kind == "tick" and each.by == service for each in records):
            self._tick_sent_s = None
        counters.heard += outcome.heard
        quiet = outcome.next_offset - self._committed < QUIET_RECORDS
        if not outcome.outputs and not outcome.changed and quiet:
            return  # our own facts read back: the resume point may lag behind them
        assert self._outlet is not None
        await self._outlet.commit(shard, outcome)
        self._committed = outcome.next_offset
        counters.commits += 1
        counters.facts += len(outcome.facts)
        counters.dead_letters += outcome.dead_letters
        if outcome.facts:
            self.around.on_committed(shard, outcome.facts)

    async def _discard(self) -> None:
        """Never go on with what may not be durable: state and producer are thrown away."""
        self.shard = None
        outlet, self._outlet = self._outlet, None
        if outlet is not None:
            try:
                await asyncio.wait_for(outlet.close(), 5)
            except Exception as error:  # noqa: BLE001 - a fenced producer may fail to close
                log.info("producer_not_closed", shard=self.name, error=type(error).__name__)


def _place_of(error: BaseException) -> str:
    """File and line where a decision raised: enough to find it, without any values."""
    cause = error.__cause__ or error
    trace = cause.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
