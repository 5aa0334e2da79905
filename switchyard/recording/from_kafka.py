"""Reads everything that a recording needs from the topics."""

from shared.contracts.topics import CONFIG
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower, read_to_end
from shared.runner.documents import PREFIX
from switchyard.recording.file import Recording


async def record(connection: Connection, *, service: str, log: str) -> Recording:
    """A recording of what `service` heard and decided on `log` so far."""
    documents = await read_to_end(KafkaFollower(connection, CONFIG))
    follower = KafkaFollower(connection, log)
    records = await read_to_end(follower)
    records.sort(key=lambda each: (each.partition, each.offset))
    contents = {r.key: r.value for r in documents if r.key and r.key.startswith(PREFIX)}
    return Recording(
        service=service,
        log=log,
        partitions=follower.partitions,
        documents=[contents[key] for key in sorted(contents)],
        records=records,
    )
