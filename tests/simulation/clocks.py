"""The clock of one machine: a little off, sometimes stepped, and watched by the clock guard."""

from random import Random

from shared.kafka.clock_guard import LIMIT_MS
from tests.simulation.schedule import Call, Schedule

GUARD_PERIOD_MS = 10_000  # as shared/kafka/clock_guard.py compares


class MachineClock:
    """`guarded`: off by more than a second it refuses to append, once the guard has noticed."""

    def __init__(self, schedule: Schedule, chance: Random, *, guarded: bool) -> None:
        self._schedule, self._chance, self._guarded = schedule, chance, guarded
        self.skew_ms = chance.randint(-400, 400) if guarded else 0
        self.step_ms = 0
        self._noticed_ms = 0
        self.stepped: list[Call] = []

    def now_ms(self) -> int:
        return self._schedule.now_ms + self.skew_ms + self.step_ms

    def refuses(self) -> bool:
        return self._guarded and abs(self._noticed_ms) > LIMIT_MS

    def step(self, by_ms: int) -> None:
        """Somebody sets the clock. The guard sees it the next time it compares."""
        self.step_ms += by_ms
        self._schedule.after(self._chance.randint(0, GUARD_PERIOD_MS), self._compare)
        for call in self.stepped:
            call()

    def _compare(self) -> None:
        self._noticed_ms = self.skew_ms + self.step_ms
        for call in self.stepped:
            call()
