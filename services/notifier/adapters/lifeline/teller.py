"""Tells every operator of one outage, with a line in the spool before and after each try."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.lifeline.people_copy import Operator
from services.notifier.adapters.lifeline.spool import Line, Spool
from services.notifier.adapters.lifeline.story import LEASE_S, Story, lease_of, trouble_of
from services.notifier.adapters.methods import Method
from shared.clock import Clock
from shared.contracts.notification import AttemptLeased
from shared.contracts.troubles import TroubleReported

_log = structlog.get_logger(__name__)


class Teller:
    """One outage. `waits_s`: before each try after the first; the last one repeats."""

    def __init__(
        self,
        *,
        since_ms: int,
        operators: Sequence[Operator],
        waits_s: Sequence[float],
        spool: Spool,
        methods: Mapping[str, Method[Any]],
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.since_ms, self._spool, self._methods = since_ms, spool, methods
        self._clock, self._monotonic = clock, monotonic
        self._waits_s = tuple(waits_s) or (60.0,)
        lines = spool.read()
        self._people = {it.person.id: it.person for it in operators}
        self.stories = [Story.of(it.person.id, it.methods, lines) for it in operators]
        self._due_s: dict[str, float] = {}

    async def round(self) -> None:
        """One try for each who is not told and whose time has come, side by side."""
        now_s = self._monotonic()
        due = [it for it in self.stories if not it.over and self._due_s.get(it.person, 0) <= now_s]
        await asyncio.gather(*(self._try(story) for story in due))

    async def _try(self, story: Story) -> None:
        method, number = story.method, story.tries + 1
        now_ms = self._clock.now_ms()
        trouble = trouble_of(story, self.since_ms, now_ms)
        lease = lease_of(trouble, story, now_ms)
        self._note(story, Line(now_ms, story.person, method, number))
        delivery = await self._sent(method, lease, trouble)
        ended = Line(
            self._clock.now_ms(),
            story.person,
            method,
            number,
            delivery.outcome,
            delivery.detail,
        )
        self._note(story, ended)
        self._log(story, method, delivery)
        wait_s = self._waits_s[min(number, len(self._waits_s)) - 1]
        if story.methods and story.method != method:
            wait_s = 0.0  # another one has had no try yet, or can wait no longer
        self._due_s[story.person] = self._monotonic() + wait_s

    async def _sent(self, name: str, lease: AttemptLeased, trouble: TroubleReported) -> Delivery:
        until_s = self._monotonic() + LEASE_S
        method, person = self._methods[name], self._people[lease.person]
        try:
            async with asyncio.timeout(LEASE_S):
                return await method.attempt(
                    lease, trouble, person, lambda: self._monotonic() < until_s
                )
        except TimeoutError:
            return Delivery("unknown", "no outcome within the lease")
        except Exception as error:  # noqa: BLE001 - a defect of one method must not stop the others
            return Delivery("unknown", f"it broke off: {type(error).__name__}")

    def _note(self, story: Story, line: Line) -> None:
        """A disk that is full must not keep the news back; after a crash it may be told twice."""
        story.hear(line)
        try:
            self._spool.append(line)
        except OSError as error:
            _log.warning("spool_not_written", error=type(error).__name__)

    def _log(self, story: Story, method: str, delivery: Delivery) -> None:
        _log.info(
            "operator_tried",
            person=story.person,
            method=method,
            outcome=delivery.outcome,
            detail=delivery.detail,
        )
        if not story.methods:
            _log.error("operator_not_told", person=story.person, detail=delivery.detail)
