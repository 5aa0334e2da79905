"""Calls that are due at a logical time, on a clock whose speed may change at any moment."""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from typing import Any

from shared.clock import SteeredClock

# A sleep is cut into pieces of this length, real, so that a change of speed is soon felt.
_LONGEST_SLEEP_S = 0.02


class Timeline:
    """A heap of due calls, and the tasks that they started."""

    def __init__(self, clock: SteeredClock) -> None:
        self._clock = clock
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._number = 0  # calls due at the same time run in the order in which they were asked
        self._running: set[asyncio.Task[None]] = set()
        self._failed: BaseException | None = None

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def behind_ms(self) -> int:
        """How long, logical, the next call has been due; 0 where it is not."""
        return max(0, self.now_ms() - self._due[0][0]) if self._due else 0

    def at(self, at_ms: int, call: Callable[[], None]) -> None:
        """Make a call at a logical time, or as soon after it as can be."""
        self._number += 1
        heapq.heappush(self._due, (at_ms, self._number, call))

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Make a call when this many logical seconds have passed."""
        self.at(self.now_ms() + int(seconds * 1000), call)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a request beside all others; if it fails, the whole timeline does."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def watch(self, task: asyncio.Task[None]) -> None:
        """Fail with a task that somebody else started and stops."""
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None and self._failed is None:
            self._failed = task.exception()

    @property
    def planned(self) -> int:
        """How many calls are still to be made."""
        return len(self._due)

    @property
    def in_flight(self) -> int:
        return len(self._running)

    async def run(self, until_ms: int) -> None:
        """Make all calls that are due up to a logical time.

        Raises:
            Exception: the first that a started task ended with.
        """
        while (now := self.now_ms()) < until_ms:
            while self._due and self._due[0][0] <= now:
                heapq.heappop(self._due)[2]()
            self.fail_if_failed()
            due = self._due[0][0] if self._due else until_ms
            wait_s = (min(due, until_ms) - now) / 1000 / self._clock.speed()
            await asyncio.sleep(max(0.001, min(wait_s, _LONGEST_SLEEP_S)))

    async def settle(self) -> None:
        """Wait until every started task has ended."""
        while self._running:
            await asyncio.wait(self._running)
        self.fail_if_failed()

    def fail_if_failed(self) -> None:
        if self._failed is not None:
            raise self._failed

    async def stop(self) -> None:
        """Forget what is due, and cancel what runs."""
        self._due.clear()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
