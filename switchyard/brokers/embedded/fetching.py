"""Fetches: answered at once when there is something, otherwise when something comes."""

from collections.abc import Callable
from dataclasses import dataclass

from switchyard.brokers.embedded.requests import NONE, OUT_OF_RANGE, UNKNOWN_TOPIC
from switchyard.brokers.embedded.storage import Partition, Topics
from switchyard.brokers.embedded.wire import Reader, Writer


@dataclass(frozen=True, slots=True)
class Wanted:
    """One partition of a fetch."""

    topic: str
    number: int
    offset: int
    max_bytes: int
    partition: Partition | None

    def wrong(self) -> bool:
        """An error is to be told."""
        return self.partition is None or not 0 <= self.offset <= self.partition.next_offset

    def size(self, enough: int) -> int:
        return 0 if self.partition is None else self.partition.size_from(self.offset, enough)


@dataclass(frozen=True, slots=True)
class Fetch:
    max_wait_ms: int
    min_bytes: int
    wanted: list[list[Wanted]]  # per topic

    def answerable(self) -> bool:
        """Enough is there, or something is wrong."""
        enough, size = max(1, self.min_bytes), 0
        for topic in self.wanted:
            for one in topic:
                size += one.size(enough - size)
                if size >= enough or one.wrong():
                    return True
        return False

    def wake_with(self, wake: Callable[[], None]) -> None:
        for topic in self.wanted:
            for one in topic:
                if one.partition is not None:
                    one.partition.waiting[wake] = None

    def forget(self, wake: Callable[[], None]) -> None:
        for topic in self.wanted:
            for one in topic:
                if one.partition is not None:
                    one.partition.waiting.pop(wake, None)

    def answer(self) -> bytes:
        answer = Writer().int32(0).int32(len(self.wanted))
        for topic in self.wanted:
            answer.text(topic[0].topic if topic else "").int32(len(topic))
            for one in topic:
                _answer_one(answer, one)
        return answer.result()


def _answer_one(answer: Writer, one: Wanted) -> None:
    partition, error, records = one.partition, NONE, list[bytes]()
    end = partition.next_offset if partition is not None else -1
    if partition is None:
        error = UNKNOWN_TOPIC
    elif one.wrong():
        error = OUT_OF_RANGE
    else:
        records = partition.read(one.offset, one.max_bytes)
    answer.int32(one.number).int16(error).int64(end).int64(end)
    answer.int32(-1).data(records)  # no aborted transactions


def read_fetch(request: Reader, topics: Topics) -> Fetch:
    request.int32()  # replica
    max_wait_ms = request.int32()
    min_bytes = request.int32()
    request.int32()  # most bytes in all: bounded per partition
    request.int8()  # isolation: nothing is ever uncommitted

    def of_topic() -> list[Wanted]:
        name = request.text()

        def one() -> Wanted:
            number, offset, most = request.int32(), request.int64(), request.int32()
            return Wanted(name, number, offset, most, topics.partition(name, number))

        return request.array(one) or []

    return Fetch(max_wait_ms, min_bytes, request.array(of_topic) or [])
