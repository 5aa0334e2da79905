"""How many contacts came in by channel, told each period: what silence is measured against."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

import structlog

from shared.clock import Clock
from shared.contracts.configuration import INSTALLATION
from shared.contracts.outage import ContactsSeen
from shared.contracts.topics import SYSTEM_LOG
from shared.contracts.words import Channel
from shared.log import Appender, AppendError

log = structlog.get_logger(__name__)
_GAP_PERIODS = 2  # a longer silence was ours, and says nothing of a channel


class Evidence:
    def __init__(
        self,
        *,
        appender: Appender,
        clock: Clock,
        gateway: str,
        stamp: str,
        period_s: float,
        ready: Callable[[], bool],
    ) -> None:
        self._appender, self._clock = appender, clock
        self._gateway, self._stamp, self._period_s = gateway, stamp, period_s
        self._ready = ready  # while the doors are shut no channel can be heard, and none is silent
        self._counts: Counter[Channel] = Counter()
        self._last_ms: int | None = None  # of the last record that was confirmed
        self._told_ms = 0
        self._count = 0

    def heard(self, channel: Channel) -> None:
        """A contact came in by this channel, and was not refused."""
        self._counts[channel] += 1

    async def run(self) -> None:
        """Tell every period (real time) for ever; cancel it to stop."""
        due_s = time.monotonic()
        while True:
            due_s = max(due_s + self._period_s, time.monotonic())
            await asyncio.sleep(due_s - time.monotonic())
            if self._ready():
                await self.tell()

    async def tell(self) -> None:
        """One record, also if nothing came: time passed, and we listened."""
        now_ms = self._clock.now_ms()
        # A record that is not newer than one before is late, and a contact in it ends no silence;
        # so times go on also after the clock was set back.
        self._told_ms = max(now_ms, self._told_ms + 1)
        counts, self._counts = self._counts, Counter()
        self._count += 1
        event = ContactsSeen(
            event_id=f"{self._stamp}:contacts:{self._count}",
            pool=INSTALLATION,
            at_ms=self._told_ms,
            by="gateway",
            gateway=self._gateway,
            counts=dict(sorted(counts.items())),
            gap_ms=self._gap_ms(now_ms),
        )
        try:
            await self._appender.append(SYSTEM_LOG, INSTALLATION, event)
        except AppendError as error:
            self._counts.update(counts)  # they go with the next one
            log.warning("contacts_not_appended", error=str(error))
        else:
            self._last_ms = now_ms

    def _gap_ms(self, now_ms: int) -> int:
        if self._last_ms is None:
            return 0  # how long nobody listened before this process is not known
        most_ms = int(_GAP_PERIODS * self._period_s * self._clock.speed() * 1_000)
        return max(0, min(now_ms - self._last_ms, most_ms))
