"""How fast the demo's clock runs: fast at night, slow at noon, never faster than answers come."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

BUCKET_MS = 600_000
# A phone call must be taken within 60 s: what the machine itself adds may not take the half of it.
LAG_ALLOWED_S = 20.0
FASTEST = 900.0  # one real millisecond is then a logical second
FASTEST_EMPTY = 3000.0  # where nobody arrives
FASTEST_MAX = 3600.0
SLOWEST = 5.0
# Above this (real) somebody is down: slow down as far as needed, whatever the plan says.
STALLED_S = 0.5
# While nobody is down the plan is left by at most this share, so that the day ends in time.
YIELD = 0.6

Mode = Literal["auto", "max"] | float


@dataclass(slots=True)
class Pace:
    """Speeds over a planned day.

    Args:
        arrivals_ms: when contacts arrive, in order.
        ends_ms: until then the clock runs.
        target_s: real seconds that the day shall take, in mode `auto`.
        mode: `auto`; `max`, as fast as the lag permits; or a fixed factor.
    """

    arrivals_ms: Sequence[int]
    starts_ms: int
    ends_ms: int
    target_s: float
    mode: Mode = "auto"
    _counts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        edges = range(self.starts_ms, self.ends_ms + BUCKET_MS, BUCKET_MS)
        places = [bisect_left(self.arrivals_ms, edge) for edge in edges]
        self._counts = [after - before for before, after in pairwise(places)]

    def speed(self, *, now_ms: int, elapsed_s: float, lag_s: float) -> float:
        """Logical seconds per real second, from now on.

        Args:
            elapsed_s: real seconds since the day began.
            lag_s: real seconds that a command takes, now, from sending to its answer.
        """
        if not isinstance(self.mode, str):
            return self.mode
        allowed = LAG_ALLOWED_S / max(lag_s, 0.001)
        if self.mode == "max":
            return min(max(allowed, SLOWEST), FASTEST_MAX)
        planned = self._planned(now_ms, max(self.target_s - elapsed_s, 5.0))
        if lag_s >= STALLED_S:
            return max(min(allowed, planned), SLOWEST)
        return min(planned, max(allowed, YIELD * planned))

    def _planned(self, now_ms: int, left_s: float) -> float:
        """The speed in this bucket if contacts per real second were even until the end."""
        here = min(max(0, now_ms - self.starts_ms) // BUCKET_MS, len(self._counts) - 1)
        counts = self._counts[here:]
        return BUCKET_MS / 1000 / _length_s(counts[0], _even_rate(counts, left_s))


def _length_s(count: int, rate: float) -> float:
    """Real seconds of a bucket in which `count` contacts arrive, at `rate` of them per second."""
    fastest = FASTEST if count else FASTEST_EMPTY
    return max(BUCKET_MS / 1000 / fastest, count / rate)


def _even_rate(counts: Sequence[int], left_s: float) -> float:
    """Contacts per real second such that all buckets take `left_s` together, by bisection."""
    low, high = 1.0, 10_000.0
    for _ in range(30):
        middle = (low + high) / 2
        if sum(_length_s(count, middle) for count in counts) > left_s:
            low = middle
        else:
            high = middle
    return high
