"""Who is next at one provider: by priority, then by lease, and as fast as the provider takes it.

Pure; times are seconds of a clock that cannot jump. An address that has had its share for now waits
apart, so that it holds up nobody behind it. What one call costs does not grow with who waits.
"""

from collections import Counter
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Generic, TypeVar

from services.notifier.adapters.sending.buckets import URGENT, Limiter
from services.notifier.adapters.sending.rates import Rates

T = TypeVar("T")
Order = tuple[int, int, int]  # priority, time of the lease in ms, and a number that is no tie
_MOST_IDLE = 1_000  # addresses whose buckets are kept though nobody waits for them


@dataclass(slots=True)
class Ticket(Generic[T]):
    """One place in the line."""

    order: Order
    address: str
    item: T
    gone: bool = False  # left, or served

    @property
    def priority(self) -> int:
        return self.order[0]

    def __lt__(self, other: "Ticket[T]") -> bool:
        return self.order < other.order


@dataclass(frozen=True, slots=True)
class Wait:
    """`of`: the address whose limit it is; empty: it is that of the whole provider."""

    seconds: float
    of: str
    spacing_s: float  # between two messages there, in the long run


@dataclass(slots=True)
class _Address(Generic[T]):
    limiter: Limiter
    tickets: list[Ticket[T]] = field(default_factory=list)  # a heap
    waiting: Counter[int] = field(default_factory=Counter)  # by priority
    cooling: bool = False
    offered: Order | None = None  # its one entry among the ready that counts

    def head(self) -> Ticket[T] | None:
        while self.tickets and self.tickets[0].gone:
            heappop(self.tickets)
        return self.tickets[0] if self.tickets else None


class Line(Generic[T]):
    def __init__(self, rates: Rates) -> None:
        self._rates, self.limiter = rates, Limiter.of(rates.provider)
        self._addresses: dict[str, _Address[T]] = {}
        self._ready: list[tuple[Order, str]] = []  # heaps; an entry may be out of date
        self._cooling: list[tuple[float, str]] = []
        self._waiting: Counter[int] = Counter()  # by priority
        self._number, self._sweep_at = 0, _MOST_IDLE

    def __len__(self) -> int:
        return self._waiting.total()

    def join(self, item: T, *, priority: int, at_ms: int, address: str, now_s: float) -> Ticket[T]:
        self._number += 1
        ticket = Ticket((priority, at_ms, self._number), address, item)
        place = self._at(address, now_s)
        heappush(place.tickets, ticket)
        place.waiting[priority] += 1
        self._waiting[priority] += 1
        if not place.cooling or priority <= URGENT:  # for those one token is kept
            place.cooling = False
            self._offer(place, address)
        return ticket

    def leave(self, ticket: Ticket[T]) -> None:
        if not ticket.gone:
            ticket.gone = True
            self._waiting[ticket.priority] -= 1
            self._addresses[ticket.address].waiting[ticket.priority] -= 1

    def next(self, now_s: float) -> Ticket[T] | float | None:
        """Whose turn it is, with tokens taken; or seconds until it is somebody's; None: nobody."""
        while self._cooling and self._cooling[0][0] <= now_s:
            self._warm(heappop(self._cooling)[1])
        while self._ready:
            order, name = self._ready[0]
            place = self._addresses.get(name)
            head = place.head() if place is not None and place.offered == order else None
            if place is None or head is None or head.order != order:
                heappop(self._ready)  # out of date
                if place is not None and place.offered == order:
                    place.offered = None
                    self._offer(place, name)
            elif (wait_s := place.limiter.wait_s(now_s, head.priority)) > 0:
                heappop(self._ready)
                place.cooling, place.offered = True, None
                heappush(self._cooling, (now_s + wait_s, name))
            elif (wait_s := self.limiter.wait_s(now_s, head.priority)) > 0:
                # Something more urgent may be ready sooner, and need not wait as long as this.
                return min(wait_s, self._cooling[0][0] - now_s) if self._cooling else wait_s
            else:
                heappop(self._ready)
                return self._served(place, head, now_s)
        return self._cooling[0][0] - now_s if self._cooling else None

    def wait(self, now_s: float, *, priority: int, address: str) -> "Wait":
        """How long one who joined now would wait for tokens, if nobody more urgent comes."""
        ahead = _ahead(self._waiting, priority)
        whole_s = self.limiter.wait_s(now_s, priority, 1 + ahead)
        place = self._addresses.get(address)
        if place is not None:
            ahead = _ahead(place.waiting, priority)
            own_s = place.limiter.wait_s(now_s, priority, 1 + ahead)
            if own_s > whole_s:
                return Wait(own_s, address, place.limiter.spacing_s)
        return Wait(whole_s, "", self.limiter.spacing_s)

    def put_off(self, address: str, now_s: float, until_s: float) -> None:
        """The provider asked that nothing goes to this address until then."""
        self._at(address, now_s).limiter.hold(until_s)

    def put_off_no_more(self, address: str) -> None:
        if (place := self._addresses.get(address)) is not None:
            place.limiter.held_until_s = 0.0

    def _served(self, place: _Address[T], head: Ticket[T], now_s: float) -> Ticket[T]:
        self.leave(head)
        self.limiter.take(now_s)
        place.limiter.take(now_s)
        place.offered = None
        self._offer(place, head.address)
        return head

    def _warm(self, name: str) -> None:
        place = self._addresses.get(name)
        if place is not None:
            place.cooling = False
            self._offer(place, name)

    def _offer(self, place: _Address[T], name: str) -> None:
        """Let the first one there stand among the ready. An entry that it overtakes is passed over
        when it comes up."""
        head = place.head()
        if head is not None and (place.offered is None or head.order < place.offered):
            place.offered = head.order
            heappush(self._ready, (head.order, name))

    def _at(self, address: str, now_s: float) -> _Address[T]:
        if address not in self._addresses:
            if len(self._addresses) >= self._sweep_at:
                self._sweep(now_s)
            self._addresses[address] = _Address(Limiter.of(self._rates.address))
        return self._addresses[address]

    def _sweep(self, now_s: float) -> None:
        """Forget whom nobody waits for and who may have his whole share at once."""
        self._addresses = {
            name: it
            for name, it in self._addresses.items()
            if it.head() is not None or not it.limiter.full(now_s)
        }
        self._sweep_at = max(_MOST_IDLE, 2 * len(self._addresses))


def _ahead(waiting: Counter[int], priority: int) -> int:
    return sum(count for each, count in waiting.items() if each <= priority)
