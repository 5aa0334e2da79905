"""What one person was and is to be told of one incident, by one contact method."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field

ThreadKey = tuple[str, str, str]  # incident, person, contact method


@dataclass(slots=True)
class Thread:
    """The notices of a thread that the ledger keeps. Derived from rows, and gone with the last."""

    heard: list[tuple[int, str]] = field(default_factory=list)  # sequence, id; open or ended
    standing: list[tuple[int, str]] = field(default_factory=list)  # those that may replace others
    open: set[str] = field(default_factory=set)

    @property
    def newest(self) -> int:
        """The highest sequence that stands, in whatever order they came; 0: none does."""
        return self.standing[-1][0] if self.standing else 0

    def newest_first(self) -> Iterator[str]:
        """The ids of all that was heard."""
        return (notification_id for _, notification_id in reversed(self.heard))

    def enter(self, sequence: int, notification_id: str, *, is_open: bool, stands: bool) -> None:
        insort(self.heard, (sequence, notification_id))
        if stands:
            insort(self.standing, (sequence, notification_id))
        if is_open:
            self.open.add(notification_id)

    def end(self, sequence: int, notification_id: str, *, stands: bool) -> None:
        self.open.discard(notification_id)
        if not stands:
            _drop(self.standing, (sequence, notification_id))

    def forget(self, sequence: int, notification_id: str) -> None:
        self.open.discard(notification_id)
        for entries in (self.heard, self.standing):
            _drop(entries, (sequence, notification_id))


def _drop(entries: list[tuple[int, str]], entry: tuple[int, str]) -> None:
    place = bisect_left(entries, entry)
    if place < len(entries) and entries[place] == entry:
        del entries[place]
