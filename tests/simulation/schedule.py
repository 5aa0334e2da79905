"""Virtual time: what happens when, in one total order."""

from collections.abc import Callable
from heapq import heappop, heappush

Call = Callable[[], object]


class Schedule:
    """True time of the simulated world in ms since 1970. Processes' own clocks differ from it."""

    def __init__(self, start_ms: int) -> None:
        self.now_ms = start_ms
        self.steps = 0
        self._heap: list[tuple[int, int, Call]] = []
        self._number = 0

    def at(self, when_ms: int, call: Call) -> None:
        """Call it then; what is asked for the same instant happens in the order of asking."""
        self._number += 1
        heappush(self._heap, (max(when_ms, self.now_ms), self._number, call))

    def after(self, delay_ms: int, call: Call) -> None:
        self.at(self.now_ms + delay_ms, call)

    def run_until(self, end_ms: int) -> None:
        """Let everything happen that is due by `end_ms`; time stands there afterwards."""
        heap = self._heap
        while heap and heap[0][0] <= end_ms:
            self.now_ms, _, call = heappop(heap)
            self.steps += 1
            call()
        self.now_ms = end_ms
