"""What is due when: a heap whose stale entries are passed over."""

import heapq
from typing import Generic, TypeVar

K = TypeVar("K", str, tuple[int, str])


class Agenda(Generic[K]):
    """At most one time per key; ties go by key, so the order is total.

    `put` and `drop` cost O(log n), spread over calls; `first` costs nothing.
    """

    __slots__ = ("_heap", "_times")

    def __init__(self) -> None:
        self._heap: list[tuple[int, K]] = []
        self._times: dict[K, int] = {}

    def put(self, key: K, at_ms: int) -> None:
        """Set or move the time of `key`."""
        if self._times.get(key) == at_ms:
            return
        self._times[key] = at_ms
        heapq.heappush(self._heap, (at_ms, key))
        self._pass_over_stale()

    def drop(self, key: K) -> None:
        if self._times.pop(key, None) is not None:
            self._pass_over_stale()

    def first(self) -> tuple[int, K] | None:
        """The earliest time and its key."""
        return self._heap[0] if self._heap else None

    def _pass_over_stale(self) -> None:
        # Only the top must be right. A key that was moved leaves its old entry behind until that
        # comes up; a key put back to an old time may have two equal entries, which is harmless.
        while self._heap and self._times.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
