"""A shelf of lines: they come, go and change their keys all the time, agents look for the first.

Each line has the same place whenever it is here. So bits of traits rarely change, and what a kind
of agents may serve here can be remembered. Places are in no order; `_blocks` are, of few each.
"""

from bisect import bisect_right
from collections.abc import Iterable

from services.router.core.floor.line import Line
from services.router.core.floor.shelf import FIRST, Key, Shelf
from services.router.core.floor.traits import Group, Kind

KINDS = 1_024  # of agents, for which a shelf remembers what they may serve
CALM = 64  # answers since a line came for the first time; before, neither it nor blocks pay
FEW = 6  # lines that are compared one by one
BLOCK = 32  # lines; a block with more is divided
BLOCKS = 64  # with more, all are made anew, for most of them hold few lines then


class LineShelf(Shelf[Line]):
    """_blocks: bit sets of places; none until more than a few lines are found at once.
    _lows: by block; no key in it is less, and none in an earlier block is as great.
    _places: bits of all lines ever put here, also of those who are elsewhere now.
    _served: by kind, which of all places it may serve, while no line comes for the first time.
    """

    __slots__ = ("_blocks", "_calm", "_lows", "_places", "_served")

    def _clear(self) -> None:
        super()._clear()
        self._places: dict[Line, int] = {}
        self._served: dict[Kind, int] = {}
        self._calm = 0
        self._lows: list[Key] = []
        self._blocks: list[int] = []

    def put(self, entry: Line, key: Key) -> None:
        bit = self._places.get(entry)
        if bit is None:
            super().put(entry, key)
            bit = self._places[entry] = entry.bit
            self._calm = 0
            if self._served:
                self._served = {}
        else:
            entry.shelf, entry.bit, entry.key = self, bit, key
            self.live[entry.contest.door] |= bit
            self.count += 1
            self.high = max(self.high, key)
        if self._blocks:
            self._into(bisect_right(self._lows, key) - 1, bit)

    def take(self, entry: Line) -> None:
        self.live[entry.contest.door] ^= entry.bit
        if self._blocks:
            at = bisect_right(self._lows, entry.key) - 1
            self._blocks[at] ^= entry.bit
            if not self._blocks[at] and len(self._blocks) > 1:
                self._drop(at)
        self.count -= 1
        entry.shelf = None

    def move(self, line: Line, key: Key) -> bool:
        """Give it another key, if this is its shelf then, too."""
        after, lows = self.after, self._lows
        if key < self.low or (after is not None and key >= after.low):
            return False
        self.high = max(self.high, key)
        blocks, was_key, line.key = self._blocks, line.key, key
        if blocks:
            was, will = bisect_right(lows, was_key) - 1, bisect_right(lows, key) - 1
            if was != will:
                blocks[was] ^= line.bit
                if not blocks[was]:
                    self._drop(was)
                    will -= will > was
                self._into(will, line.bit)
        return True

    def all(self) -> list[Line]:
        return self._sorted(it for it in self._places if it.shelf is self)

    def first(self, found: int) -> Line:
        if self._calm >= CALM and found.bit_count() > FEW:  # else blocks cost more than they spare
            if not self._blocks:
                self._join()
            for block in self._blocks:
                if block & found:
                    found &= block
                    break
        entries = self.entries
        bit = found & -found
        best = entries[bit.bit_length() - 1]
        assert best is not None
        while found := found ^ bit:
            bit = found & -found
            line = entries[bit.bit_length() - 1]
            assert line is not None
            if line.key < best.key:
                best = line
        return best

    def ordered(self, found: int) -> Iterable[Line]:
        if found & (found - 1):
            return self._sorted(self._each(found))
        return (self._at(found),)

    def served(self, kind: Kind, doors: Iterable[int], asked: list[Group]) -> int:
        """Places of the lines that wait by one of these doors, and ask for nothing else.

        asked: what such agents meet; a line must have one trait of each group.
        """
        live = self.live
        found = 0
        for door in doors:
            found |= live[door]
        if not found:
            return 0
        served = self._served.get(kind)
        if served is None:
            served = self._served_by(asked)
            if self._calm < CALM:
                self._calm += 1
            elif len(self._served) < KINDS:
                self._served[kind] = served
        return found & served

    def _served_by(self, asked: list[Group]) -> int:
        bits = self.bits
        found = -1
        for group in asked:
            some = 0
            for trait in group:
                some |= bits[trait]
            found &= some
            if not found:
                return 0
        return found

    def _into(self, at: int, bit: int) -> None:
        block = self._blocks[at] = self._blocks[at] | bit
        if block.bit_count() > BLOCK:
            self._divide(at)

    def _divide(self, at: int) -> None:
        """Equal keys stay together: a line may still stand by the head that another one has got."""
        lines = self._sorted(self._each(self._blocks[at]))
        half = len(lines) // 2
        while half and lines[half].key == lines[half - 1].key:
            half -= 1
        if not half:
            return
        upper = sum(it.bit for it in lines[half:])
        self._blocks[at] ^= upper
        self._blocks.insert(at + 1, upper)
        self._lows.insert(at + 1, lines[half].key)
        if len(self._blocks) > BLOCKS:
            self._join()

    def _drop(self, at: int) -> None:
        """An empty block, which is not the only one; the first one begins before all keys."""
        del self._blocks[at], self._lows[at or 1]

    def _join(self) -> None:
        """Make blocks of even size, as few as leave each half of its room."""
        self._lows, self._blocks = [FIRST], [0]
        last = FIRST
        for line in self.all():
            if self._blocks[-1].bit_count() >= BLOCK // 2 and line.key != last:
                self._blocks.append(0)
                self._lows.append(line.key)
            self._blocks[-1] |= line.bit
            last = line.key

    @staticmethod
    def _sorted(lines: Iterable[Line]) -> list[Line]:
        return sorted(lines, key=_key)


def _key(line: Line) -> Key:
    return line.key
