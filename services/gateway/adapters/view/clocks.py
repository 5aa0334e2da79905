"""SLA clocks that run, as counts: how many are due soon, how many were missed and still owe."""

import heapq

from shared.contracts import escalation as e

ClockFact = e.SlaClockStarted | e.SlaMet | e.SlaCancelled | e.SlaBreached


class Soonest:
    """Keys with a time each; the soonest is found without looking at the others."""

    __slots__ = ("_at_ms", "_heap")

    def __init__(self) -> None:
        self._at_ms: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []  # may hold keys that went; cleaned when looked at

    def __len__(self) -> int:
        return len(self._at_ms)

    def __contains__(self, key: str) -> bool:
        return key in self._at_ms

    def add(self, key: str, at_ms: int) -> None:
        self._at_ms[key] = at_ms
        heapq.heappush(self._heap, (at_ms, key))
        if len(self._heap) > 2 * len(self._at_ms) + 64:
            self._heap = [(at_ms, key) for key, at_ms in self._at_ms.items()]
            heapq.heapify(self._heap)

    def drop(self, key: str) -> None:
        self._at_ms.pop(key, None)

    def first(self) -> tuple[int, str] | None:
        """(time, key) of the soonest; None if there is none."""
        while self._heap:
            at_ms, key = self._heap[0]
            if self._at_ms.get(key) == at_ms:
                return at_ms, key
            heapq.heappop(self._heap)
        return None


class Clocks:
    """The clocks of one pool. Each goes once from `later` to `soon`, so looking costs little."""

    __slots__ = ("_later", "_soon", "missed")

    def __init__(self) -> None:
        self._later = Soonest()
        self._soon = Soonest()
        self.missed: dict[str, None] = {}  # breached, and what was promised is still owed

    def follow(self, fact: ClockFact) -> None:
        key = f"{fact.interaction_id}#{fact.metric}/{fact.instance}"
        match fact:
            case e.SlaClockStarted():
                self._forget(key)
                self._later.add(key, fact.due_at_ms)
            case e.SlaBreached():
                if key in self._later or key in self._soon:
                    self._forget(key)
                    self.missed[key] = None
            case e.SlaMet() | e.SlaCancelled():
                self._forget(key)

    def at_risk(self, now_ms: int, within_ms: int) -> tuple[int, int | None]:
        """How many are due within this time and not kept yet, and when the first of them is due.

        `within_ms` is the same at every call. Those that are overdue count until the breach is
        told.
        """
        while (first := self._later.first()) is not None and first[0] <= now_ms + within_ms:
            due_at_ms, key = first
            self._later.drop(key)
            self._soon.add(key, due_at_ms)
        soonest = self._soon.first()
        return len(self._soon), soonest[0] if soonest is not None else None

    def _forget(self, key: str) -> None:
        self._later.drop(key)
        self._soon.drop(key)
        self.missed.pop(key, None)
