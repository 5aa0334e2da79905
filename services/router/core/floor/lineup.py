"""Ids in the order of an integer, then of the id: the lines of both agents and interactions."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import TypeVar

Place = tuple[int, str]
T = TypeVar("T")
SLACK = 32  # stale entries that a heap may hold beyond its live ones before it is built anew


def in_order(heap: list[T]) -> Iterator[T]:
    """A heap's entries, smallest first, without changing it; each step costs O(log steps)."""
    if not heap:
        return
    front: list[tuple[T, int]] = [(heap[0], 0)]
    while front:
        entry, at = heappop(front)
        yield entry
        for child in (2 * at + 1, 2 * at + 2):
            if child < len(heap):
                heappush(front, (heap[child], child))


class Lineup:
    """A heap with lazy deletion. What is not in `live` under the same number has left.

    `first` drops what has left and surfaces: that changes how it is held, never what it holds.
    """

    __slots__ = ("_heap", "live")

    def __init__(self) -> None:
        self.live: dict[str, int] = {}
        self._heap: list[Place] = []

    def add(self, id_: str, number: int) -> None:
        if self.live.get(id_) == number:
            return
        self.live[id_] = number
        heappush(self._heap, (number, id_))
        if len(self._heap) > 2 * len(self.live) + SLACK:
            self._heap = [(number, id_) for id_, number in self.live.items()]
            heapify(self._heap)

    def discard(self, id_: str) -> None:
        self.live.pop(id_, None)

    def first(self) -> Place | None:
        heap, live = self._heap, self.live
        while heap:
            top = heap[0]
            if live.get(top[1]) == top[0]:
                return top
            heappop(heap)
        return None

    def __iter__(self) -> Iterator[Place]:
        last = None
        for place in in_order(self._heap):
            if self.live.get(place[1]) == place[0] and place != last:
                last = place  # who left and came back to the same place stands there twice
                yield place
