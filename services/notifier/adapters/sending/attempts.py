"""One try that a lease allows, as the process that makes it holds it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.notifier.adapters.sending.turns import Turn
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

_LEAST_S, _LEAST_SHARE = 5.0, 0.2


@dataclass(slots=True)
class Attempt:
    lease: AttemptLeased
    until_s: float  # of the sender's stopwatch: the lease's end as this process measures it
    length_s: float
    content: Content | None
    person: Person | None
    called_off: str = ""  # why nothing may be written any more
    turn: Turn | None = None  # while it waits in line

    @property
    def start_by_s(self) -> float:
        """Later than this it is not begun: an outcome must be told before the lease ends."""
        return self.until_s - min(_LEAST_S, _LEAST_SHARE * self.length_s)

    def call_off(self, why: str) -> None:
        self.called_off = self.called_off or why
        if self.turn is not None and not self.turn.done():
            self.turn.set_result(False)

    def wait_in(self, turn: Turn) -> None:
        self.turn = turn
        if self.called_off:
            turn.set_result(False)


@dataclass(slots=True)
class Unwritten:
    """Notifications whose last try here was not written: their next one is no repeat of anything.

    Bounded; one that is forgotten counts as a retry, and may wait a little longer.
    """

    most: int = 20_000
    _ids: dict[str, None] = field(default_factory=dict)

    def note(self, notification_id: str, *, written: bool) -> None:
        self._ids.pop(notification_id, None)
        if not written:
            self._ids[notification_id] = None
            if len(self._ids) > self.most:
                del self._ids[next(iter(self._ids))]

    def __contains__(self, notification_id: str) -> bool:
        return notification_id in self._ids


Obstacle = Callable[[Attempt], str]
