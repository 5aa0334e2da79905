"""A bound for tries after the first, so that they do not grow with the trouble that caused them.

Finagle's RetryBudget: a fifth of what was tried first, and one a second, both counted over the last
10 s. Pure; the time is an argument.
"""

from collections import deque
from dataclasses import dataclass, field

SHARE = 0.2
PER_S = 1.0
LIVES_S = 10.0


@dataclass(slots=True)
class RetryBudget:
    """Of one provider."""

    _firsts: deque[float] = field(default_factory=deque)  # when first tries were made
    _spent: deque[float] = field(default_factory=deque)  # when others were

    def first(self, now_s: float) -> None:
        self._firsts.append(now_s)

    def wait_s(self, now_s: float) -> float:
        """Seconds until another try is within the budget, at most; 0: now."""
        self._forget(now_s)
        allowed = SHARE * len(self._firsts) + PER_S * LIVES_S
        if len(self._spent) + 1 <= allowed:
            return 0.0
        over = len(self._spent) - int(allowed)  # as many must be forgotten, and one more
        return max(self._spent[over] + LIVES_S - now_s, 0.001)

    def spend(self, now_s: float) -> None:
        self._spent.append(now_s)

    def _forget(self, now_s: float) -> None:
        for times in (self._firsts, self._spent):
            while times and times[0] <= now_s - LIVES_S:
                times.popleft()
