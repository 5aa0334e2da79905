"""How fast a provider, or one of its addresses, takes messages: token buckets, pure.

A token comes back a fixed time after it was taken. So in no stretch of that length more messages
leave than there are tokens, which is how vendors count. A limit may have several rates (4 a second
*and* 60 in half a minute); a message takes one token of each. One token is kept for what is urgent,
so that an opening or a recovery is not held up by a crowd of updates.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

URGENT = 1  # priorities up to this one may take the last token
_ROUNDING_S = 1e-6


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` messages in any stretch of `within_s` seconds, in one burst if need be."""

    most: int
    within_s: float


@dataclass(slots=True)
class Bucket:
    """Tokens of one rate; full at first."""

    rate: Rate
    _back: deque[float] = field(default_factory=deque)  # when those that are out come back

    def wait_s(self, now_s: float, priority: int, number: int = 1) -> float:
        """Seconds until the `number`-th message from now on gets its token; 0: at once."""
        self._collect(now_s)
        most = self.rate.most
        usable = most - 1 if priority > URGENT and most > 1 else most
        late = number - (usable - len(self._back))
        if late <= 0:
            return 0.0
        rounds, place = divmod(late - 1, usable)
        first_s = self._back[place] if place < len(self._back) else now_s + self.rate.within_s
        return first_s - now_s + rounds * self.rate.within_s

    def take(self, now_s: float) -> None:
        self._back.append(now_s + self.rate.within_s)

    def full(self, now_s: float) -> bool:
        self._collect(now_s)
        return not self._back

    def _collect(self, now_s: float) -> None:
        while self._back and self._back[0] <= now_s + _ROUNDING_S:
            self._back.popleft()


@dataclass(slots=True)
class Limiter:
    """All rates of one thing; none: it has no limit."""

    buckets: tuple[Bucket, ...]
    held_until_s: float = 0.0  # the provider asked for it

    @classmethod
    def of(cls, rates: Sequence[Rate]) -> "Limiter":
        return cls(tuple(map(Bucket, rates)))

    def wait_s(self, now_s: float, priority: int, number: int = 1) -> float:
        """As of a bucket. What a provider asked for holds for the urgent, too: it takes nothing."""
        held_s = max(self.held_until_s - now_s, 0.0)
        waits = (it.wait_s(now_s, priority, number) for it in self.buckets)
        return max(waits, default=0.0) if held_s <= _ROUNDING_S else max((held_s, *waits))

    def take(self, now_s: float) -> None:
        """Only after `wait_s` was 0."""
        for bucket in self.buckets:
            bucket.take(now_s)

    def hold(self, until_s: float) -> None:
        self.held_until_s = max(self.held_until_s, until_s)

    @property
    def spacing_s(self) -> float:
        """Between two messages in the long run."""
        return max((it.rate.within_s / it.rate.most for it in self.buckets), default=0.0)

    def full(self, now_s: float) -> bool:
        """Whether forgetting it changes nothing."""
        return now_s >= self.held_until_s and all(it.full(now_s) for it in self.buckets)
