"""Who is first among all agents who may serve a requirement, without looking at all of them.

A shelf holds the agents of one kind who are ready and have room on one channel. A contest is the
view of one requirement on the shelves that qualify: a heap of their heads, checked only when they
surface. An entry is never behind its shelf's true head (a lower bound), an empty shelf is dropped
and comes back when it is filled. So nothing is told to hundreds of requirements when one agent
gets free and busy again.
"""

from collections.abc import Iterator
from heapq import heappop, heappush, heapreplace

from services.router.core.lineup import Lineup, Place, in_order
from services.router.core.plan import Kind


class Shelf(Lineup):
    """`serves`: bit set of the numbers of lines that its agents may serve."""

    __slots__ = ("contests", "dropped_by", "kind", "number", "serves", "told")

    def __init__(self, number: int, kind: Kind) -> None:
        super().__init__()
        self.number = number
        self.kind = kind
        self.serves = 0
        self.contests: list[Contest] = []
        self.dropped_by: list[Contest] = []
        self.told: Place | None = None  # the last place among those that contests hold for it


class Contest:
    """The shelves that may serve one requirement in one of the customer's languages."""

    __slots__ = ("_heap", "held", "shelves")

    def __init__(self) -> None:
        self.shelves: dict[int, Shelf] = {}
        self.held: dict[int, Place] = {}
        self._heap: list[tuple[Place, int]] = []

    def enter(self, shelf: Shelf) -> None:
        self.shelves[shelf.number] = shelf
        shelf.contests.append(self)
        head = shelf.first()
        if head is None:
            shelf.dropped_by.append(self)
        else:
            self.hold(shelf, head)

    def hold(self, shelf: Shelf, head: Place) -> None:
        self.held[shelf.number] = head
        heappush(self._heap, (head, shelf.number))
        if shelf.told is None or head > shelf.told:
            shelf.told = head

    def in_rank(self) -> Iterator[tuple[Place, Shelf]]:
        """Agents, longest ready first, with their shelf."""
        self._settle()
        merged: list[tuple[Place, int, Iterator[Place]]] = []
        seen: set[int] = set()
        for bound, number in in_order(self._heap):
            if self.held.get(number) != bound or number in seen:
                continue  # an older entry of a shelf that moved
            seen.add(number)
            while merged and merged[0][0] <= bound:
                yield self._advance(merged)
            agents = iter(self.shelves[number])
            if (first := next(agents, None)) is not None:
                heappush(merged, (first, number, agents))
        while merged:
            yield self._advance(merged)

    def _advance(self, merged: list[tuple[Place, int, Iterator[Place]]]) -> tuple[Place, Shelf]:
        place, number, agents = merged[0]
        following = next(agents, None)
        if following is None:
            heappop(merged)
        else:
            heapreplace(merged, (following, number, agents))
        return place, self.shelves[number]

    def count(self, most: int) -> int:
        """How many agents stand on its shelves, up to `most`."""
        found = 0
        for number in self.held:
            found += len(self.shelves[number].live)
            if found >= most:
                return most
        return found

    def _settle(self) -> None:
        """Make the first entry true: put right what moved back, drop what is empty."""
        heap, held = self._heap, self.held
        while heap:
            bound, number = heap[0]
            if held.get(number) != bound:
                heappop(heap)
                continue
            shelf = self.shelves[number]
            head = shelf.first()
            if head == bound:
                return
            if head is None:
                heappop(heap)
                del held[number]
                shelf.dropped_by.append(self)
            else:
                held[number] = head
                heapreplace(heap, (head, number))
                if shelf.told is None or head > shelf.told:
                    shelf.told = head


def tell(shelf: Shelf) -> None:
    """Tell contests of a shelf that was filled, or whose first agent is now an earlier one."""
    head = shelf.first()
    if head is None:
        return
    if shelf.told is not None and head < shelf.told:
        for contest in shelf.contests:
            if contest.held.get(shelf.number, head) > head:
                contest.hold(shelf, head)
        shelf.told = head
    for contest in shelf.dropped_by:
        contest.hold(shelf, head)
    shelf.dropped_by.clear()
