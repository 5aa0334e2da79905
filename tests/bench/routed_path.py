"""The routed path through Kafka, ours against the peer, in one run: records/s and CPU a record."""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from shared.contracts.event import Event
from shared.contracts.topics import CONFIG, POOL_LOG
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from shared.log import headers_of
from shared.runner.documents import PREFIX
from shared.runner.shard import Shard
from services.router.core import router_core
from tests.bench.processes import Worker, start
from tests.bench.story import Story, kind_of, record_of
from tests.support.fleet import fresh_topics

AGENTS = 1_000
Figures = dict[str, Any]


async def fill(connection: Connection, story: Story, events: list[Event]) -> None:
    """The same log for all: commands only, in partition 0."""
    await fresh_topics(connection, partitions=1)
    producer = connection.producer()
    await producer.start()
    document = next(iter(story.documents))
    await producer.send_and_wait(CONFIG, story.content, key=f"{PREFIX}{document}".encode())
    batch = producer.create_batch()
    for event in events:
        entry = {
            "timestamp": None,
            "key": event.pool.encode(),
            "value": event.model_dump_json().encode(),
            "headers": headers_of(event),
        }
        if batch.append(**entry) is None:
            await (await producer.send_batch(batch, POOL_LOG, partition=0))
            batch = producer.create_batch()
            batch.append(**entry)
    await (await producer.send_batch(batch, POOL_LOG, partition=0))
    await producer.stop()


def shape_of(story: Story, events: list[Event]) -> Figures:
    """What the router writes for each command: topic and size of each record."""
    shard = Shard(router_core, partition=0, partitions=1, documents=story.documents)
    outputs: list[list[tuple[str, int]]] = []
    samples: list[tuple[str, str]] = []
    facts = written = 0
    for offset in range(0, len(events), 500):
        batch = [
            record_of(event, offset + n) for n, event in enumerate(events[offset : offset + 500])
        ]
        outcome = shard.take(batch)
        sizes: list[list[tuple[str, int]]] = [[] for _ in batch]
        records = [(each.topic, len(each.value)) for each in outcome.outputs]
        records += [
            ("router-state", len(value or b"")) for _key, value in shard.state_records(outcome)
        ]
        for n, (topic, size) in enumerate(records):  # spread evenly over the batch
            sizes[n * len(batch) // len(records)].append((topic, size))
        outputs += sizes
        facts += len(outcome.facts)
        written += len(records)
        if len(samples) < 4_000:
            samples += [(kind_of(fact), fact.model_dump_json()) for fact in outcome.facts]
    return {
        "records": len(events),
        "outputs": outputs,
        "facts": facts,
        "written": written,
        "samples": samples[1_000:],
    }


async def watch(connection: Connection, wanted: int, worker: Worker) -> Figures:
    """Wall and CPU time from the first record written to the last."""
    seen, first, begun, cpu = 0, 0, 0.0, 0.0
    stream = KafkaFollower(connection, POOL_LOG).batches()
    async for batch in stream:
        found = sum(1 for each in batch if each.source)
        if found and not begun:
            begun, cpu, first = time.perf_counter(), worker.cpu_s(), found
        seen += found
        if seen >= wanted:
            break
        if worker.process.poll() not in (None, 0):
            raise RuntimeError(worker.log_file.read_text()[-3000:])
    wall, spent = time.perf_counter() - begun, worker.cpu_s() - cpu
    await stream.aclose()
    share = (seen - first) / seen  # of the work that fell into the measured time
    return {"wall_s": wall, "cpu_s": spent, "share": share}


async def measure(
    connection: Connection, interactions: int = 20_000, rounds: int = 3
) -> list[Figures]:
    story = Story("bench", agents=AGENTS)
    events = list(story.commands(interactions))
    shape = shape_of(story, events)
    shape_file = Path(tempfile.mkdtemp(prefix="switchyard-bench-")) / "shape.json"
    shape_file.write_text(json.dumps(shape))
    moved = shape["records"] + shape["facts"] + shape["written"]  # own facts are read back, too
    plain = Connection.to(connection.settings.bootstrap_servers, "embedded")
    runs = {
        "peer, no transactions": ("peer", connection, "plain"),
        "like peer, no transactions": ("peer", connection, "like"),
        "ours, no transactions": ("ours", plain, ""),
        "peer, transactions": ("peer", connection, "transactions"),
        "like peer, transactions": ("peer", connection, "like+transactions"),
        "ours, transactions": ("ours", connection, ""),
    }
    results: dict[str, list[Figures]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (whose, way, mode) in runs.items():
            await fill(connection, story, events)
            servers = connection.settings.bootstrap_servers
            if whose == "peer":
                worker = start(way, "tests.bench.peer", servers, str(shape_file), mode)
            else:
                worker = start(way, "services.router")
            try:
                figures = await asyncio.wait_for(watch(connection, shape["facts"], worker), 300)
            finally:
                worker.stop()
            records = moved * figures["share"]
            results[name].append(
                {
                    "records_per_s": records / figures["wall_s"],
                    "cpu_us": figures["cpu_s"] / records * 1e6,
                }
            )
    return [
        {
            "name": name,
            "best": max(each["records_per_s"] for each in found),
            "median": sorted(each["records_per_s"] for each in found)[len(found) // 2],
            "cpu_us": sorted(each["cpu_us"] for each in found)[len(found) // 2],
        }
        for name, found in results.items()
    ] + [
        {"name": "shape", "in": shape["records"], "out": shape["written"], "facts": shape["facts"]}
    ]


async def embedded_rate(connection: Connection, interactions: int) -> float:
    """Records a second on the embedded broker."""
    from shared.kafka.admin import create_topics

    story = Story("bench", agents=AGENTS)
    events = list(story.commands(interactions))
    shape = shape_of(story, events)
    await create_topics(connection, partitions=1)
    await fill(connection, story, events)
    worker = start(connection, "services.router")
    try:
        found = await asyncio.wait_for(watch(connection, shape["facts"], worker), 300)
    finally:
        worker.stop()
    moved = shape["records"] + shape["facts"] + shape["written"]
    return float(moved * found["share"] / found["wall_s"])
