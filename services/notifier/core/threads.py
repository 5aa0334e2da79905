"""What one person was and is to be told of one incident, by one contact method."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field

ThreadKey = tuple[str, str, str]  # incident, person, contact method


@dataclass(slots=True)
class Thread:
    """The notices of a thread that the ledger keeps. Derived from rows, and gone with the last."""

    heard: list[tuple[int, str]] = field(default_factory=list)  # sequence, id; open or ended
    open: set[str] = field(default_factory=set)

    @property
    def newest(self) -> int:
        """The highest sequence that was heard, in whatever order they came."""
        return self.heard[-1][0]

    def enter(self, sequence: int, notification_id: str, *, is_open: bool) -> None:
        insort(self.heard, (sequence, notification_id))
        if is_open:
            self.open.add(notification_id)

    def forget(self, sequence: int, notification_id: str) -> None:
        del self.heard[bisect_left(self.heard, (sequence, notification_id))]
        self.open.discard(notification_id)
