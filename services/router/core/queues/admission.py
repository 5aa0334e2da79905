"""Which queue an interaction may enter: its own, one that this flows over to, or none for now.

The bound of a queue is never passed. Who enters a full queue, or one that is closed, goes along
`overflow_to`; no queue is visited twice, so a loop ends. Who gets in nowhere is parked before the
door of the queue that he wanted, and comes in when there is room, oldest first (`doors`).
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from services.router.core.model import Interaction
from services.router.core.needs.ladder import route
from services.router.core.pool import PoolState
from services.router.core.queues.crowd import Crowd
from services.router.core.queues.reach import Wants, wants_of
from services.router.core.turn import Turn, move
from shared.contracts.event import Event
from shared.contracts.routing import InteractionParked
from shared.contracts.words import ParkReason

Bar = Literal["closed", "queue_full"]


class Entry(NamedTuple):
    """`queue`: where it may be; None: nowhere, and `bar` says why its own queue has it not."""

    queue: str | None
    flowed_over: tuple[str, ...] = ()  # queues that were full or closed, in the order of the visit
    bar: Bar | None = None


def entry(crowd: Crowd, queue: str, wants: Wants | None, *, stays: bool = False) -> Entry:
    """Where one may be who wants to be in this queue.

    A queue that it flows over to is passed over, as if full, where nobody could ever serve it.

    Args:
        wants: None: it cannot flow over.
        stays: he is in it already, and need not leave it because of its bound.
    """
    if crowd.takes(queue) or (stays and queue not in crowd.shut):
        return Entry(queue)
    bar: Bar = "closed" if queue in crowd.shut else "queue_full"
    visited = [queue]
    at = crowd.flows_to(queue)
    while at is not None and at not in visited:
        if crowd.takes(at) and crowd.serves(wants, at):
            return Entry(at, tuple(visited))
        visited.append(at)
        at = crowd.flows_to(at)
    return Entry(None, tuple(visited), bar)


def is_barred(pool: PoolState, it: Interaction) -> bool:
    """Whether one that waits may not wait here now, whatever else is true of it."""
    return it.resumes_at_ms is not None or it.queue in pool.crowd.shut


def admitted(turn: Turn, it: Interaction, *, leaves: bool) -> Iterator[Event]:
    """The facts after which one that waits, or could, is where its queues let it be; often none.

    Args:
        leaves: it entered in this turn, nobody took it at once, and its queue is too full.
    """
    waits = it.status == "waiting"
    if it.resumes_at_ms is not None and it.resumes_at_ms > turn.now:
        if waits or it.parked_why != "callback":
            yield _parked(turn, it, "callback", "the customer is called back at an agreed time")
        return
    found = entry(turn.pool.crowd, it.queue, wants_of(it), stays=waits and not leaves)
    if found.queue is None:
        if found.bar is not None and (waits or it.parked_why != found.bar):
            yield _parked(turn, it, found.bar, _why(found))
    elif found.queue != it.queue:
        yield turn.requeue(it, "overflowed", routing=route(turn, it, found.queue))
    elif not waits:
        yield turn.requeue(it, "unparked")


def _parked(turn: Turn, it: Interaction, reason: ParkReason, detail: str) -> InteractionParked:
    resumes_at_ms = it.resumes_at_ms
    if reason == "closed":
        resumes_at_ms = turn.pool.entity.hours.get(it.queue)
    return InteractionParked(
        **turn.head(f"{it.id}#parked/{move(it)}"),
        interaction_id=it.id,
        queue=it.queue,
        reason=reason,
        detail=detail,
        resumes_at_ms=resumes_at_ms if reason != "queue_full" else None,
    )


def _why(found: Entry) -> str:
    first, *others = found.flowed_over
    also = f"; nor may it be in {', '.join(others)}" if others else ""
    if found.bar == "closed":
        return f"queue {first} is closed by its calendar{also}. It waits again when that opens."
    return f"queue {first} is full{also}. It waits again when there is room, the oldest first."
