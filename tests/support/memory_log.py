"""A log in memory with the ports of shared.log: for component tests without a broker."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from shared.contracts.event import Event
from shared.contracts.topics import partition_of, partitions_of_topic
from shared.log import LogRecord


class MemoryLog:
    """Implements Appender, and hands out followers. One list per (topic, partition)."""

    def __init__(self, partitions: int = 4) -> None:
        self.partitions = partitions
        self.records: list[LogRecord] = []
        self._offsets: dict[tuple[str, int], int] = {}
        self._grown = asyncio.Event()

    async def append(
        self, topic: str, key: str, event: Event, *, partition: int | None = None
    ) -> None:
        if partition is None:
            partition = partition_of(key, partitions_of_topic(topic, self.partitions))
        where = partition
        offset = self._offsets.get((topic, where), 0)
        self._offsets[topic, where] = offset + 1
        self.records.append(
            LogRecord(
                topic=topic,
                partition=where,
                offset=offset,
                kind=event.kind,  # type: ignore[attr-defined]
                by=event.by,
                at_ms=event.at_ms,
                key=key,
                value=event.model_dump_json().encode(),
            )
        )
        self._grown.set()
        self._grown = asyncio.Event()

    def follower(self, topic: str) -> "MemoryFollower":
        return MemoryFollower(self, topic)

    def events(self, topic: str) -> list[Event]:
        return [record.event() for record in self.records if record.topic == topic]


class MemoryFollower:
    def __init__(self, log: MemoryLog, topic: str) -> None:
        self._log, self._topic = log, topic
        self._next = 0
        self._at_start = len(log.records)

    async def batches(self) -> AsyncIterator[Sequence[LogRecord]]:
        while True:
            grown = self._log._grown
            batch = [r for r in self._log.records[self._next :] if r.topic == self._topic]
            self._next = len(self._log.records)
            if batch:
                yield batch
            else:
                await grown.wait()

    def caught_up(self) -> bool:
        return self._next >= self._at_start
