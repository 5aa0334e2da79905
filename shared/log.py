"""Records of a log as every reader sees them, and the two ports through which logs are used."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.contracts.catalogue import read
from shared.contracts.event import Event

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One record. `kind`, `by` and `at_ms` come from headers, so skipping needs no decoding.

    `source` is `<service>-<partition>:<offset>:<n>` on facts: the n-th fact that this shard
    decided on its input at that offset. It grows per shard, so readers can drop repeats.
    """

    topic: str
    partition: int
    offset: int
    kind: str
    by: str
    at_ms: int
    key: str | None
    value: bytes
    source: str = ""

    def event(self) -> Event:
        """Decode the value by `kind`.

        Raises:
            KeyError: no such kind. pydantic.ValidationError: not of that kind.
        """
        return read(self.kind, self.value)


def headers_of(event: Event, source: str = "") -> Headers:
    """`kind`, `by`, `at` and, on facts, `src`: all that a reader needs to skip a record."""
    headers = [
        ("kind", event.kind.encode()),  # type: ignore[attr-defined]
        ("by", event.by.encode()),
        ("at", b"%d" % event.at_ms),
    ]
    if source:
        headers.append(("src", source.encode()))
    return headers


class Appender(Protocol):
    """Appends events to a log, confirmed by the broker (acks=all) when the call returns."""

    async def append(
        self, topic: str, key: str, event: Event, *, partition: int | None = None
    ) -> None:
        """Append one event. Calls made at the same time travel in one batch.

        Args:
            topic: a name from shared.contracts.topics.
            key: decides the partition by `partition_of`, unless `partition` is given.

        Raises:
            AppendError: the broker did not confirm within the delivery timeout; the event may
                still have been written, so a retry must carry the same event_id.
        """
        ...


class AppendError(Exception):
    """The broker did not confirm. Retry with the same event_id."""


class Follower(Protocol):
    """Reads every partition of one topic from its beginning, and goes on as it grows."""

    def batches(self) -> AsyncIterator[Sequence[LogRecord]]:
        """Records in order per partition; only what is committed."""
        ...

    def caught_up(self) -> bool:
        """True once all that had been written when the follower started has been handed out."""
        ...
