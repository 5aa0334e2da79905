"""The sender's circuit breakers, one for each contact method: simpler than the real ones.

A provider that failed some times in a row is left alone for a while; what is urgent passes.
"""

from dataclasses import dataclass, field

from shared.contracts.notification import AttemptLeased
from shared.contracts.words import AttemptOutcome
from tests.simulation.provider import Answer
from tests.simulation.world import World

_IN_A_ROW = 4
_REST_MS = 30_000
_FAILED: frozenset[AttemptOutcome] = frozenset({"transient", "unknown"})


@dataclass(slots=True)
class Breakers:
    """Of one process: each finds out for itself, as senders do."""

    world: World
    _failed: dict[str, int] = field(default_factory=dict)  # in a row
    _until_ms: dict[str, int] = field(default_factory=dict)  # of true time

    def ask(self, lease: AttemptLeased) -> Answer | None:
        """None: it may be written."""
        left_ms = self._until_ms.get(lease.method, 0) - self.world.now_ms
        if lease.priority == 0 or left_ms <= 0:
            return None
        self.world.story.fault("provider: blocked")
        return Answer("blocked", 0, "not tried: its provider rests", retry_after_ms=left_ms)

    def tell(self, method: str, outcome: AttemptOutcome) -> None:
        if outcome == "config":  # until somebody mends it; it is tried again now and then
            self._until_ms[method] = self.world.now_ms + _REST_MS
        self._failed[method] = self._failed.get(method, 0) + 1 if outcome in _FAILED else 0
        if self._failed[method] >= _IN_A_ROW:
            self._until_ms[method] = self.world.now_ms + _REST_MS
