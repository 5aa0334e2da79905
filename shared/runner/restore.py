"""Reads a shard's stored state back: the last bytes per key, decoded once."""

from aiokafka import TopicPartition

from shared.kafka.connection import Connection
from shared.runner.meta import META_KEY
from shared.runner.outlets import FRAME_KEY, decode_frame


async def read_state(
    connection: Connection, topic: str, partition: int
) -> tuple[dict[str, bytes], bytes | None]:
    """(entities, resume point) as committed when the high watermark was taken.

    Take ownership first: on Kafka the fence ends the last owner's transaction, so that what is
    read to the high watermark is all that there will ever be of it.
    """
    where = TopicPartition(topic, partition)
    watermarks = connection.consumer(isolation_level="read_uncommitted")
    await watermarks.start()
    try:
        end = (await watermarks.end_offsets([where]))[where]
    finally:
        await watermarks.stop()
    entities: dict[bytes, bytes] = {}
    if end:
        await _read(connection, where, end, entities)
    meta = entities.pop(META_KEY.encode(), None)
    return {key.decode(): value for key, value in entities.items()}, meta


async def _read(
    connection: Connection, where: TopicPartition, end: int, entities: dict[bytes, bytes]
) -> None:
    consumer = connection.consumer(max_partition_fetch_bytes=16 << 20)
    await consumer.start()
    try:
        consumer.assign([where])
        consumer.seek(where, 0)
        while await consumer.position(where) < end:
            found = await consumer.getmany(where, timeout_ms=200, max_records=10_000)
            for record in found.get(where, ()):
                if record.key == FRAME_KEY and record.value is not None:
                    for key, value in decode_frame(record.value):
                        _put(entities, key, value)
                else:
                    _put(entities, record.key, record.value)
    finally:
        await consumer.stop()


def _put(entities: dict[bytes, bytes], key: bytes, value: bytes | None) -> None:
    if value is None:
        entities.pop(key, None)
    else:
        entities[key] = value
