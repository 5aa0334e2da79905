"""Who of a rack has some traits, best first, without looking at anybody twice."""

from typing import Generic

from services.router.core.floor.rack import Rack
from services.router.core.floor.shelf import Shelf, T


class Search(Generic[T]):
    """Who of a rack is there in one set, and has a trait of each group.

    It remembers which shelves have some (`_kept`), and up to where it has looked (`_at`): nothing
    before that need be looked at twice, for places are given but at the end. So one search looks
    at each shelf about once in its life, however rare those are whom it looks for.
    """

    __slots__ = ("_at", "_door", "_groups", "_kept", "_only", "_rack", "_seen")

    def __init__(self, rack: Rack[T], door: int, groups: list[tuple[int, ...]]) -> None:
        self._rack = rack
        self._door = door
        self._only = tuple(it[0] for it in groups if len(it) == 1)
        self._groups = tuple(it for it in groups if len(it) != 1)
        self._kept: list[Shelf[T]] = []
        self._at = rack.shelves[0]
        self._seen = rack.changes

    def found_on(self, shelf: Shelf[T]) -> int:
        """Their places."""
        found = shelf.live[self._door]
        if not found:
            return 0
        bits = shelf.bits
        for trait in self._only:
            found &= bits[trait]
        for group in self._groups:
            if not found:
                return 0
            some = 0
            for trait in group:
                some |= bits[trait]
            found &= some
        return found

    def nth(self, number: int) -> tuple[Shelf[T], int] | None:
        """The shelf with this number among those that have some, and their places.

        To be asked with 0, 1, 2, … while nothing changes.
        """
        rack, kept = self._rack, self._kept
        if self._seen != rack.changes:
            self._look_back()
        while number < len(kept):
            shelf = kept[number]
            if shelf.gone:
                shelf = kept[number] = rack.shelf_of(shelf.low)
            if number and kept[number - 1] is shelf:  # it took in one that is gone
                del kept[number]
                continue
            found = self.found_on(shelf)
            if found:
                return shelf, found
            del kept[number]
        return None if number > len(kept) else self._look_on()

    def _look_on(self) -> tuple[Shelf[T], int] | None:
        kept, shelf = self._kept, self._at
        if shelf.gone:
            shelf = self._at = self._rack.shelf_of(shelf.low)
        while True:
            if not kept or kept[-1] is not shelf:
                found = self.found_on(shelf)
                if found:
                    if shelf.after is not None:
                        kept.append(shelf)
                        self._at = shelf.after
                    return shelf, found
            if shelf.after is None:
                return None
            shelf = self._at = shelf.after

    def _look_back(self) -> None:
        """Begin again where somebody came in."""
        rack = self._rack
        key = rack.earliest_since(self._seen)
        self._seen = rack.changes
        if key is None:
            return
        shelf = rack.shelf_of(key)
        while self._kept and self._kept[-1].low >= shelf.low:
            self._kept.pop()
        if self._at.low > shelf.low or self._at.gone:
            self._at = rack.shelf_of(min(self._at.low, shelf.low))
