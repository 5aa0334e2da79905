"""Time that passes as the clock says, and never jumps as the clock may."""

from collections.abc import Callable

from shared.clock import Clock


class Stopwatch:
    """Logical seconds since it was made: monotonic time, faster where a demo's clock is."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float]) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._last, self._seconds = monotonic(), 0.0

    def seconds(self) -> float:
        """Never goes back."""
        now = self._monotonic()
        self._seconds += max(0.0, now - self._last) * self._clock.speed()
        self._last = now
        return self._seconds

    def speed(self) -> float:
        return self._clock.speed()
