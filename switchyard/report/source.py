"""Reads the topics of a running installation, up to what was there when it began."""

from shared.contracts.topics import CONFIG, DEAD_LETTERS, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower, read_to_end
from shared.log import LogRecord
from switchyard.report.build import Topics


async def read_topics(connection: Connection) -> Topics:
    """Everything that a report needs. For the order see `Topics`."""
    return Topics(
        pool_log=await _all_of(connection, POOL_LOG),
        system_log=await _all_of(connection, SYSTEM_LOG),
        people_log=await _all_of(connection, PEOPLE_LOG),
        config=await _all_of(connection, CONFIG),
        dead_letters=await _all_of(connection, DEAD_LETTERS),
    )


async def _all_of(connection: Connection, topic: str) -> list[LogRecord]:
    return await read_to_end(KafkaFollower(connection, topic))
