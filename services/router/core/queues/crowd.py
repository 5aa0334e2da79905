"""How many wait in each queue, who stands outside of full and closed ones, who flows over when.

Derived from interactions and queues, and told of each change of an interaction: a change costs the
same however many there are. Only queues that have a bound, or close, are counted.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import UNSET

from services.router.core.floor.lineup import Lineup, Place
from services.router.core.model import Interaction
from services.router.core.queues.reach import Reach, Wants, wants_of
from shared.contracts.configuration import Queue

OUTSIDE = ("closed", "queue_full")  # parked before the door of their queue
Alike = dict[Wants | None, Lineup]  # None: its queue does not flow over, so nobody needs to know


class Crowd:
    """`freed` and `entered` are marks of the turn that goes on; between turns they say nothing.

    freed: queues that have room, or are open, since they were looked at last.
    entered: who came into a bounded queue; only they may have to leave it again.
    stirred: queues for which the first to flow over in time may be another one now.
    """

    def __init__(self, queues: Mapping[str, Queue], closed: list[str], reach: Reach) -> None:
        self.shut: set[str] = set()
        self.freed: set[str] = set()
        self.entered: set[str] = set()
        self.stirred: set[str] = set()
        self.reach = reach
        self._queues = queues
        self._closed = closed  # the pool's own list, so it is always the present one
        self._next: dict[str, str] = {
            it.name: it.overflow_to
            for it in queues.values()
            if it.overflow_to is not None and it.overflow_to in queues
        }
        self._inside: dict[str, set[str]] = {
            it.name: set() for it in queues.values() if _counts(it)
        }
        self._looks = bool(self._inside or self._next)  # most pools have no such queue
        self._where: dict[str, str] = {}
        self._outside: dict[str, Alike] = {}
        self._before: dict[str, tuple[str, Wants | None]] = {}  # who is outside, and where
        self._late: dict[str, Lineup] = {}  # by the queue into which they flow
        self._into: dict[str, str] = {}
        self._feeders = _feeders(queues, self._next)
        for name in queues:
            self.hours_changed(name)

    def hours_changed(self, queue: str) -> None:
        """Its calendar opened or closed it; one where people wait all the same is never shut."""
        found = self._queues.get(queue)
        if found is not None and queue in self._closed and found.when_closed != "wait":
            self.shut.add(queue)
        else:
            self.shut.discard(queue)
            self._free(queue)

    def wake(self) -> None:
        """After all were told anew: look at whoever may come in, or flow over."""
        self.entered.clear()
        self.freed.update(self._queues if self._outside else ())
        self.stirred.update(self._late)

    # Who is where

    def note(self, it: Interaction) -> None:
        """An interaction is as it is now."""
        if not (self._looks or self._before or it.parked_why in OUTSIDE):
            return
        inside = it.queue if it.status == "waiting" else None
        self._stand(it.id, inside if inside in self._inside else None)
        is_outside = it.status == "parked" and it.parked_why in OUTSIDE
        wants = wants_of(it) if is_outside and it.queue in self._next else None
        self._stand_outside(it.id, (it.queue, wants) if is_outside else None, it.order_ms)
        self._flow(it.id, self._late_to(it), it.overflows_at_ms or 0)

    def forget(self, id_: str) -> None:
        """It is not open any more."""
        self._stand(id_, None)
        self._stand_outside(id_, None, 0)
        self._flow(id_, None, 0)

    def of(self, queue: str) -> list[str]:
        """Ids of all who wait in it, or stand outside; only where it has a bound or closes."""
        found = set(self._inside.get(queue, ()))
        for line in self._outside.get(queue, {}).values():
            found.update(line.live)
        return sorted(found)

    def reskilled(self, open_: Iterable[Interaction]) -> None:
        """Somebody may serve something else than before, so some may flow over, or not any more."""
        if self._next:
            self.reach.forget()
            for it in open_:
                self.note(it)
            self.freed.update(self._queues if self._outside else ())

    # Who may come in

    def takes(self, queue: str) -> bool:
        """Whether one more may enter now."""
        if queue in self.shut:
            return False
        cap = self._cap(queue)
        return cap is None or len(self._inside[queue]) < cap

    def is_over(self, queue: str) -> bool:
        """More than its bound: somebody entered, or the bound was lowered under their feet."""
        cap = self._cap(queue)
        return cap is not None and len(self._inside[queue]) > cap

    def flows_to(self, queue: str) -> str | None:
        """Where it flows over to; nowhere while it is closed and parks who comes."""
        found = self._queues.get(queue)
        if found is None or (queue in self.shut and found.when_closed == "park"):
            return None
        return self._next.get(queue)

    def serves(self, wants: Wants | None, queue: str | None) -> bool:
        """Whether somebody is configured who could serve it in this queue, into which it flows."""
        return wants is not None and queue is not None and self.reach.serves(wants, queue)

    def waiting_outside(self, queue: str) -> Iterator[tuple[Place, str, Wants | None]]:
        """(place, queue, wants) of the first of each kind outside of it, and of its feeders."""
        for name in self._feeders.get(queue, ()):
            for wants, line in self._outside.get(name, {}).items():
                first = line.first()
                if first is not None:
                    yield first, name, wants

    def first_late(self, into: str) -> Place | None:
        """(when, id) of who flows over first into this queue when he has waited long enough.

        None also while the queue takes nobody: who is late goes when it does.
        """
        line = self._late.get(into)
        return line.first() if line is not None and self.takes(into) else None

    def late_into(self, id_: str) -> str | None:
        """The queue that one flows over into if he waits long enough."""
        return self._into.get(id_)

    def take_stirred(self) -> list[str]:
        """The marks, which are gone then."""
        found = sorted(self.stirred)
        self.stirred.clear()
        return found

    def _cap(self, queue: str) -> int | None:
        found = self._queues.get(queue)
        return found.max_waiting if found is not None else None

    def _free(self, queue: str) -> None:
        if self._outside:
            self.freed.add(queue)
        if queue in self._late:
            self.stirred.add(queue)

    def _stand(self, id_: str, queue: str | None) -> None:
        before = self._where.get(id_)
        if before == queue:
            return
        if before is not None:
            del self._where[id_]
            self._inside[before].discard(id_)
            self.entered.discard(id_)
            self._free(before)
        if queue is not None:
            self._where[id_] = queue
            self._inside[queue].add(id_)
            self.entered.add(id_)

    def _stand_outside(
        self, id_: str, where: tuple[str, Wants | None] | None, order_ms: int
    ) -> None:
        before = self._before.get(id_)
        if before is not None and before != where:
            queue, wants = self._before.pop(id_)
            self._outside[queue][wants].discard(id_)
            if not self._outside[queue][wants].live:
                del self._outside[queue][wants]
            if not self._outside[queue]:
                del self._outside[queue]
        if where is not None:
            queue, wants = self._before[id_] = where
            self._outside.setdefault(queue, {}).setdefault(wants, Lineup()).add(id_, order_ms)

    def _late_to(self, it: Interaction) -> str | None:
        """The queue that it flows over into if it waits long enough, and may be served there."""
        if it.status != "waiting" or it.overflows_at_ms is UNSET:
            return None
        into = self._next.get(it.queue)
        late = into not in (None, it.queue) and self.serves(wants_of(it), into)
        return into if late else None

    def _flow(self, id_: str, into: str | None, at_ms: int) -> None:
        before = self._into.get(id_)
        if before is not None and before != into:
            del self._into[id_]
            self._late[before].discard(id_)
            self.stirred.add(before)
        if into is not None:
            self._into[id_] = into
            self._late.setdefault(into, Lineup()).add(id_, at_ms)
            self.stirred.add(into)


def _counts(queue: Queue) -> bool:
    return queue.max_waiting is not None or queue.calendar is not None


def _feeders(queues: Mapping[str, Queue], flows: Mapping[str, str]) -> dict[str, list[str]]:
    """By queue: itself, and all from which somebody may get to it by flowing over, by name."""
    found: dict[str, list[str]] = {name: [] for name in queues}
    for start in sorted(queues):
        visited, at = set[str](), start
        while at not in visited:
            visited.add(at)
            found[at].append(start)
            at = flows.get(at, at)
    return found
