"""Counts of what waits in a queue, kept as it comes and goes, so that reading costs nothing."""

import heapq
from collections import Counter


class WaitingLine:
    """The interactions that wait in one queue of one pool."""

    __slots__ = ("_heap", "_since", "by_language")

    def __init__(self) -> None:
        self._since: dict[str, tuple[int, str]] = {}
        self._heap: list[tuple[int, str]] = []  # may hold entries that went; cleaned when looked at
        self.by_language: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._since)

    def enter(self, interaction_id: str, since_ms: int, language: str) -> None:
        self.leave(interaction_id)
        self._since[interaction_id] = since_ms, language
        self.by_language[language] += 1
        heapq.heappush(self._heap, (since_ms, interaction_id))
        if len(self._heap) > 2 * len(self._since) + 64:
            self._heap = [(since, key) for key, (since, _) in self._since.items()]
            heapq.heapify(self._heap)

    def leave(self, interaction_id: str) -> None:
        known = self._since.pop(interaction_id, None)
        if known is None:
            return
        self.by_language[known[1]] -= 1
        if not self.by_language[known[1]]:
            del self.by_language[known[1]]

    def oldest_ms(self) -> int | None:
        """Since when the one waiting longest waits; None if nobody does."""
        while self._heap:
            since_ms, interaction_id = self._heap[0]
            known = self._since.get(interaction_id)
            if known is not None and known[0] == since_ms:
                return since_ms
            heapq.heappop(self._heap)
        return None
