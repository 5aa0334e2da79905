"""Reads everything that a recording needs from the topics."""

from shared.contracts.topics import CONFIG
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from shared.log import LogRecord
from shared.runner.documents import PREFIX
from switchyard.recording.file import Recording


async def read_all(connection: Connection, topic: str) -> tuple[list[LogRecord], int]:
    """(records, partitions) of a topic up to its end now."""
    follower = KafkaFollower(connection, topic)
    records: list[LogRecord] = []
    stream = follower.batches()
    async for batch in stream:
        records += batch
        if follower.caught_up():
            break
    await stream.aclose()
    return records, follower.partitions


async def record(connection: Connection, *, service: str, log: str) -> Recording:
    """A recording of what `service` heard and decided on `log` so far."""
    documents, _ = await read_all(connection, CONFIG)
    records, partitions = await read_all(connection, log)
    records.sort(key=lambda each: (each.partition, each.offset))
    contents = {r.key: r.value for r in documents if r.key and r.key.startswith(PREFIX)}
    return Recording(
        service=service,
        log=log,
        partitions=partitions,
        documents=[contents[key] for key in sorted(contents)],
        records=records,
    )
