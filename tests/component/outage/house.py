"""A prober with what is around it: a log in memory, a fast clock, and what it may look at."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.outage.adapters.looks import Look, Looker
from services.outage.adapters.prober import Orders, Prober
from services.outage.adapters.references import References
from shared.clock import SteeredClock
from shared.contracts.configuration import Probe
from shared.contracts.event import Event
from shared.contracts.outage import ProbeEnded
from shared.contracts.topics import SYSTEM_LOG
from shared.log import AppendError
from tests.component.outage.door import Door
from tests.support.memory_log import MemoryLog
from tests.support.outage_stage import T0, document, of, watched

PATIENCE_S = 20.0  # real time; a machine under load is slow, and a test that waits is not


class HouseClock(SteeredClock):
    """A steered clock that can be set back, as by a time server."""

    back_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() - self.back_ms


class House:
    """A prober with what is around it. `orders` is what it may look at."""

    def __init__(self, path: Path, door: Door, *, speed: float) -> None:
        SteeredClock.create(path / "clock", start_ms=T0, speed=speed)
        self.clock = HouseClock(path / "clock")
        self.log = MemoryLog()
        self.door = door
        self.orders: Orders | None = None
        self.looker = Looker()
        self.prober = self.new_prober()

    def new_prober(
        self, appender: Any = None, *, stamp: str = "stamp", look: Look | None = None
    ) -> Prober:
        look = look or self.looker.look
        return Prober(
            orders=lambda: self.orders,
            look=look,
            references=References(look, cache_s=0.2),
            appender=appender or self.log,
            clock=self.clock,
            stamp=stamp,
            concurrency=4,
        )

    def watch(self, *probes: Probe, references: tuple[Probe, ...] = ()) -> None:
        found = watched().model_copy(update={"probes": probes})
        self.orders = Orders(
            document(channels={"voice": found}, references=references), frozenset()
        )

    def probe(self, **given: Any) -> Probe:
        return Probe(
            **{"name": "door", "target": self.door.url, "every_s": 30, "timeout_s": 5.0} | given
        )

    async def told(self, until: Callable[[list[ProbeEnded]], object]) -> list[ProbeEnded]:
        """All that the prober told, as soon as `until` is true of it."""
        async with asyncio.timeout(PATIENCE_S):
            async for _ in self.log.follower(SYSTEM_LOG).batches():
                found = of(ProbeEnded, self.log.events(SYSTEM_LOG))
                if until(found):
                    return found
        raise AssertionError("a log has no end")

    async def next(self, count: int = 1) -> list[ProbeEnded]:
        """Those that are told from now on; the first may have been under way."""
        before = len(self.log.records)
        return (await self.told(lambda it: len(it) >= before + count + 1))[before + 1 :]


class Slow:
    """An appender that confirms when it is told to."""

    def __init__(self, log: MemoryLog) -> None:
        self.log = log
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.told: list[str] = []

    async def append(
        self, topic: str, key: str, event: Event, *, partition: int | None = None
    ) -> None:
        self.begun.set()
        await self.go_on.wait()
        self.told.append(event.event_id)


class Deaf:
    """An appender that confirms nothing twice, and then all."""

    def __init__(self, log: MemoryLog) -> None:
        self.refused = 0
        self.log = log

    async def append(
        self, topic: str, key: str, event: Event, *, partition: int | None = None
    ) -> None:
        if self.refused < 2:
            self.refused += 1
            raise AppendError("no")
        await self.log.append(topic, key, event, partition=partition)


async def until(condition: Callable[[], bool], *, what: str) -> None:
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while not condition():
        assert asyncio.get_running_loop().time() < end, f"it never came: {what}"
        await asyncio.sleep(0.01)
