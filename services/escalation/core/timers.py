"""When each clock wants to be looked at: a heap whose old entries are left until they surface."""

from heapq import heapify, heappop, heappush

_SLACK = 64  # a small heap is not worth rebuilding


class Timers:
    """One instant per key. Most clocks are met long before they are due, so removal is O(1)."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._at)

    def set(self, key: str, at_ms: int | None) -> None:
        """Wake `key` at `at_ms` and no other time; None: never."""
        if self._at.get(key) == at_ms:
            return
        if at_ms is None:
            del self._at[key]
        else:
            self._at[key] = at_ms
            heappush(self._heap, (at_ms, key))
        self._forget_old()

    def first(self) -> tuple[int, str] | None:
        """The earliest (instant, key); keys break ties, so the order is total."""
        return self._heap[0] if self._heap else None

    def entries(self) -> int:
        """Heap entries, those left behind included."""
        return len(self._heap)

    def pending(self) -> dict[str, int]:
        """Every key with its instant."""
        return dict(self._at)

    def _forget_old(self) -> None:
        if len(self._heap) > 2 * len(self._at) + _SLACK:  # at most two entries per live key
            self._heap = [(at_ms, key) for key, at_ms in self._at.items()]
            heapify(self._heap)
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
