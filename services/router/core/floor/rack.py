"""Shelves in order: who is first of those with some traits, without looking at each of them.

Nearly all come in at the end, for what orders them is a time or a number that goes on. Who comes
in earlier is noted, so that a search that has passed there looks again.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Generic

from services.router.core.floor.shelf import FIRST, Key, Shelf, T

SPARSE = 4  # places for each who stands somewhere; with more, shelves are joined
NOTED = 512  # who came in early is noted one by one; older searches begin anew


class Rack(Generic[T]):
    """`changes`: how often something came in before the end.

    searched: by searches; else nothing is noted for them.
    size: places of a shelf, at least 2. Small ones suit those who come in anywhere.
    shelf: makes an empty one, from its `low` and a number of traits.
    """

    def __init__(
        self,
        traits: int,
        size: int,
        *,
        searched: bool = True,
        sparse: int = SPARSE,
        shelf: Callable[[Key, int], Shelf[T]] = Shelf,
    ) -> None:
        self.size = size
        self._shelf = shelf
        self._searched = searched
        self._sparse = sparse
        self.traits = traits
        self.changes = 0
        self.count = 0
        self.shelves: list[Shelf[T]] = [shelf(FIRST, traits)]
        self._lows: list[Key] = [FIRST]
        self._noted: list[Key] = []  # keys that came in early, each less than all that follow …
        self._marks: list[int] = []  # … and the count of changes then
        self._forgotten = 0
        self._hand = 0

    def add(self, entry: T, key: Key) -> None:
        self.count += 1
        last = self.shelves[-1]
        if key >= last.low:
            if len(last.entries) >= self.size:
                last = self._room_at_end(key)
            last.put(entry, key)
            return
        shelf = self.shelf_of(key)
        if len(shelf.entries) >= self.size:
            shelf = self._room(shelf, key)
        shelf.put(entry, key)
        self._note(key)

    def remove(self, entry: T) -> None:
        shelf = entry.shelf
        assert shelf is not None
        self.count -= 1
        shelf.take(entry)
        if not shelf.count and shelf.after is not None:
            self._unlink(shelf)

    def reopen(self, entry: T, open_: tuple[int, ...]) -> None:
        """He stays where he stands, and is there in these sets."""
        shelf = entry.shelf
        assert shelf is not None
        shelf.reopen(entry, open_)
        if shelf.after is not None:
            self._note(entry.key)

    def widen(self, traits: int) -> None:
        """More traits are in use."""
        for shelf in self.shelves:
            shelf.bits += [0] * (traits - self.traits)
        self.traits = traits

    def shelf_of(self, key: Key) -> Shelf[T]:
        """The shelf on which this key stands, or would."""
        return self.shelves[bisect_right(self._lows, key) - 1]

    def earliest_since(self, changes: int) -> Key | None:
        """The least key that came in before the end after so many changes; None: there is none."""
        if changes < self._forgotten:
            return FIRST
        at = bisect_right(self._marks, changes)
        return self._noted[at] if at < len(self._noted) else None

    def _note(self, key: Key) -> None:
        if not self._searched:
            return
        self.changes += 1
        while self._noted and self._noted[-1] >= key:
            self._noted.pop()
            self._marks.pop()
        self._noted.append(key)
        self._marks.append(self.changes)
        if len(self._noted) > NOTED:
            half = NOTED // 2
            self._forgotten = self._marks[half - 1]
            del self._noted[:half], self._marks[:half]

    def _room_at_end(self, key: Key) -> Shelf[T]:
        """Searches never pass the last shelf, so it may be packed anew without a note."""
        last = self.shelves[-1]
        if last.count <= self.size // 4:
            last.pack(last.all())
            return last
        if key <= last.high:
            return self._room(last, key)
        self._insert(len(self.shelves), self._shelf(key, self.traits))
        self._tidy()
        return self.shelves[-1]

    def _room(self, shelf: Shelf[T], key: Key) -> Shelf[T]:
        """Pack a full shelf anew, or divide it."""
        entries = shelf.all()
        if len(entries) <= self.size // 2:
            shelf.pack(entries)
        else:
            half = len(entries) // 2
            upper = self._shelf(entries[half].key, self.traits)
            shelf.pack(entries[:half])
            self._insert(self._index(shelf) + 1, upper)
            upper.pack(entries[half:])
            self._tidy()
        self._note(shelf.low)
        return self.shelf_of(key)

    def _tidy(self) -> None:
        """Join neighbours that have become nearly empty, a few whenever a shelf begins.

        Most become empty by themselves, so it waits until there are far more than needed.
        """
        for _ in range(4):
            if len(self.shelves) * self.size <= self._sparse * (self.count + self.size):
                return
            at = self._hand = self._hand + 1 if self._hand + 3 < len(self.shelves) else 0
            if at + 2 >= len(self.shelves):
                return
            shelf, following = self.shelves[at], self.shelves[at + 1]
            if shelf.count + following.count <= self.size // 2:
                shelf.pack([*shelf.all(), *following.all()])
                self._unlink(following)

    def _insert(self, at: int, shelf: Shelf[T]) -> None:
        shelf.after = self.shelves[at] if at < len(self.shelves) else None
        self.shelves[at - 1].after = shelf
        self.shelves.insert(at, shelf)
        self._lows.insert(at, shelf.low)

    def _unlink(self, shelf: Shelf[T]) -> None:
        at = self._index(shelf)
        del self.shelves[at], self._lows[at]
        if at:
            self.shelves[at - 1].after = shelf.after
        else:
            self.shelves[0].low = self._lows[0] = FIRST
        shelf.leave()

    def _index(self, shelf: Shelf[T]) -> int:
        return bisect_right(self._lows, shelf.low) - 1
