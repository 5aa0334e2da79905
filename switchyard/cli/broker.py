"""Short visits to the broker: read a small topic to its end, append a few records, leave."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Literal, TypeVar

import typer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from shared.contracts.configuration import Document, read_document
from shared.contracts.topics import CONFIG, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection, KafkaSettings
from shared.kafka.follower import KafkaFollower, read_to_end
from shared.log import AppendError, LogRecord
from switchyard.cli.apply import Applied, Publication
from switchyard.cli.output import UNREACHABLE, fail

T = TypeVar("T")
Profile = Literal["apache", "embedded"]
Broker = Annotated[
    str | None,
    typer.Option(
        "--broker",
        metavar="HOST:PORT",
        help="Kafka to talk to; default SWITCHYARD_KAFKA_BOOTSTRAP_SERVERS or 127.0.0.1:9092.",
    ),
]
OfProfile = Annotated[
    Profile | None,
    typer.Option("--profile", help="Kind of broker; default SWITCHYARD_KAFKA_PROFILE or apache."),
]
_PATIENCE_S = 30


def connect(broker: str | None, profile: Profile | None) -> Connection:
    """The broker of the environment; options win."""
    settings = KafkaSettings()
    changes: dict[str, object] = {}
    if broker:
        changes["bootstrap_servers"] = broker
    if profile:
        changes["profile"] = profile
    return Connection(settings.model_copy(update=changes))


def visit(connection: Connection, call: Callable[[Connection], Awaitable[T]]) -> T:
    """Run one call against the broker; leave with a remedy when it does not answer."""
    servers = connection.settings.bootstrap_servers
    # aiokafka logs every retry; the person gets one sentence instead.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)

    async def bounded() -> T:
        async with asyncio.timeout(_PATIENCE_S):
            return await call(connection)

    try:
        return asyncio.run(bounded())
    except AppendError as error:
        fail(str(error), "see `switchyard topics check`", code=UNREACHABLE)
    except (KafkaError, OSError, TimeoutError) as error:
        remedy = "is it running? name it with --broker, or start one with `switchyard run`"
        fail(f"the broker at {servers}: {type(error).__name__}", remedy, code=UNREACHABLE)


async def read_all(connection: Connection, topic: str) -> list[LogRecord]:
    """Everything that the topic holds now; for small topics.

    Raises:
        AppendError: the topic does not exist.
    """
    await _sizes(connection, topic)
    return await read_to_end(KafkaFollower(connection, topic))


async def read_history(connection: Connection) -> tuple[list[Applied], dict[str, Document]]:
    """What was applied, oldest first, and the documents by hash."""
    history: dict[tuple[str, int], Applied] = {}
    documents: dict[str, Document] = {}
    for record in await read_all(connection, CONFIG):
        kind, _, rest = (record.key or "").partition("/")
        if not record.value:
            continue
        try:
            if kind == "applied":
                entry = Applied.model_validate_json(record.value)
                history[entry.pool, entry.version] = entry
            elif kind == "document":
                documents[rest] = read_document(record.value)
        except ValidationError as error:
            raise AppendError(f"topic {CONFIG} holds `{record.key}`, which cannot be read") from (
                error
            )
    return sorted(history.values(), key=lambda it: (it.at_ms, it.pool, it.version)), documents


async def log_sizes(connection: Connection) -> tuple[int, int]:
    """Partitions of pool-log and people-log; system-log must be there, and has one.

    Raises:
        AppendError: one of them does not exist.
    """
    pool, people, _ = await _sizes(connection, POOL_LOG, PEOPLE_LOG, SYSTEM_LOG)
    return pool, people


async def _sizes(connection: Connection, *topics: str) -> list[int]:
    """Partitions of each topic. The admin client says at once that there is none; others wait."""
    admin = AIOKafkaAdminClient(**connection.client())
    try:
        await admin.start()
        there = {it["topic"]: len(it["partitions"]) for it in await admin.describe_topics()}
    finally:
        await admin.close()
    for topic in topics:
        if topic not in there:
            raise AppendError(f"topic {topic} does not exist: run `switchyard topics create`")
    return [there[topic] for topic in topics]


async def publish(connection: Connection, publications: Iterable[Publication]) -> None:
    """Append one after the other, each confirmed: their order is what makes a repeat safe."""
    appender = KafkaAppender(connection)
    try:
        await appender.start()
        for it in publications:
            key = it.key.encode() if it.key is not None else None
            await appender.send(it.topic, it.partition, key, it.value, it.headers)
    finally:
        await appender.stop()
