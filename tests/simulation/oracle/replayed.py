"""R7: one shard's input decided again from nothing, in other batches, gives the same bytes."""

from random import Random
from typing import Any

from shared.contracts.system import EventSkipped
from shared.runner.shard import Shard
from switchyard.report.verdict import Finding
from tests.simulation.world import World

Told = tuple[str, int, bytes, bytes]  # topic, partition, key, value


def check_replay(world: World, service: str, partition: int, chance: Random) -> Finding:
    """Compare what the shard told, by the `src` of each fact, with what a fresh one tells."""
    finding = Finding("R7", "same log, configuration and core: equal facts")
    name = f"{service}-{partition}"
    told: dict[str, Told] = {}
    skips: dict[str, EventSkipped] = {}
    prefix = f"{name}:"
    for (topic, where), log in sorted(world.broker.logs.items()):
        for record in log.records:
            if not record.source.startswith(prefix):
                continue
            key = (record.key or "").encode()
            if told.setdefault(record.source, fact := (topic, where, key, record.value)) != fact:
                finding.broken(f"{record.source}: told twice, and not the same")
            if record.kind == "event_skipped":
                event = record.event()
                assert isinstance(event, EventSkipped)
                skips[event.skipped] = event
    derived = _derived(world, service, partition, chance, skips)
    finding.exercised = len(derived)
    for source in sorted(told.keys() | derived.keys()):
        was, now = told.get(source), derived.get(source)
        if was != now:
            finding.broken(f"{source}: {_shown(was)} but again {_shown(now)}")
    return finding


def _derived(
    world: World, service: str, partition: int, chance: Random, skips: dict[str, EventSkipped]
) -> dict[str, Told]:
    core = world.cores[service]
    shard: Shard[Any] = Shard(
        core, partition=partition, partitions=world.partitions, documents=world.documents
    )
    records = world.broker.log(core.log, partition).records
    derived: dict[str, Told] = {}
    start = 0
    while start < len(records):
        batch = records[start : start + chance.randint(1, 500)]
        start += len(batch)
        for output in shard.take(batch, skips).outputs:
            source = dict(output.headers).get("src")
            if source is not None:
                place = (output.topic, output.partition, output.key, output.value)
                derived[source.decode()] = place
    return derived


def _shown(told: Told | None) -> str:
    return "nothing" if told is None else f"{told[0]} {told[3].decode()[:300]}"
