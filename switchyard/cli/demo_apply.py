"""The demo's configuration for services that somebody else started."""

from shared.configuration import Loaded
from shared.kafka.connection import Connection
from switchyard.cli.apply import Order, latest_of, plan_apply
from switchyard.cli.broker import log_sizes, publish, read_history


async def apply(connection: Connection, loaded: Loaded, now_ms: int) -> int:
    """Publish the demo's configuration, as `switchyard config apply` does.

    Returns:
        How many partitions pool-log has.

    Raises:
        AppendError: a topic is missing, or cannot be read.
    """
    records, _documents = await read_history(connection)
    pools, people = await log_sizes(connection)
    order = Order(
        actor="operator:switchyard-demo",
        reason="configuration of the demo",
        now_ms=now_ms,
        pool_partitions=pools,
        people_partitions=people,
    )
    await publish(connection, plan_apply(loaded, latest_of(records), order))
    return pools
