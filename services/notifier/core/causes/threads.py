"""What one person was and is to be told of one incident, as one cause asks for it."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field

ThreadKey = tuple[str, str, str]  # incident, person, contact method or `rules`


@dataclass(slots=True)
class Thread:
    """The notices of a thread that the ledger keeps. Derived from rows, and gone with the last."""

    heard: list[tuple[int, str]] = field(default_factory=list)  # sequence, id; open or ended
    standing: list[tuple[int, str]] = field(default_factory=list)  # those that may replace others
    open: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)  # those that more may follow
    # By contact method: rows that may have reached the person by it, or know of such ones.
    told: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        """The highest sequence that stands, in whatever order they came; 0: none does."""
        return self.standing[-1][0] if self.standing else 0

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

    def reopen(self, sequence: int, notification_id: str) -> None:
        self.open.add(notification_id)
        _add(self.standing, (sequence, notification_id))

    def tell(self, method: str, sequence: int, notification_id: str) -> None:
        """A row may have reached the person by a method, or knows of one that may have."""
        _add(self.told.setdefault(method, []), (sequence, notification_id))

    def untell(self, method: str, sequence: int, notification_id: str) -> None:
        if method in self.told:
            _drop(self.told[method], (sequence, notification_id))
            if not self.told[method]:
                del self.told[method]

    def forget(self, sequence: int, notification_id: str) -> None:
        self.open.discard(notification_id)
        self.kept.discard(notification_id)
        for method in list(self.told):
            self.untell(method, sequence, notification_id)
        for entries in (self.heard, self.standing):
            _drop(entries, (sequence, notification_id))


def _add(entries: list[tuple[int, str]], entry: tuple[int, str]) -> None:
    place = bisect_left(entries, entry)
    if place == len(entries) or entries[place] != entry:
        entries.insert(place, entry)


def _drop(entries: list[tuple[int, str]], entry: tuple[int, str]) -> None:
    place = bisect_left(entries, entry)
    if place < len(entries) and entries[place] == entry:
        del entries[place]
