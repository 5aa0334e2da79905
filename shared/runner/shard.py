"""One shard: what follows from a batch of records. No Kafka, no clock, no await in here.

The same code decides in a service, in a replay and in a test, so what a replay finds equal is
equal. State runs ahead of the log within a batch: nothing of an outcome may be believed before it
is committed, and after a failed commit the shard is thrown away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import ValidationError

from shared.contracts.catalogue import read
from shared.contracts.configuration import PEOPLE, Document
from shared.contracts.event import Event
from shared.contracts.system import ConfigChanged, EventRejected, EventSkipped
from shared.contracts.topics import DEAD_LETTERS, partition_of, partitions_of_topic, state_topic
from shared.log import Headers, LogRecord
from shared.runner.core import Core
from shared.runner.dead_letter import STALE, DeadLetter, Reason, dead_letter
from shared.runner.meta import META_KEY, Meta, read_meta, source_of, split_source

S = TypeVar("S")


@dataclass(slots=True)
class Output:
    """One record to write."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: Headers


@dataclass(slots=True)
class Outcome:
    """All that one batch leads to; made durable together or not at all."""

    facts: list[Event] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)  # facts, then dead letters
    changed: list[tuple[str, bytes | None]] = field(default_factory=list)
    meta: bytes = b""
    next_offset: int = 0
    heard: int = 0
    dead_letters: int = 0


class CulpritError(Exception):
    """`decide` or `evolve` raised on this record. The shard's state is worth nothing now."""

    def __init__(self, record: LogRecord, reason: str) -> None:
        super().__init__(f"{record.topic}/{record.partition}@{record.offset}: {reason}")
        self.record, self.reason = record, reason


class MissingDocumentError(Exception):
    """A configuration is named whose content has not arrived; the shard must wait for it."""

    def __init__(self, document_hash: str) -> None:
        super().__init__(f"configuration {document_hash} is not in the config topic")
        self.document_hash = document_hash


class WrongShapeError(Exception):
    """The stored state was made for another number of partitions."""


class Shard(Generic[S]):
    """State of one partition of one service, and the step from a batch to its outcome.

    `partitions`: of the installation; topics that the catalogue fixes otherwise have theirs.
    """

    def __init__(
        self,
        core: Core[S],
        *,
        partition: int,
        partitions: int,
        documents: Mapping[str, Document],
    ) -> None:
        self.core, self.partition, self.partitions = core, partition, partitions
        self.documents = documents
        self.state = core.empty(documents)
        self.meta = Meta(core=core.version, partitions=partitions)
        self.name = f"{core.service}-{partition}"
        self._by = core.service.encode()
        self._keys: dict[tuple[str, str], tuple[int, bytes]] = {}

    def load(self, entities: Mapping[str, bytes], meta: bytes | None) -> None:
        """Fill this new shard from what was stored.

        Raises:
            WrongShapeError: the state belongs to another number of partitions.
        """
        if meta is not None:
            self.meta = read_meta(meta)
            if self.meta.partitions != self.partitions:
                raise WrongShapeError(
                    f"{self.name}: the state was made for {self.meta.partitions} partitions, the "
                    f"log has {self.partitions}; the number is fixed at creation"
                )
            self.meta.core = self.core.version
        self.core.load(self.state, entities)

    def deadline_ms(self) -> int | None:
        return self.core.deadline(self.state)

    def take(
        self, records: Sequence[LogRecord], skip: Mapping[str, EventSkipped] | None = None
    ) -> Outcome:
        """Decide on a batch, in order.

        Args:
            records: of this partition, ascending offsets, none below the resume point.
            skip: event ids that were skipped before, with the fact that said so (for replay), or
                that must be skipped now.

        Raises:
            CulpritError: a decision raised; throw this shard away and take the batch one by one.
            MissingDocumentError: nothing was decided; wait for that document and call again.
        """
        outcome = Outcome()
        decoded = [(record, self._decode(record, outcome)) for record in records]
        for _record, event in decoded:  # before the first step, so that the state is still whole
            if isinstance(event, ConfigChanged) and event.hash not in self.documents:
                raise MissingDocumentError(event.hash)
        for record, event in decoded:
            self._step(record, event, outcome, skip or {})
        outcome.changed = self.core.take_changed(self.state)
        self.meta.next_offset = outcome.next_offset = records[-1].offset + 1
        outcome.meta = self.meta.encode()
        return outcome

    def _decode(self, record: LogRecord, outcome: Outcome) -> Event | None:
        """The event, or None where this core does not hear it. Unreadable: a dead letter."""
        kind = record.kind
        if kind not in self.core.hears:
            if not kind:  # an unknown kind is a newer writer's; a missing one is nobody's
                self._bury(record, outcome, "the header `kind` is missing")
            return None
        if kind == "tick" and record.by != self.core.service:
            return None
        try:
            return read(kind, record.value)
        except ValidationError as error:
            where = "; ".join(
                f"{'.'.join(map(str, each['loc'])) or 'value'}: {each['type']}"
                for each in error.errors(include_input=False, include_url=False)[:5]
            )
            self._bury(record, outcome, where)
            return None

    def _bury(
        self, record: LogRecord, outcome: Outcome, detail: str, reason: Reason = "unreadable"
    ) -> None:
        letter = dead_letter(
            self.core.service,
            record,
            reason=reason,
            detail=detail,
            now_ms=max(self.meta.now_ms, record.at_ms),
        )
        outcome.outputs.append(self._letter(letter))
        outcome.dead_letters += 1

    def _letter(self, letter: DeadLetter) -> Output:
        return Output(DEAD_LETTERS, 0, letter.topic.encode(), letter.encode(), [])

    def _step(
        self,
        record: LogRecord,
        event: Event | None,
        outcome: Outcome,
        skip: Mapping[str, EventSkipped],
    ) -> None:
        self.meta.now_ms = max(self.meta.now_ms, record.at_ms)  # logical time never goes back
        if event is None or self._repeated(record):
            return
        outcome.heard += 1
        number = 0
        if (skipped := skip.get(event.event_id)) is not None:
            self._emit(skipped, record, number, outcome)
            return
        try:
            for fact in self.core.decide(self.state, event, self.meta.now_ms):
                self.core.evolve(self.state, fact)
                number = self._emit(fact, record, number, outcome)
                if isinstance(fact, EventRejected) and fact.code == STALE:
                    self._bury(record, outcome, fact.message, STALE)
        except Exception as error:
            raise CulpritError(record, f"{type(error).__name__} in {self.core.service}") from error

    def _repeated(self, record: LogRecord) -> bool:
        """Facts of another shard carry (offset, number); what is not later was heard before."""
        if not record.source or (parts := split_source(record.source)) is None:
            return False
        shard, offset, number = parts
        if (offset, number) <= self.meta.seen.get(shard, (-1, -1)):
            return True
        self.meta.seen[shard] = (offset, number)
        return False

    def _emit(self, fact: Event, record: LogRecord, number: int, outcome: Outcome) -> int:
        outcome.facts.append(fact)
        value = fact.__pydantic_serializer__.to_json(fact)  # model_dump_json makes a str first
        kind: str = fact.kind  # type: ignore[attr-defined] # every event of the catalogue has one
        head = [("kind", kind.encode()), ("by", self._by), ("at", b"%d" % fact.at_ms)]
        for topic, key in self.core.destinations(fact):
            source = source_of(self.core.service, self.partition, record.offset, number)
            # A skipped tick has no pool, and `*` stands for everybody: such a fact concerns this
            # partition, and is told here.
            own = key == PEOPLE or kind == "event_skipped"
            where, encoded = self._place_of(topic, key)
            outcome.outputs.append(
                Output(
                    topic,
                    self.partition if own else where,
                    encoded,
                    value,
                    [*head, ("src", source.encode())],
                )
            )
            number += 1
        return number

    def _place_of(self, topic: str, key: str) -> tuple[int, bytes]:
        """Partition and bytes of a key; there are as many as pools or people here."""
        if (known := self._keys.get((topic, key))) is None:
            where = partition_of(key, partitions_of_topic(topic, self.partitions))
            known = self._keys[topic, key] = (where, key.encode())
        return known

    def skipped(self, record: LogRecord, reason: str) -> tuple[EventSkipped, Output]:
        """The fact and the dead letter that say that this record was passed over."""
        event = read(record.kind, record.value)
        now_ms = max(self.meta.now_ms, record.at_ms)
        letter = dead_letter(
            self.core.service, record, reason="skipped", detail=reason, now_ms=now_ms
        )
        fact = EventSkipped(
            event_id=f"{event.event_id}#skipped/{self.core.service}",
            pool=event.pool,
            at_ms=now_ms,
            by=self.core.service,
            cause=event.event_id,
            service=self.core.service,
            skipped=event.event_id,
            reason=reason,
            core_version=self.core.version,
            occurred_at_ms=now_ms,
        )
        return fact, self._letter(letter)

    def state_records(self, outcome: Outcome) -> list[tuple[bytes, bytes | None]]:
        """What goes to the state topic: changed entities, then the resume point."""
        records = [(key.encode(), value) for key, value in outcome.changed]
        records.append((META_KEY.encode(), outcome.meta))
        return records

    @property
    def state_topic(self) -> str:
        return state_topic(self.core.service)
