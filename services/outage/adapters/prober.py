"""Looks at every watched channel in time, and tells what came of it in system-log.

Intervals are logical time, which a demo may run hundreds of times faster or steer at any moment;
so the prober wakes often, and looks at the clock each time. Timeouts are real time.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from services.outage.adapters.looks import Found, Look
from services.outage.adapters.references import References
from shared.clock import Clock
from shared.contracts.configuration import INSTALLATION, OutageDocument, Probe
from shared.contracts.outage import ProbeEnded
from shared.contracts.topics import SYSTEM_LOG
from shared.contracts.words import Channel
from shared.log import Appender, AppendError

log = structlog.get_logger(__name__)
PIECE_S = 0.1  # real time asleep at most, so that a steered clock or a new duty is noticed
LEAST_S = 0.005  # and at least
FLOOR_S = 0.05  # real time between two beginnings of the same probe, however fast the clock


@dataclass(frozen=True, slots=True)
class Orders:
    """What to look at.

    hurried: suspect channels, which are looked at twice as often.
    told_ms: logical time of the newest look that is known, of this process or one before.
    """

    document: OutageDocument
    hurried: frozenset[Channel]
    told_ms: int = 0


@dataclass(slots=True)
class _Round:
    """When a probe began last, by both clocks, and its look while it goes on."""

    probe: Probe  # as it was configured then
    began_ms: int
    began_s: float
    task: asyncio.Task[None]


class Prober:
    """At most one look per probe at a time, and `concurrency` of all of them."""

    def __init__(
        self,
        *,
        orders: Callable[[], Orders | None],
        look: Look,
        references: References,
        appender: Appender,
        clock: Clock,
        stamp: str,
        concurrency: int,
    ) -> None:
        """Args:
        orders: None while this process may not look: it does not hold the shard, or is not ready.
        stamp: of this process, for the ids.
        """
        self._orders, self._look, self._references = orders, look, references
        self._appender, self._clock, self._stamp = appender, clock, stamp
        self._places = asyncio.Semaphore(concurrency)
        self._rounds: dict[tuple[Channel, str], _Round] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self._telling: set[asyncio.Task[None]] = set()  # of the looks, those that have an outcome
        self._count = 0
        self._told_ms = 0
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running event loop. Nothing is looked at before there are orders."""
        if self._loop is None:
            self._loop = asyncio.create_task(self._run(), name="prober")

    async def aclose(self, drain_s: float) -> None:
        """Begin nothing more, and end looks; what is being told has `drain_s` real seconds."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
        for task in self._looks - self._telling:
            task.cancel()  # to look has no effect, so nothing is lost
        if self._looks:
            await asyncio.wait(self._looks, timeout=drain_s)
        left = list(self._looks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def problem(self) -> str | None:
        """Why nothing is looked at any more; None while all is well, or before the start."""
        loop = self._loop
        if loop is None or not loop.done() or loop.cancelled():
            return None
        return f"the prober ended: {type(loop.exception()).__name__}"

    async def _run(self) -> None:
        while True:
            orders = self._orders()
            patience_s = PIECE_S if orders is None else self._begin_due(orders)
            await asyncio.sleep(max(LEAST_S, min(PIECE_S, patience_s)))

    def _begin_due(self, orders: Orders) -> float:
        """Begin what is due; real seconds until more may be."""
        wanted = {
            (channel, probe.name): probe
            for channel, watch in orders.document.channels.items()
            for probe in watch.probes
        }
        self._forget_others(wanted)
        patience_s = PIECE_S
        for (channel, name), probe in wanted.items():
            left_s = self._left_s(channel, probe, hurried=channel in orders.hurried)
            if left_s <= 0:
                self._rounds[channel, name] = self._begin(channel, probe)
            else:
                patience_s = min(patience_s, left_s)
        return patience_s

    def _forget_others(self, wanted: dict[tuple[Channel, str], Probe]) -> None:
        """Of probes that are gone or were changed: looks are broken off, for they say nothing."""
        for key, last in list(self._rounds.items()):
            if wanted.get(key) != last.probe:
                del self._rounds[key]
                if last.task not in self._telling:
                    last.task.cancel()

    def _left_s(self, channel: Channel, probe: Probe, *, hurried: bool) -> float:
        """Real seconds until the probe is due."""
        last = self._rounds.get((channel, probe.name))
        if last is None:
            return 0.0
        if not last.task.done():
            return PIECE_S
        now_ms = self._clock.now_ms()
        last.began_ms = min(last.began_ms, now_ms)  # the clock was set back: do not wait for it
        every_ms = probe.every_s * (500 if hurried else 1_000)
        logical_s = (last.began_ms + every_ms - now_ms) / 1_000 / max(self._clock.speed(), 1e-6)
        return max(logical_s, last.began_s + FLOOR_S - time.monotonic())

    def _begin(self, channel: Channel, probe: Probe) -> _Round:
        task = asyncio.create_task(self._round(channel, probe), name=f"probe {probe.name}")
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)
        task.add_done_callback(self._telling.discard)
        return _Round(probe, self._clock.now_ms(), time.monotonic(), task)

    async def _round(self, channel: Channel, probe: Probe) -> None:
        async with self._places:
            began_s = time.monotonic()
            found = await self._look(probe)
            took_ms = int((time.monotonic() - began_s) * 1_000)
            if found.outcome == "failed":
                found = await self._is_it_us(found)
        await self._tell(channel, probe, found, took_ms)

    async def _is_it_us(self, found: Found) -> Found:
        orders = self._orders()
        references = orders.document.references if orders is not None else ()
        if await self._references.any_reached(references):
            return found
        return Found("isolated", found.detail)

    def _later_ms(self, orders: Orders) -> int:
        """Now, but after every look before: the core takes one that is not newer for a late one.

        So looks are heard also after the clock was set back.
        """
        newest_ms = max(self._told_ms, orders.told_ms)
        self._told_ms = max(self._clock.now_ms(), newest_ms + 1)
        return self._told_ms

    async def _tell(self, channel: Channel, probe: Probe, found: Found, took_ms: int) -> None:
        """Not told where the shard went to another process, which looks now; nor where the probe
        was changed meanwhile: what came of its old target would count for the new one.

        One that is not confirmed is given up, for the next look says more.
        """
        orders = self._orders()
        watch = orders.document.channels.get(channel) if orders is not None else None
        if orders is None or watch is None or probe not in watch.probes:
            return
        task = asyncio.current_task()
        assert task is not None
        self._telling.add(task)
        self._count += 1
        event = ProbeEnded(
            event_id=f"{self._stamp}:probe:{self._count}",
            pool=INSTALLATION,
            at_ms=self._later_ms(orders),
            by="outage",
            channel=channel,
            probe=probe.name,
            outcome=found.outcome,
            detail=found.detail,
            took_ms=took_ms,
        )
        try:
            await self._appender.append(SYSTEM_LOG, INSTALLATION, event)
        except AppendError as error:
            log.warning("probe_not_told", channel=channel, probe=probe.name, error=str(error))
