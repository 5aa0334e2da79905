"""When time alone changes something: one heap for all pools of a shard.

An entry counts only while the entity it is about still says the same (`valid`); others are dropped
when they surface. Whatever is valid and due leads to a fact, and the fact makes it invalid.
"""

from collections.abc import Callable
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import NamedTuple

SLACK = 10_000  # entries before the heap is first sifted


class Due(IntEnum):
    """What is due; at one instant of a pool the smaller comes first, so that order is total."""

    OFFER = 1
    WRAP_UP = 2
    PRESENCE_GRACE = 3
    IDLE = 4
    EXPIRY = 5
    STEP = 6
    PREFERENCE = 7
    STUBS = 8
    HOURS = 9
    PACE = 10
    RESUME = 11
    OVERFLOW = 12
    ASIDE = 13
    LONGER_WAIT = 14


class Timer(NamedTuple):
    at_ms: int
    pool: str
    what: Due
    subject: str = ""  # interaction; of HOURS a queue
    agent_id: str = ""


class Timers:
    __slots__ = ("_heap", "_sift_at", "_valid")

    def __init__(self, valid: Callable[[Timer], bool]) -> None:
        self._heap: list[Timer] = []
        self._valid = valid
        self._sift_at = SLACK

    def arm(self, timer: Timer) -> None:
        heappush(self._heap, timer)
        if len(self._heap) > self._sift_at:  # most long timers die young: do not keep them
            self._heap = sorted({it for it in self._heap if self._valid(it)})
            heapify(self._heap)
            self._sift_at = 2 * len(self._heap) + SLACK

    def first(self) -> Timer | None:
        heap = self._heap
        while heap:
            if self._valid(heap[0]):
                return heap[0]
            heappop(heap)
        return None

    def drop_first(self) -> None:
        """Forget what `first` has just said."""
        heappop(self._heap)
