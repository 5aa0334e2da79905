"""The broker, in memory: partitions, fences, transactions, and commits that are torn in two."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shared.contracts.catalogue import read
from shared.contracts.event import Event
from shared.contracts.topics import partition_of, partitions_of_topic
from shared.log import Headers, LogRecord, headers_of
from shared.runner.shard import Outcome, Output

Wake = Callable[[], None]
Watcher = Callable[["SeenRecord"], None]


class FencedError(Exception):
    """Another owner took the shard after this one; nothing of the commit was written."""


class SeenRecord(LogRecord):
    """A record that is decoded at most once for people and checkers; shards decode themselves."""

    __slots__ = ("_event",)
    _event: Event

    def event(self) -> Event:
        try:
            return self._event
        except AttributeError:
            event = read(self.kind, self.value)
            object.__setattr__(self, "_event", event)  # the record itself stays frozen
            return event


class Log:
    """One partition. Offsets have gaps where transactions ended, as on Kafka."""

    def __init__(self, topic: str, partition: int) -> None:
        self.topic, self.partition = topic, partition
        self.records: list[SeenRecord] = []
        self.offsets: list[int] = []
        self.next_offset = 0
        self.stable = 0  # how many records readers may see (Kafka's last stable offset)
        self.dangling: dict[str, int] = {}  # transaction that nobody ended: from which record on
        self.wakes: dict[str, Wake] = {}

    def append(
        self, key: bytes | None, value: bytes, headers: Headers, at_ms: int = 0
    ) -> SeenRecord:
        told = dict(headers)
        record = SeenRecord(
            self.topic,
            self.partition,
            self.next_offset,
            told.get("kind", b"").decode(),
            told.get("by", b"").decode(),
            int(told["at"]) if "at" in told else at_ms,
            None if key is None else key.decode(),
            value,
            told.get("src", b"").decode(),
        )
        self.records.append(record)
        self.offsets.append(self.next_offset)
        self.next_offset += 1
        return record

    def read(self, offset: int, most: int) -> list[SeenRecord]:
        """Visible records from this offset on."""
        start = bisect_left(self.offsets, offset)
        return self.records[start : min(start + most, self.stable)]

    def lag(self, offset: int) -> int:
        return max(0, self.stable - bisect_left(self.offsets, offset))


@dataclass(slots=True)
class Stored:
    """What the compacted state topic holds of one shard: the last bytes per key."""

    entities: dict[str, bytes] = field(default_factory=dict)
    meta: bytes | None = None

    def apply(self, outcome: Outcome) -> None:
        for key, value in outcome.changed:
            if value is None:
                self.entities.pop(key, None)
            else:
                self.entities[key] = value
        self.meta = outcome.meta


class Broker:
    """`transactions`: as Apache Kafka. Without: facts first, then one frame of state."""

    def __init__(self, *, partitions: int, transactions: bool) -> None:
        self.partitions, self.transactions = partitions, transactions
        self.logs: dict[tuple[str, int], Log] = {}
        self.states: dict[str, Stored] = {}
        self.epochs: dict[str, int] = {}
        self._watchers: dict[str, list[Watcher]] = {}

    def log(self, topic: str, partition: int) -> Log:
        found = self.logs.get((topic, partition))
        if found is None:
            found = self.logs[topic, partition] = Log(topic, partition)
        return found

    def topic(self, name: str) -> list[SeenRecord]:
        """All records of a topic, partition after partition."""
        logs = [log for (topic, _), log in sorted(self.logs.items()) if topic == name]
        return [record for log in logs for record in log.records]

    def watch(self, kinds: Sequence[str], watcher: Watcher) -> None:
        """Tell these kinds to somebody of the outside world as soon as readers see them."""
        for kind in kinds:
            self._watchers.setdefault(kind, []).append(watcher)

    def append(self, topic: str, key: str, event: Event, partition: int | None = None) -> None:
        """What the appender of a process does: one event, outside of any transaction."""
        if partition is None:
            partition = partition_of(key, partitions_of_topic(topic, self.partitions))
        self.append_bytes(
            topic, partition, key.encode(), event.model_dump_json().encode(), headers_of(event)
        )

    def append_bytes(
        self, topic: str, partition: int, key: bytes | None, value: bytes, headers: Headers
    ) -> None:
        log = self.log(topic, partition)
        log.append(key, value, headers)
        self._show(log)

    # Shards

    def fence(self, shard: str) -> int:
        """Become the owner: older ones may commit no more, and what they left open is aborted."""
        self.epochs[shard] = self.epochs.get(shard, 0) + 1
        self.abort_open(shard)
        return self.epochs[shard]

    def abort_open(self, shard: str) -> None:
        """End what the shard left open: by the next owner's fence, or by the timeout."""
        for _, log in sorted(self.logs.items()):
            if log.dangling.pop(shard, None) is not None:
                log.next_offset += 1
                self._show(log)

    def stored(self, shard: str) -> Stored:
        return self.states.setdefault(shard, Stored())

    def commit(self, shard: str, epoch: int, outcome: Outcome) -> None:
        """Facts, state and resume point together.

        Raises:
            FencedError: the owner is not the latest one.
        """
        if self.epochs[shard] != epoch:
            raise FencedError(shard)
        touched = self._write(outcome.outputs)
        if self.transactions:
            for log in touched:
                log.next_offset += 1  # the marker that ends the transaction
        self.stored(shard).apply(outcome)
        for log in touched:
            self._show(log)

    def leave_open(self, shard: str, epoch: int, outputs: Sequence[Output]) -> None:
        """The owner dies inside its transaction: readers stand still there until it is fenced."""
        if self.epochs[shard] != epoch:
            raise FencedError(shard)
        for output in outputs:
            log = self.log(output.topic, output.partition)
            log.next_offset += 1
            log.dangling.setdefault(shard, len(log.records))

    def write_facts_only(self, outputs: Sequence[Output]) -> None:
        """The owner dies between facts and state frame, on a broker without transactions."""
        for log in self._write(outputs):
            self._show(log)

    def _write(self, outputs: Sequence[Output]) -> list[Log]:
        touched: dict[tuple[str, int], Log] = {}
        for each in outputs:
            log = touched.get((each.topic, each.partition))
            if log is None:
                log = touched[each.topic, each.partition] = self.log(each.topic, each.partition)
            log.append(each.key, each.value, each.headers)
        return list(touched.values())

    def _show(self, log: Log) -> None:
        """Let readers see what is stable now, and tell those who wait for it."""
        before = log.stable
        log.stable = min(log.dangling.values(), default=len(log.records))
        if log.stable <= before:
            log.stable = before
            return
        for wake in log.wakes.values():
            wake()
        watchers = self._watchers
        for record in log.records[before : log.stable]:
            for watcher in watchers.get(record.kind, ()):
                watcher(record)
