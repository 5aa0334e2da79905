"""One provider: its line and places, and whether it is asked at all just now."""

from dataclasses import dataclass
from math import ceil

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.sending.attempts import Attempt
from services.notifier.adapters.sending.breaker import Blocked, Breaker, Pass
from services.notifier.adapters.sending.buckets import URGENT
from services.notifier.adapters.sending.budget import RetryBudget
from services.notifier.adapters.sending.line import Line, Wait
from services.notifier.adapters.sending.rates import Rates
from services.notifier.adapters.sending.set_ups import SetUps
from services.notifier.adapters.sending.stopwatch import Stopwatch
from services.notifier.adapters.sending.turns import Turn, Turns

_FORCED = 0  # of this priority all is written, whatever rests
BUSY_S = 5.0  # where nobody can tell when a place gets free
_MOST_SLOTS = 10_000
_SPREAD_S = 120.0


@dataclass(slots=True)
class Counts:
    """Since the process started."""

    delayed: int = 0
    blocked: int = 0
    rests: int = 0


class Provider:
    def __init__(
        self, name: str, *, rates: Rates, places: int, watch: Stopwatch, breaker: Breaker
    ) -> None:
        self.name, self.breaker, self.counts = name, breaker, Counts()
        self.set_ups, self.budget = SetUps(), RetryBudget()
        self._watch = watch
        self.line: Line[Turn] = Line(rates)
        self.turns = Turns(self.line, places, watch)
        self._throttled: dict[str, int] = {}  # until when (logical ms), by address
        self._slots: dict[str, float] = {}  # when what was put off last comes back, by limit

    @property
    def idle(self) -> bool:
        """Whether forgetting it changes nothing."""
        return self.turns.idle and self.breaker.phase == "well"

    def refusal(
        self, attempt: Attempt, address: str, set_up: str, *, again: bool
    ) -> Delivery | None:
        """Why it is no use to wait in line, answered at once; None: there is a turn in time.

        Args:
            again: an earlier try was written, so this one goes against the budget of retries.
        """
        now_s, priority = self._watch.seconds(), attempt.lease.priority
        if (rest := self._rests(now_s, priority, address, set_up)) is not None:
            return rest
        if attempt.lease.at_ms >= self._throttled.get(address, attempt.lease.at_ms + 1):
            del self._throttled[address]  # the ledger has waited; the two clocks need not agree
            self.line.put_off_no_more(address)
        wait = self.line.wait(now_s, priority=priority, address=address)
        if wait.seconds > attempt.start_by_s - now_s:
            return self._delayed(now_s, wait)
        if not again:
            self.budget.first(now_s)
        elif priority > URGENT:
            if (wait_s := self.budget.wait_s(now_s)) > 0:
                return self._told_later("retries are limited", wait_s)
            self.budget.spend(now_s)
        return None

    def late(self, attempt: Attempt, address: str) -> Delivery:
        """What is answered where the turn did not come in time."""
        now_s = self._watch.seconds()
        wait = self.line.wait(now_s, priority=attempt.lease.priority, address=address)
        if wait.seconds > 0:
            return self._delayed(now_s, wait)
        return self._told_later("every place of its provider is taken", BUSY_S)

    def ask(self, attempt: Attempt, address: str, set_up: str) -> Pass | Delivery:
        """Right before it is handed to its carrier; a pass must be told what came of it."""
        now_s, priority = self._watch.seconds(), attempt.lease.priority
        if (rest := self._rests(now_s, priority, address, set_up)) is not None:
            return rest
        granted = self.breaker.ask(now_s, priority)
        if isinstance(granted, Blocked):
            return self._blocked("its provider rests", granted.wait_s)
        if priority > _FORCED:
            self.set_ups.ask(now_s, address, set_up)
        return granted

    def tell(
        self, granted: Pass, address: str, set_up: str, delivery: Delivery, *, told_ms: int
    ) -> None:
        """`told_ms`: of the logical clock, by which the ledger counts a wait."""
        now_s = self._watch.seconds()
        before = self.breaker.phase, self.breaker.rests
        self.breaker.tell(now_s, granted, delivery.outcome)
        self.set_ups.tell(now_s, address, delivery.outcome, set_up)
        if self.breaker.phase == "resting" and before != (self.breaker.phase, self.breaker.rests):
            self.counts.rests += 1
        if delivery.outcome == "throttled" and delivery.retry_after_ms:
            self.line.put_off(address, now_s, now_s + delivery.retry_after_ms / 1000)
            if len(self._throttled) >= _MOST_SLOTS:
                self._throttled.clear()
            self._throttled[address] = told_ms + delivery.retry_after_ms

    def _rests(self, now_s: float, priority: int, address: str, set_up: str) -> Delivery | None:
        if priority <= _FORCED:
            return None
        if (blocked := self.breaker.look(now_s, priority)) is not None:
            return self._blocked("its provider rests", blocked.wait_s)
        wait_s = self.set_ups.look(now_s, address, set_up)
        return None if wait_s is None else self._blocked("until the set-up is mended", wait_s)

    def _blocked(self, why: str, wait_s: float) -> Delivery:
        self.counts.blocked += 1
        return Delivery("blocked", f"not tried: {why}", ceil(wait_s * 1000))

    def _told_later(self, why: str, wait_s: float) -> Delivery:
        self.counts.delayed += 1
        detail = f"delayed by limiter: {why}, {ceil(wait_s)} s"
        return Delivery("not_sent", detail, ceil(wait_s * 1000))

    def _delayed(self, now_s: float, wait: Wait) -> Delivery:
        """What is put off comes back one after the other, as fast as the limit is.

        Within some time: much of it may be worthless by then, and would leave holes.
        """
        if len(self._slots) >= _MOST_SLOTS:
            self._slots = {of: at_s for of, at_s in self._slots.items() if at_s > now_s}
        first_s = now_s + wait.seconds
        at_s = max(first_s, self._slots.get(wait.of, 0.0) + wait.spacing_s)
        if at_s > first_s + _SPREAD_S:
            at_s = first_s
        self._slots[wait.of] = at_s
        return self._told_later("about", at_s - now_s)
