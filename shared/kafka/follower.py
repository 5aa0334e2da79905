"""Reads every partition of a topic from its beginning, without a group."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.connection import Connection
from shared.kafka.records import log_record
from shared.log import LogRecord


class KafkaFollower:
    """Implements shared.log.Follower."""

    def __init__(self, connection: Connection, topic: str) -> None:
        self._connection, self._topic = connection, topic
        self._behind: set[TopicPartition] | None = None
        self.partitions = 0  # of the topic; known with the first batch

    def caught_up(self) -> bool:
        return self._behind is not None and not self._behind

    async def batches(self) -> AsyncGenerator[Sequence[LogRecord], None]:
        """Records as they come; an empty batch now and then, so that a caller can look around."""
        consumer = self._connection.consumer()
        await consumer.start()
        try:
            partitions = await partitions_of(consumer, self._topic)
            consumer.assign(partitions)
            self.partitions = len(partitions)
            ends = await consumer.end_offsets(partitions)
            while True:
                found = await consumer.getmany(timeout_ms=20, max_records=5_000)
                if not self.caught_up():
                    self._behind = {
                        each for each in partitions if await consumer.position(each) < ends[each]
                    }
                yield [log_record(record) for records in found.values() for record in records]
        finally:
            await consumer.stop()


async def read_to_end(follower: KafkaFollower) -> list[LogRecord]:
    """All that the topic holds now; for what fits into memory."""
    records: list[LogRecord] = []
    batches = follower.batches()
    try:
        async for batch in batches:
            records += batch
            if follower.caught_up():
                break
    finally:
        await batches.aclose()
    return records


async def partitions_of(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """The topic's partitions, waiting until the broker knows it."""
    while not (found := consumer.partitions_for_topic(topic)):
        await consumer._client.force_metadata_update()  # noqa: SLF001 - no public call refreshes it
        await asyncio.sleep(0.05)
        consumer._client.add_topic(topic)  # noqa: SLF001 - and none names a topic without a group
    return [TopicPartition(topic, number) for number in sorted(found)]
