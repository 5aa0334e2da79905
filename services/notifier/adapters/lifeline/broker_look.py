"""Whether the broker answers: asked anew each time, over a connection of its own."""

import asyncio
from contextlib import suppress

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from shared.kafka.connection import Connection

_PATIENCE_S = 5.0


class BrokerLook:
    """A connection that is open proves nothing, and one that was closed neither."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def __call__(self) -> bool:
        client = AIOKafkaClient(
            **self._connection.client(), request_timeout_ms=round(_PATIENCE_S * 1000)
        )
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await client.bootstrap()  # asks for the metadata of the cluster
        except (KafkaError, OSError):  # TimeoutError is an OSError
            return False
        else:
            return True
        finally:
            with suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(_PATIENCE_S):
                    await client.close()
