"""Watches whether the broker answers; tells operators when it does not, and the ledger when it does
again.

It runs beside the shards and needs nothing of them: not their state, nor the log.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from services.notifier.adapters.lifeline.claim import Claim
from services.notifier.adapters.lifeline.people_copy import PeopleCopy, operators_of
from services.notifier.adapters.lifeline.spool import Spool
from services.notifier.adapters.lifeline.story import Story, account_of
from services.notifier.adapters.lifeline.teller import Teller
from services.notifier.adapters.methods import Method
from shared.clock import Clock, SystemClock
from shared.contracts.people import PeopleDocument
from shared.contracts.troubles import TroubleReported
from shared.log import AppendError

_LOOK_S = 5.0  # between two looks at the broker, at most
_log = structlog.get_logger(__name__)

Reach = Callable[[], Awaitable[bool]]
Append = Callable[[Sequence[TroubleReported]], Awaitable[None]]


class Lifeline:
    """Times are real ones: a broker that is away is so for people, not for a demo's clock.

    Args of the constructor:
        folder: shared by notifiers that shall tell an outage once.
        people: the document in force as far as this process knows it.
        reach: whether the broker answers now; bounded, never raises.
        append: to people-log, under the key of each one's person; raises AppendError.
    """

    def __init__(
        self,
        *,
        folder: Path,
        methods: Mapping[str, Method[Any]],
        people: Callable[[], PeopleDocument | None],
        reach: Reach,
        append: Append,
        clock: Clock,
        after_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._methods, self._people = methods, people
        self._reach, self._append = reach, append
        self._clock, self._after_s, self._monotonic = clock, after_s, monotonic
        self._named, self._ended = folder / "outage.json", folder / "last-outage"
        self._spool = Spool(folder / "outage.spool")
        self._copy = PeopleCopy(folder / "operators.json")
        self._there_s, self._there_ms = monotonic(), clock.now_ms()
        self._away, self._copied = False, True
        self._back = asyncio.Event()
        self._claim: Claim | None = None
        self._teller: Teller | None = None

    async def run(self) -> None:
        """Watch for ever; cancel it to stop."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(min(_LOOK_S, self._after_s / 4))
        finally:
            self._let_go()

    async def broker_back(self) -> None:
        """Return once the broker answers; `run` must be running."""
        await self._back.wait()

    async def look(self) -> None:
        """One look, and what follows from it."""
        if await self._reach():
            self._back.set()
            self._there_s, self._there_ms = self._monotonic(), self._clock.now_ms()
            if self._away:
                self._away = False
                _log.warning("broker_back")
            self._keep_copy()
            await self._give_account()
            return
        self._back.clear()
        if self._monotonic() - self._there_s >= self._after_s and not self._just_ended():
            await self._tell()

    def _keep_copy(self) -> None:
        document = self._people()
        if document is None:
            return
        try:
            self._copy.keep(document)
            self._copied = True
        except OSError as error:
            if self._copied:
                _log.error("operators_not_copied", error=type(error).__name__)
            self._copied = False

    async def _tell(self) -> None:
        if not self._away:
            self._away = True
            _log.error("broker_away", seconds=round(self._monotonic() - self._there_s))
        if self._teller is None:
            self._teller = self._begun()
        if self._teller is not None:
            await self._teller.round()

    def _begun(self) -> Teller | None:
        """None: another process tells, or nobody can be told."""
        document = self._people() or self._copy.read()
        if document is None or not document.operators:
            return None
        since_ms = self._there_ms
        try:
            if self._claim is None:  # else it is ours since the broker was back for a moment
                self._claim = Claim.begin(self._named, since_ms)
            if self._claim is None:
                return None
            since_ms = self._claim.since_ms
        except OSError as error:
            # A full disk may be why the broker is away. Better told by two processes than by none.
            _log.warning("outage_not_claimed", error=type(error).__name__)
        return Teller(
            since_ms=since_ms,
            operators=operators_of(document, frozenset(self._methods)),
            waits_s=document.retries.waits_s,
            spool=self._spool,
            methods=self._methods,
            clock=self._clock,
            monotonic=self._monotonic,
        )

    async def _give_account(self) -> None:
        """Tell the ledger who heard of it, so that the end goes out as all else does."""
        if self._teller is None:
            if self._claim is None:  # else it could not be given before
                self._claim = Claim.take(self._named)
            if self._claim is None:
                return  # nothing to tell, or another process does
        since_ms, until_ms = self._since_ms(), self._clock.now_ms()
        heard = [it for it in self._stories() if it.may_have_heard]
        try:
            await self._append([account_of(it, since_ms, until_ms) for it in heard])
        except AppendError as error:
            _log.info("account_not_given", error=str(error))
            return  # at the next look again, under the same ids
        _log.info("account_given", operators=len(heard))
        with suppress(OSError):
            self._ended.touch()
            self._spool.remove()
            if self._claim is not None:
                self._claim.end()
        self._let_go()

    def _since_ms(self) -> int:
        if self._teller is not None:
            return self._teller.since_ms
        assert self._claim is not None
        return self._claim.since_ms

    def _stories(self) -> Sequence[Story]:
        if self._teller is not None:
            return self._teller.stories
        lines = self._spool.read()  # of a process that is gone
        return [Story.of(person, (), lines) for person in dict.fromkeys(it.person for it in lines)]

    def _just_ended(self) -> bool:
        """Another process has seen the broker since we did, and told the end of this outage."""
        with suppress(OSError, ValueError):
            age_s = SystemClock().now_ms() / 1000 - self._ended.stat().st_mtime
            return abs(age_s) < self._after_s  # a clock may be set back
        return False

    def _let_go(self) -> None:
        if self._claim is not None:
            self._claim.close()
        self._claim = None
        self._teller = None
