"""Topics in memory: per partition the record batches as they came, and who waits for more."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from struct import Struct

_BATCH_HEAD = Struct(">qi")  # base offset, length of what follows
_LAST_OFFSET_DELTA = Struct(">i")
_LAST_OFFSET_DELTA_AT = 23  # bytes from the start of a record batch, format v2


@dataclass(slots=True)
class Partition:
    """Batches in order. `lasts` holds the last offset of each, for the search."""

    batches: list[bytes] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    next_offset: int = 0
    waiting: dict[Callable[[], None], None] = field(default_factory=dict)

    def append(self, records: bytes) -> int:
        """Store the batches of one produce request and wake who waits. Returns the first offset.

        The offset is the only field that a broker writes into a batch; its checksum leaves it out.
        """
        first = self.next_offset
        for batch in _split(records):
            (delta,) = _LAST_OFFSET_DELTA.unpack_from(batch, _LAST_OFFSET_DELTA_AT)
            length = len(batch) - _BATCH_HEAD.size
            head = _BATCH_HEAD.pack(self.next_offset, length)
            self.batches.append(head + batch[_BATCH_HEAD.size :])
            self.next_offset += delta + 1
            self.lasts.append(self.next_offset - 1)
        woken, self.waiting = self.waiting, {}
        for wake in woken:
            wake()
        return first

    def read(self, offset: int, max_bytes: int) -> list[bytes]:
        """Whole batches from the one that holds `offset` on; the first one whatever its size."""
        found: list[bytes] = []
        size = 0
        for at in range(bisect_left(self.lasts, offset), len(self.batches)):
            batch = self.batches[at]
            if found and size + len(batch) > max_bytes:
                break
            found.append(batch)
            size += len(batch)
        return found

    def size_from(self, offset: int, enough: int) -> int:
        """Bytes from `offset` on; counting ends at `enough`."""
        size = 0
        for at in range(bisect_left(self.lasts, offset), len(self.batches)):
            size += len(self.batches[at])
            if size >= enough:
                break
        return size


def _split(records: bytes) -> Iterator[bytes]:
    at = 0
    while at + _BATCH_HEAD.size <= len(records):
        _base, length = _BATCH_HEAD.unpack_from(records, at)
        end = at + _BATCH_HEAD.size + length
        yield records[at:end]
        at = end


@dataclass(slots=True)
class Topics:
    """All topics by name."""

    by_name: dict[str, list[Partition]] = field(default_factory=dict)

    def create(self, name: str, partitions: int) -> bool:
        """False: it is there already."""
        if name in self.by_name:
            return False
        self.by_name[name] = [Partition() for _ in range(partitions)]
        return True

    def partition(self, name: str, number: int) -> Partition | None:
        partitions = self.by_name.get(name, [])
        return partitions[number] if 0 <= number < len(partitions) else None
