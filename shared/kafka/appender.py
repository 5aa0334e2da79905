"""Appends events of the outside world: confirmed, in batches of what comes together."""

import asyncio

from aiokafka.errors import KafkaError

from shared.contracts.event import Event
from shared.contracts.topics import partition_of
from shared.kafka.connection import Connection
from shared.log import AppendError, headers_of


class KafkaAppender:
    """Implements shared.log.Appender. Start it before use; `stop` flushes."""

    def __init__(self, connection: Connection) -> None:
        self._producer = connection.producer()
        self._partitions: dict[str, int] = {}
        self.refusing: str | None = None  # set while this process must append nothing, and why

    async def start(self) -> None:
        await self._producer.start()

    async def stop(self) -> None:
        await self._producer.stop()

    async def partitions(self, topic: str) -> int:
        """How many partitions the topic has.

        Raises:
            AppendError: the topic does not exist.
        """
        if topic not in self._partitions:
            found = await self._producer.partitions_for(topic)
            if not found:
                raise AppendError(f"topic {topic} does not exist: run `switchyard topics create`")
            self._partitions[topic] = len(found)
        return self._partitions[topic]

    async def append(
        self, topic: str, key: str, event: Event, *, partition: int | None = None
    ) -> None:
        if self.refusing is not None:
            raise AppendError(self.refusing)
        if partition is None:
            partition = partition_of(key, await self.partitions(topic))
        await self.send(
            topic, partition, key.encode(), event.model_dump_json().encode(), headers_of(event)
        )

    async def send(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes,
        headers: list[tuple[str, bytes]],
    ) -> None:
        """Append bytes as they are; for dead letters that are tried anew."""
        try:
            confirmed = await self._producer.send(
                topic, value, key=key, partition=partition, headers=headers
            )
            await asyncio.shield(confirmed)
        except KafkaError as error:
            raise AppendError(f"{topic} took no record: {type(error).__name__}") from error
