"""Compares this machine's clock with the broker's: more than a second apart, append nothing."""

import asyncio
import os
import socket
import time

import structlog
from aiokafka.errors import KafkaError

from shared.contracts.topics import CLOCK_PROBE
from shared.kafka.connection import Connection

log = structlog.get_logger(__name__)
LIMIT_MS = 1_000


class ClockGuard:
    """Every `period_s` it appends one record that the broker stamps, and compares."""

    def __init__(self, connection: Connection, *, period_s: float = 10.0) -> None:
        self._connection, self._period_s = connection, period_s
        self.difference_ms = 0

    def problem(self) -> str | None:
        """Why this process must append nothing, or None."""
        if abs(self.difference_ms) <= LIMIT_MS:
            return None
        return f"this clock is {self.difference_ms} ms off the broker's: repair time sync"

    async def run(self) -> None:
        """Compare for ever; cancel it to stop. On the embedded broker there is one clock."""
        if not self._connection.transactions:
            return
        producer = self._connection.producer()
        await producer.start()
        name = f"{socket.gethostname()}-{os.getpid()}".encode()
        try:
            while True:
                try:
                    before = time.time_ns() // 1_000_000
                    done = await producer.send_and_wait(CLOCK_PROBE, b"", key=name)
                    after = time.time_ns() // 1_000_000
                    self.compare(before, int(done.timestamp), after)
                except KafkaError as error:
                    log.warning("clock_not_compared", error=type(error).__name__)
                await asyncio.sleep(self._period_s)
        finally:
            await producer.stop()

    def compare(self, before_ms: int, broker_ms: int, after_ms: int) -> None:
        """The broker's stamp lies between `before` and `after` when the clocks agree."""
        if before_ms <= broker_ms <= after_ms:
            self.difference_ms = 0
        else:
            nearest = before_ms if broker_ms < before_ms else after_ms
            self.difference_ms = nearest - broker_ms
