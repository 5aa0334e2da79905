"""Two ways to make a batch's outcome durable: one transaction, or facts first and then state."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.kafka.connection import Connection
from shared.log import Headers
from shared.runner.shard import Outcome, Output, S, Shard

FRAME_KEY = b"_frame"


class Outlet(Protocol):
    """Where the outcomes of one shard go."""

    async def open(self) -> None:
        """Become the owner; on Kafka every older owner is fenced when this returns."""
        ...

    async def commit(self, shard: "Shard[S]", outcome: Outcome) -> None:
        """Make the outcome durable. Any exception: it is not known whether it was."""
        ...

    async def close(self) -> None: ...


class _Batches:
    """Client-side batches per topic and partition: one request each, no work per record."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._open: dict[tuple[str, int], BatchBuilder] = {}
        self._sent: list[asyncio.Future[object]] = []

    async def add(
        self, topic: str, partition: int, key: bytes, value: bytes | None, headers: Headers
    ) -> None:
        batch = self._open.get((topic, partition))
        if batch is None:
            batch = self._open[topic, partition] = self._producer.create_batch()
        elif batch.append(timestamp=None, key=key, value=value, headers=headers) is not None:
            return
        else:  # full
            await self._send(topic, partition, batch)
            batch = self._open[topic, partition] = self._producer.create_batch()
        if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
            raise ValueError(f"a record of {len(value or b'')} bytes for {topic} is too large")

    async def _send(self, topic: str, partition: int, batch: BatchBuilder) -> None:
        self._sent.append(await self._producer.send_batch(batch, topic, partition=partition))

    async def confirmed(self) -> None:
        for (topic, partition), batch in self._open.items():
            await self._send(topic, partition, batch)
        await asyncio.gather(*self._sent)

    async def add_all(self, outputs: Iterable[Output]) -> None:
        for each in outputs:
            await self.add(each.topic, each.partition, each.key, each.value, each.headers)


class TransactionalOutlet:
    """Facts, changed state, resume point and dead letters in one Kafka transaction."""

    def __init__(self, connection: Connection, transactional_id: str) -> None:
        self._producer = connection.transactional_producer(transactional_id)

    async def open(self) -> None:
        await self._producer.start()

    async def commit(self, shard: Shard[S], outcome: Outcome) -> None:
        await self._producer.begin_transaction()
        batches = _Batches(self._producer)
        await batches.add_all(outcome.outputs)
        topic, partition = shard.state_topic, shard.partition
        for key, value in shard.state_records(outcome):
            await batches.add(topic, partition, key, value, [])
        await batches.confirmed()
        await self._producer.commit_transaction()

    async def close(self) -> None:
        await self._producer.stop()


class FramedOutlet:
    """For a broker without transactions: facts first, confirmed; then one frame of state.

    A crash between the two repeats facts with the same ids and the same `src`, which readers
    drop. One frame is one record, so state and resume point are never torn apart.
    """

    def __init__(self, connection: Connection) -> None:
        self._producer = connection.framing_producer()

    async def open(self) -> None:
        await self._producer.start()

    async def commit(self, shard: Shard[S], outcome: Outcome) -> None:
        if outcome.outputs:
            batches = _Batches(self._producer)
            await batches.add_all(outcome.outputs)
            await batches.confirmed()
        frame = encode_frame(shard.state_records(outcome))
        await self._producer.send_and_wait(
            shard.state_topic, frame, key=FRAME_KEY, partition=shard.partition
        )

    async def close(self) -> None:
        await self._producer.stop()


def encode_frame(records: list[tuple[bytes, bytes | None]]) -> bytes:
    return msgspec.msgpack.encode(records)


_FRAME = msgspec.msgpack.Decoder(list[tuple[bytes, bytes | None]])


def decode_frame(frame: bytes) -> list[tuple[bytes, bytes | None]]:
    """The state records of one frame, in order."""
    return _FRAME.decode(frame)
