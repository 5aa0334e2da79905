"""Outside effects: what is sent after a lease was committed, and the outcome told afterwards.

The order that makes it safe: the lease is durable before anything is written, nothing is written
after the lease, and an outcome that is not told in time lets the ledger count the attempt as in
doubt. So a process may die, or wake up deposed, at any point.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.methods import Method
from services.notifier.core import Content, NotifierState, content, is_notice, recipient
from shared.clock import Clock
from shared.contracts.configuration import Person
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded, AttemptLeased, NotificationEnded
from shared.contracts.topics import PEOPLE_LOG
from shared.log import Appender, AppendError

_REMEMBERED = 10_000  # attempts begun lately: a fact that is handed over again sends nothing
_TELLING_WAITS_S = (0.1, 0.5, 2.0)  # before an outcome that was not confirmed is told again
_log = structlog.get_logger(__name__)


class Ledger(Protocol):
    """A shard of the notifier, as the runner holds it."""

    @property
    def state(self) -> NotifierState: ...


@dataclass(slots=True)
class _Attempt:
    lease: AttemptLeased
    until: float  # monotonic seconds: the lease's end as this process measures it
    content: Content | None
    person: Person | None
    called_off: str = ""  # why nothing may be written any more


class Sender:
    """Makes the attempts that committed leases allow, at most `concurrency` at a time by a method.

    Each contact method has places of its own: one that hangs holds no other back.
    """

    def __init__(
        self,
        *,
        methods: Mapping[str, Method[Any]],
        appender: Appender,
        clock: Clock,
        concurrency: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._methods = methods
        self._appender, self._clock, self._monotonic = appender, clock, monotonic
        self._places = {name: asyncio.Semaphore(concurrency) for name in methods}
        self._open: dict[str, _Attempt] = {}  # by notification: it has one attempt at a time
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun: OrderedDict[str, None] = OrderedDict()
        self._closing = False

    def on_committed(self, shard: Ledger, facts: Sequence[Event]) -> None:
        """Begin what these durable facts allow, call off what they end. Waits for nothing.

        Must be called in the event loop; `shard.state` tells what to say, and to whom.
        """
        for fact in facts:
            match fact:
                case AttemptLeased():
                    self._begin(fact, shard.state)
                case NotificationEnded():
                    self._over(fact, shard.state)
                case _:
                    pass  # the other facts of the ledger ask nothing of the outside

    async def aclose(self, drain_s: float) -> None:
        """Stop: what is not being written yet is not sent, what is may end within `drain_s`.

        An attempt that does not end in that time has no outcome and will be in doubt.
        """
        self._closing = True
        for attempt in self._open.values():
            attempt.called_off = attempt.called_off or "the sender is stopping"
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=drain_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin(self, lease: AttemptLeased, state: NotifierState) -> None:
        if self._closing or lease.attempt_id in self._begun:
            return
        self._begun[lease.attempt_id] = None
        if len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)
        # Content and person are taken now: the state goes on, and may drop them when it ends.
        attempt = _Attempt(
            lease=lease,
            until=self._local_end(lease),
            content=content(state, lease.notification_id),
            person=recipient(state, lease.notification_id),
        )
        self._open[lease.notification_id] = attempt
        task = asyncio.create_task(self._attempt(attempt), name=f"attempt {lease.attempt_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _local_end(self, lease: AttemptLeased) -> float:
        """When the lease ends by a clock that cannot jump; never more than its whole length."""
        left_ms = min(
            lease.lease_until_ms - self._clock.now_ms(), lease.lease_until_ms - lease.at_ms
        )
        return self._monotonic() + left_ms / 1000 / max(self._clock.speed(), 1e-6)  # 0: it stands

    def _over(self, ended: NotificationEnded, state: NotifierState) -> None:
        attempt = self._open.get(ended.notification_id)
        if attempt is not None:
            attempt.called_off = f"the notification ended: {ended.end}"
        if ended.end == "dead_lettered":
            notice = is_notice(state, ended.notification_id)
            _log.error(
                "notice_dead_lettered" if notice else "page_dead_lettered",
                notification_id=ended.notification_id,
                person=ended.person,
                reason=ended.reason,
            )

    async def _attempt(self, attempt: _Attempt) -> None:
        try:
            async with self._places.get(attempt.lease.method, nullcontext()):
                delivery = await self._deliver(attempt)
            await self._tell(attempt.lease, delivery)
        finally:
            if self._open.get(attempt.lease.notification_id) is attempt:
                del self._open[attempt.lease.notification_id]

    async def _deliver(self, attempt: _Attempt) -> Delivery:
        obstacle = self._obstacle(attempt)
        if obstacle:
            return Delivery("not_sent", obstacle)
        assert attempt.content is not None
        assert attempt.person is not None
        method = self._methods.get(attempt.lease.method)
        if method is None:
            return Delivery("not_sent", "this sender does not have the contact method")
        return await method.attempt(
            attempt.lease, attempt.content, attempt.person, lambda: self._may_write(attempt)
        )

    def _may_write(self, attempt: _Attempt) -> bool:
        return not self._obstacle(attempt)

    def _obstacle(self, attempt: _Attempt) -> str:
        """Why nothing may be written now; empty if it may."""
        lease = attempt.lease
        if attempt.called_off:
            return attempt.called_off
        # Both clocks: the monotonic one cannot jump, the other follows a demo's change of speed.
        if self._monotonic() >= attempt.until or self._clock.now_ms() >= lease.lease_until_ms:
            return "the lease had ended"
        if attempt.content is None:
            return "the notification is not in the ledger any more"
        if attempt.person is None:
            return "the person is not in the configuration any more"
        return ""

    async def _tell(self, lease: AttemptLeased, delivery: Delivery) -> None:
        """Append the outcome. Given up after a few tries: then the ledger calls it in doubt."""
        ended = self._outcome(lease, delivery)
        _log.info(
            "attempt_ended",
            attempt_id=lease.attempt_id,
            outcome=delivery.outcome,
            detail=delivery.detail,
        )
        for wait_s in (*_TELLING_WAITS_S, None):
            with suppress(AppendError):
                await self._appender.append(PEOPLE_LOG, lease.person, ended)
                return
            if wait_s is not None:
                await asyncio.sleep(wait_s)
        _log.error("outcome_not_told", attempt_id=lease.attempt_id, outcome=delivery.outcome)

    def _outcome(self, lease: AttemptLeased, delivery: Delivery) -> AttemptEnded:
        return AttemptEnded(
            event_id=f"{lease.attempt_id}/ended",
            pool=lease.pool,
            at_ms=self._clock.now_ms(),
            by="notifier",
            cause=lease.event_id,
            attempt_id=lease.attempt_id,
            notification_id=lease.notification_id,
            person=lease.person,
            outcome=delivery.outcome,
            detail=delivery.detail,
            retry_after_ms=delivery.retry_after_ms,
            provider_id=delivery.provider_id,
        )
