"""Outside effects: what is sent after a lease was committed, and the outcome told afterwards.

The order that makes it safe: the lease is durable before anything is written, nothing is written
after the lease, and an outcome that is not told in time lets the ledger count the attempt as in
doubt. So a process may die, or wake up deposed, at any point.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import structlog

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.methods import Method
from services.notifier.adapters.sending.addressees import addressed
from services.notifier.adapters.sending.attempts import Attempt, Unwritten
from services.notifier.adapters.sending.kept_rests import KeptRests
from services.notifier.adapters.sending.line import Line
from services.notifier.adapters.sending.provider import Provider
from services.notifier.adapters.sending.providers import address_of, provider_of
from services.notifier.adapters.sending.rates import BY_METHOD, NO_RATES, Rates
from services.notifier.adapters.sending.registry import Registry
from services.notifier.adapters.sending.stopwatch import Stopwatch
from services.notifier.adapters.sending.telling import tell
from services.notifier.adapters.sending.turns import Turns
from services.notifier.core import NotifierState, content, is_notice, recipient
from shared.clock import Clock
from shared.contracts.customers import is_customer
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased, NotificationEnded
from shared.log import Appender

_COMES_BACK_MS = 10_000  # at most, what had no turn to be written
_REMEMBERED = 10_000  # attempts begun lately: a fact that is handed over again sends nothing
_NOT_WRITTEN = frozenset({"not_sent", "blocked"})
_log = structlog.get_logger(__name__)


class Ledger(Protocol):
    """A shard of the notifier, as the runner holds it."""

    @property
    def state(self) -> NotifierState: ...


class Sender:
    """Makes the attempts that committed leases allow, the most urgent ones first.

    Each provider has a line, `concurrency` places, rates and a breaker of its own: one that hangs
    holds no other back. What has no turn within its lease is answered at once, with the time that
    it would have waited.
    """

    def __init__(
        self,
        *,
        methods: Mapping[str, Method[Any]],
        appender: Appender,
        clock: Clock,
        concurrency: int,
        monotonic: Callable[[], float] = time.monotonic,
        rates: Mapping[str, Rates] = BY_METHOD,
        set_up: Callable[[], str] = str,
        kept_in: Path | None = None,
    ) -> None:
        """`set_up`: see Registry. `kept_in`: a file that remembers which providers rest."""
        self._methods, self._appender, self._clock = methods, appender, clock
        self._watch = Stopwatch(clock, monotonic)
        self._registry = Registry(
            rates=rates,
            places=concurrency,
            watch=self._watch,
            set_up=set_up,
            kept=KeptRests(kept_in, clock),
        )
        # Making messages takes this process's time, so that the urgent ones are made first, too.
        self._desk = Turns(Line(NO_RATES), 1, self._watch)
        self._open: dict[str, Attempt] = {}  # by notification: it has one attempt at a time
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun: OrderedDict[str, None] = OrderedDict()
        self._unwritten = Unwritten()
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

    def metrics(self) -> Iterator[tuple[str, dict[str, str], float]]:
        """(name, labels, value) of each provider."""
        return self._registry.metrics()

    async def aclose(self, drain_s: float) -> None:
        """Stop: what is not being written yet is not sent, what is may end within `drain_s`.

        An attempt that does not end in that time has no outcome and will be in doubt.
        """
        self._closing = True
        for attempt in self._open.values():
            attempt.call_off("the sender is stopping")
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
        left_s = self._left_s(lease)
        # Content and person are taken now: the state goes on, and may drop them when it ends.
        told = content(state, lease.notification_id)
        attempt = Attempt(
            lease=lease,
            until_s=self._watch.seconds() + left_s,
            length_s=left_s,
            content=told,
            person=addressed(recipient(state, lease.notification_id), told),
        )
        self._open[lease.notification_id] = attempt
        task = asyncio.create_task(self._attempt(attempt), name=f"attempt {lease.attempt_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _left_s(self, lease: AttemptLeased) -> float:
        """Of the lease, by the logical clock; never more than its whole length."""
        until_ms = lease.lease_until_ms
        return min(until_ms - self._clock.now_ms(), until_ms - lease.at_ms) / 1000

    def _over(self, ended: NotificationEnded, state: NotifierState) -> None:
        attempt = self._open.get(ended.notification_id)
        if attempt is not None:
            attempt.call_off(f"the notification ended: {ended.end}")
        if ended.end == "dead_lettered" and not is_customer(ended.person):
            notice = is_notice(state, ended.notification_id)
            _log.error(
                "notice_dead_lettered" if notice else "page_dead_lettered",
                notification_id=ended.notification_id,
                person=ended.person,
                reason=ended.reason,
            )

    async def _attempt(self, attempt: Attempt) -> None:
        lease = attempt.lease
        try:
            delivery = await self._delivered(attempt)
            written = delivery.outcome not in _NOT_WRITTEN
            self._unwritten.note(lease.notification_id, written=written)
            await tell(self._appender, self._clock, lease, delivery)
        finally:
            if self._open.get(lease.notification_id) is attempt:
                del self._open[lease.notification_id]

    async def _delivered(self, attempt: Attempt) -> Delivery:
        try:
            return await self._deliver(attempt)
        except Exception as error:  # noqa: BLE001 - a defect of a carrier; its text may be a secret
            name = type(error).__name__
            _log.error("attempt_broke_off", attempt_id=attempt.lease.attempt_id, error=name)
            return Delivery("unknown", f"it broke off: {name}")

    async def _deliver(self, attempt: Attempt) -> Delivery:
        if (obstacle := self._obstacle(attempt)) != "":
            return Delivery("not_sent", obstacle)
        method = self._methods.get(attempt.lease.method)
        if method is None:
            return Delivery("not_sent", "this sender does not have the contact method")
        written = await self._write(attempt, method)
        if isinstance(written, Delivery):
            return written
        name = provider_of(attempt.lease.method, method, written)
        return await self._hand_in(attempt, self._registry.of(name), method, written)

    async def _write(self, attempt: Attempt, method: Method[Any]) -> Any:
        """The message, or a Delivery that says why there is none."""
        if not await self._turn(self._desk, attempt, ""):
            obstacle = self._obstacle(attempt)
            return Delivery("not_sent", obstacle) if obstacle else _too_much(attempt.lease)
        try:
            if (obstacle := self._obstacle(attempt)) != "":
                return Delivery("not_sent", obstacle)
            assert attempt.content is not None
            assert attempt.person is not None
            made = method.write(attempt.lease, attempt.content, attempt.person)
            return made.message if made.failure is None else made.failure
        finally:
            self._desk.give_back()

    async def _hand_in(
        self, attempt: Attempt, provider: Provider, method: Method[Any], message: Any
    ) -> Delivery:
        assert attempt.person is not None
        lease, set_up = attempt.lease, self._registry.set_up()
        address = address_of(lease.method, attempt.person)
        again = lease.number > 1 and lease.notification_id not in self._unwritten
        if (refusal := provider.refusal(attempt, address, set_up, again=again)) is not None:
            return refusal
        if not await self._turn(provider.turns, attempt, address):
            obstacle = self._obstacle(attempt)
            return Delivery("not_sent", obstacle) if obstacle else provider.late(attempt, address)
        delivery = Delivery("not_sent", "it was cut off")  # what a probe tells that never came back
        try:
            granted = provider.ask(attempt, address, set_up)
            if isinstance(granted, Delivery):
                return granted
            try:
                delivery = await method.carrier.send(message, lambda: not self._obstacle(attempt))
            finally:
                self._registry.tell(provider, granted, address, set_up, delivery)
            return delivery
        finally:
            provider.turns.give_back()

    async def _turn(self, turns: Turns, attempt: Attempt, address: str) -> bool:
        return await turns.take(
            priority=attempt.lease.priority,
            at_ms=attempt.lease.at_ms,
            address=address,
            until_s=attempt.start_by_s,
            on_wait=attempt.wait_in,
        )

    def _obstacle(self, attempt: Attempt) -> str:
        """Why nothing may be written now; empty if it may."""
        if attempt.called_off:
            return attempt.called_off
        # Both clocks: the stopwatch cannot jump, the other follows a demo's change of speed.
        late = self._clock.now_ms() >= attempt.lease.lease_until_ms
        if late or self._watch.seconds() >= attempt.until_s:
            return "the lease had ended"
        if attempt.content is None:
            return "the notification is not in the ledger any more"
        if attempt.person is None:
            return "the person is not in the configuration any more"
        return ""


def _too_much(lease: AttemptLeased) -> Delivery:
    """More is to be written than one lease has time for: soon again, and not all of it at once."""
    digest = blake2b(lease.attempt_id.encode(), digest_size=4).digest()
    wait_ms = int.from_bytes(digest, "big") % _COMES_BACK_MS
    return Delivery("not_sent", "delayed: too much to be written", wait_ms)
