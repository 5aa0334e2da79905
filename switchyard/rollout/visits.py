"""Short visits to the broker: read a small topic to its end, append a few records, leave."""

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient
from pydantic import ValidationError

from shared.configuration import Loaded
from shared.contracts.configuration import Document, read_document
from shared.contracts.topics import CONFIG, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower, read_to_end
from shared.log import AppendError, LogRecord
from switchyard.rollout.plan import Applied, Order, Publication, latest_of, plan_apply


async def apply(
    connection: Connection, loaded: Loaded, *, actor: str, reason: str, now_ms: int
) -> int:
    """Publish what differs from what is applied, as `switchyard config apply` does.

    Returns:
        How many partitions pool-log has.

    Raises:
        AppendError: a topic is missing, or cannot be read.
        ValueError: the configuration has errors.
    """
    history, _documents = await read_history(connection)
    pools, people = await log_sizes(connection)
    order = Order(
        actor=actor,
        reason=reason,
        now_ms=now_ms,
        pool_partitions=pools,
        people_partitions=people,
    )
    await publish(connection, plan_apply(loaded, latest_of(history), order))
    return pools


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
