"""A few who stand next to each other in their order, with a bit set per trait.

A place on a shelf is a bit. Places are given from left to right and never again, so who comes last
in the order only sets bits; a full shelf is packed anew or divided (rack).
"""

from collections.abc import Iterable, Iterator
from typing import Any, Generic, Optional, Protocol, TypeVar

Key = tuple[Any, ...]
FIRST: Key = ()  # before all keys
DOORS = 16  # sets in which an entry can be there, or not


class Entry(Protocol):
    """Who can stand on a shelf.

    bit: his place. key: unique, and what a rack is ordered by; its first part is compared most.
    traits: numbers of bit sets. open: numbers of the doors, that is of the sets in which he is
    there now.
    """

    shelf: "Shelf[Any] | None"
    bit: int
    key: Key
    traits: tuple[int, ...]
    open: tuple[int, ...]


T = TypeVar("T", bound=Entry)


class Shelf(Generic[T]):
    """`low`: no key of it is less, and none of an earlier shelf is greater.

    bits: by trait; bits of those who have left stay. live: by door; only of those who are there.
    in_order: the first parts of the keys never go down from place to place.
    gone: it is in the rack no more; who looked for it finds its successor by `low`.
    """

    __slots__ = ("after", "bits", "count", "entries", "gone", "high", "in_order", "live", "low")

    def __init__(self, low: Key, traits: int) -> None:
        self.low = low
        self.after: Optional[Shelf[T]] = None  # noqa: UP045 # a name in quotes has no `|`
        self.gone = False
        self.bits = [0] * traits
        self._clear()

    def _clear(self) -> None:
        self.entries: list[T | None] = []
        self.live = [0] * DOORS
        self.count = 0
        self.high: Key = FIRST
        self.in_order = True

    def put(self, entry: T, key: Key) -> None:
        bit = 1 << len(self.entries)
        self.entries.append(entry)
        entry.shelf, entry.bit, entry.key = self, bit, key
        bits, live = self.bits, self.live
        for trait in entry.traits:
            bits[trait] |= bit
        for door in entry.open:
            live[door] |= bit
        self.count += 1
        if key > self.high:
            self.high = key
        elif key[0] < self.high[0]:
            self.in_order = False

    def take(self, entry: T) -> None:
        bit, live = entry.bit, self.live
        for door in entry.open:
            live[door] ^= bit
        self.entries[bit.bit_length() - 1] = None
        self.count -= 1
        entry.shelf = None

    def reopen(self, entry: T, open_: tuple[int, ...]) -> None:
        bit, live = entry.bit, self.live
        for door in entry.open:
            live[door] ^= bit
        for door in open_:
            live[door] |= bit
        entry.open = open_

    def all(self) -> list[T]:
        """Who stands here, in order."""
        return sorted((it for it in self.entries if it is not None), key=_key)

    def pack(self, entries: Iterable[T]) -> None:
        """Let these stand here, who come in order, and nobody else."""
        self.bits = [0] * len(self.bits)
        self._clear()
        for entry in entries:
            self.put(entry, entry.key)

    def leave(self) -> None:
        """What is gone holds nothing; searches may refer to it for long."""
        self.gone, self.after, self.bits = True, None, []
        self._clear()

    def first(self, found: int) -> T:
        """The first of those at these places."""
        bit = found & -found
        best = self._at(bit)
        in_order, entries = self.in_order, self.entries
        while found := found ^ bit:
            bit = found & -found
            entry = entries[bit.bit_length() - 1]
            assert entry is not None
            if in_order and entry.key[0] != best.key[0]:
                break
            if entry.key < best.key:
                best = entry
        return best

    def ordered(self, found: int) -> Iterable[T]:
        """Those at these places, in order."""
        if not found & (found - 1):
            return (self._at(found),)
        return self._by_place(found) if self.in_order else sorted(self._each(found), key=_key)

    def _by_place(self, found: int) -> Iterator[T]:
        """Only those who are equal in the first part of the key need to be sorted."""
        bit = found & -found
        entry = self._at(bit)
        while True:
            alike = [entry]
            following = None
            while found := found ^ bit:
                bit = found & -found
                following = self._at(bit)
                if following.key[0] != entry.key[0]:
                    break
                alike.append(following)
            if len(alike) == 1:
                yield entry
            else:
                yield from sorted(alike, key=_key)
            if not found or following is None:
                return
            entry = following

    def _each(self, found: int) -> Iterator[T]:
        while found:
            bit = found & -found
            found ^= bit
            yield self._at(bit)

    def _at(self, bit: int) -> T:
        entry = self.entries[bit.bit_length() - 1]
        assert entry is not None
        return entry


def _key(entry: Entry) -> Key:
    return entry.key
