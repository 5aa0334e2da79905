"""Heartbeats of many agents, told as one record per pool and period."""

import asyncio
import time
from collections.abc import Callable, Iterable

import structlog

from services.gateway.adapters.view.directory import Directory
from shared.clock import Clock
from shared.contracts.agents import AgentsSeen
from shared.contracts.topics import POOL_LOG
from shared.log import Appender, AppendError

log = structlog.get_logger(__name__)
_GAP_PERIODS = 2  # a longer silence was ours, and must not age the agents' leases


class Heartbeats:
    def __init__(
        self,
        *,
        appender: Appender,
        clock: Clock,
        directory: Directory,
        stamp: str,
        period_s: float,
        ready: Callable[[], bool],
    ) -> None:
        self._appender, self._clock, self._directory = appender, clock, directory
        self._stamp, self._period_s = stamp, period_s
        self._ready = ready  # while the doors are shut nobody can be heard, and none is missed
        self._heard: dict[str, dict[str, None]] = {}
        self._last_ms: dict[str, int] = {}
        self._count = 0

    def heard(self, pool: str, agent_ids: Iterable[str]) -> None:
        self._heard.setdefault(pool, {}).update(dict.fromkeys(agent_ids))

    async def run(self) -> None:
        """Tell every period (real time) for ever; cancel it to stop."""
        due_s = time.monotonic()
        while True:
            due_s = max(due_s + self._period_s, time.monotonic())
            await asyncio.sleep(due_s - time.monotonic())
            if self._ready():
                await self.tell()

    async def tell(self) -> None:
        """One record for each pool that has agents, also if nobody was heard: time passed."""
        pools = [
            pool
            for pool in self._directory.pools()
            if (entry := self._directory.entry(pool)) is not None and entry.agents
        ]
        await asyncio.gather(*(self._tell_of(pool) for pool in pools))

    async def _tell_of(self, pool: str) -> None:
        now_ms = self._clock.now_ms()
        heard = self._heard.pop(pool, {})
        self._count += 1
        event = AgentsSeen(
            event_id=f"{self._stamp}:seen:{pool}:{self._count}",
            pool=pool,
            at_ms=now_ms,
            by="gateway",
            agent_ids=tuple(sorted(heard)),
            gap_ms=self._gap_ms(pool, now_ms),
        )
        try:
            await self._appender.append(POOL_LOG, pool, event)
        except AppendError as error:
            self._heard[pool] = heard | self._heard.get(pool, {})  # they go with the next one
            log.warning("heartbeats_not_appended", pool=pool, error=str(error))
        else:
            self._last_ms[pool] = now_ms

    def _gap_ms(self, pool: str, now_ms: int) -> int:
        last_ms = self._last_ms.get(pool)
        if last_ms is None:
            return 0  # how long nobody listened before this process is not known
        most_ms = int(_GAP_PERIODS * self._period_s * self._clock.speed() * 1_000)
        return max(0, min(now_ms - last_ms, most_ms))
