"""Decide a recorded log again, and compare the facts with those that were recorded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from shared.contracts.configuration import Document, hash_of, read_document
from shared.contracts.system import EventSkipped
from shared.log import LogRecord
from shared.runner.core import Core
from shared.runner.meta import split_source
from shared.runner.shard import Shard
from switchyard.recording.file import Recording

Fact = tuple[str, int, int, str, bytes]  # shard, input offset, number, topic's key, value


@dataclass(frozen=True, slots=True)
class Replayed:
    """Both sides, and the first place where they part."""

    recorded: int
    derived: int
    recorded_sha256: str
    derived_sha256: str
    first_difference: str | None

    @property
    def equal(self) -> bool:
        return self.recorded_sha256 == self.derived_sha256


def replay(recording: Recording, core: Core[Any], *, batch_size: int = 500) -> Replayed:
    """Feed the recorded log to a fresh core and compare what it decides.

    Kafka offsets name the order in which a shard decided; they are compared only as that order,
    so batches, kills and rebalances of the recorded run leave no trace.
    """
    recorded = recorded_facts(recording)
    derived = derived_facts(recording, core, batch_size=batch_size)
    return Replayed(
        recorded=len(recorded),
        derived=len(derived),
        recorded_sha256=digest(recorded),
        derived_sha256=digest(derived),
        first_difference=_first_difference(recorded, derived),
    )


def recorded_facts(recording: Recording) -> list[Fact]:
    """Facts of the service as its shards decided them. Written twice (embedded) is one."""
    prefix = f"{recording.service}-"
    found: dict[str, Fact] = {}
    for record in recording.records:
        if record.source.startswith(prefix) and (parts := split_source(record.source)):
            found[record.source] = (*parts, record.key or "", record.value)
    return sorted(found.values())


def derived_facts(recording: Recording, core: Core[Any], *, batch_size: int) -> list[Fact]:
    """What the core decides on the recorded log, in batches of another size."""
    documents: Mapping[str, Document] = {
        hash_of(content): read_document(content) for content in recording.documents
    }
    skips = skips_of(recording.records, recording.service)
    by_partition: dict[int, list[LogRecord]] = defaultdict(list)
    for record in recording.records:
        by_partition[record.partition].append(record)
    facts: list[Fact] = []
    for partition, records in sorted(by_partition.items()):
        shard: Shard[Any] = Shard(
            core, partition=partition, partitions=recording.partitions, documents=documents
        )
        for start in range(0, len(records), batch_size):
            outcome = shard.take(records[start : start + batch_size], skips)
            for output in outcome.outputs:
                if output.topic == recording.log:
                    source = next(value for name, value in output.headers if name == "src")
                    parts = split_source(source.decode())
                    assert parts is not None
                    facts.append((*parts, output.key.decode(), output.value))
    return sorted(facts)


def skips_of(records: Iterable[LogRecord], service: str) -> dict[str, EventSkipped]:
    """Events that the service could not follow then, and therefore must not now."""
    skips = {}
    for record in records:
        if record.kind == "event_skipped" and record.by == service:
            fact = record.event()
            assert isinstance(fact, EventSkipped)
            skips[fact.skipped] = fact
    return skips


def digest(facts: Iterable[Fact]) -> str:
    """SHA-256 over shard, key and value of each fact in the order decided."""
    total = sha256()
    for shard, _offset, _number, key, value in facts:
        for part in (shard.encode(), key.encode(), value):
            total.update(len(part).to_bytes(4, "big"))
            total.update(part)
    return total.hexdigest()


def _first_difference(recorded: list[Fact], derived: list[Fact]) -> str | None:
    for was, now in zip_longest(recorded, derived):
        if was is None:
            return f"derived but not recorded: {_told(now)}"
        if now is None:
            return f"recorded but not derived: {_told(was)}"
        if (was[0], was[3], was[4]) != (now[0], now[3], now[4]):
            return f"recorded {_told(was)}\n derived  {_told(now)}"
    return None


def _told(fact: Fact) -> str:
    return f"{fact[0]} at offset {fact[1]}: {fact[4].decode(errors='replace')[:400]}"
