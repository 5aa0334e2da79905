"""Dead letters that are sent again, a hundred at a time, so that providers are not run over."""

import asyncio
from collections.abc import Sequence

import structlog

from shared.clock import Clock
from shared.contracts.notification import RedriveRequested
from shared.contracts.topics import PEOPLE_LOG
from shared.log import Appender, AppendError

log = structlog.get_logger(__name__)
BATCH = 100
MOST = 10_000  # in one request


class Redrives:
    """One request at a time. What a process had not appended when it ended is asked for again."""

    def __init__(self, *, appender: Appender, clock: Clock, period_s: float) -> None:
        self._appender, self._clock, self._period_s = appender, clock, period_s
        self._waiting: list[RedriveRequested] = []
        self._come = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many of the last request are not in the log yet."""
        return len(self._waiting)

    def lasts_s(self, number: int) -> float:
        """How long it takes until so many are in the log, in real time."""
        return max(0, (number - 1) // BATCH) * self._period_s

    async def begin(self, events: Sequence[RedriveRequested]) -> None:
        """Append the first batch, and leave the others to `run`; there must be none waiting.

        Raises:
            AppendError: the first batch was not confirmed; nothing else was begun.
        """
        self._waiting = list(events[BATCH:])  # before the append: nobody else may begin meanwhile
        try:
            await self._append(events[:BATCH])
        except AppendError:
            self._waiting = []
            raise
        self._come.set()

    async def run(self) -> None:
        """Append what waits, batch by batch, for ever; cancel it to stop."""
        while True:
            await self._come.wait()
            self._come.clear()
            while self._waiting:
                await asyncio.sleep(self._period_s)
                try:
                    await self._append(self._waiting[:BATCH])
                except AppendError:
                    log.warning("redrives_not_confirmed", waiting=len(self._waiting))
                    continue  # the same ids again: heard twice they are one
                del self._waiting[:BATCH]

    async def _append(self, events: Sequence[RedriveRequested]) -> None:
        now_ms = self._clock.now_ms()
        told = [event.model_copy(update={"at_ms": now_ms}) for event in events]
        await asyncio.gather(*(self._appender.append(PEOPLE_LOG, it.person, it) for it in told))
