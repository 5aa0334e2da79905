"""Before and after matches are made: who comes in now, and who has to leave a full queue.

The bound holds at the end of each turn, and so does this: where there is room, nobody stands
outside who may come in.
"""

from collections.abc import Iterator

from services.router.core.channels.berth import bring
from services.router.core.offers.matching import settle as match
from services.router.core.queues.admission import entry
from services.router.core.queues.hours import of_agent as by_hours
from services.router.core.queues.pace import of_agent as by_pace
from services.router.core.turn import Turn
from shared.contracts.event import Event


def settle(turn: Turn) -> Iterator[Event]:
    """The end of every turn: agents by their hours and pace, queues by their bounds, then matches.

    A match frees a place, and who leaves one queue may be taken in another: it is looked again.
    """
    crowd = turn.pool.crowd
    for agent_id in sorted(turn.agents):
        yield from by_hours(turn, agent_id)
        yield from by_pace(turn, agent_id)
    yield from _in(turn)
    yield from match(turn)
    yield from _out(turn)
    while crowd.freed or turn.interactions:
        yield from _in(turn)
        yield from match(turn)
        yield from _out(turn)
    crowd.entered.clear()


def _out(turn: Turn) -> Iterator[Event]:
    """Of those who entered in this turn, and wait, the youngest leave a queue that is too full."""
    turn.interactions.clear()
    turn.agents.clear()
    pool = turn.pool
    for it in sorted(
        (pool.interactions[id_] for id_ in pool.crowd.entered),
        key=lambda it: (it.order_ms, it.id),
        reverse=True,
    ):
        if it.status == "waiting" and pool.crowd.is_over(it.queue):
            yield from bring(turn, it, leaves=True)


def _in(turn: Turn) -> Iterator[Event]:
    """Who stands outside of queues that have room now, the oldest first."""
    crowd = turn.pool.crowd
    while crowd.freed:
        queue = min(crowd.freed)
        first = _first(turn, queue)
        if first is None:
            crowd.freed.discard(queue)
            continue
        it = turn.pool.interactions[first]
        before = (it.parked_why, it.queue, it.moves)
        yield from bring(turn, it)
        assert before != (it.parked_why, it.queue, it.moves), f"{it.id} may enter {queue}"


def _first(turn: Turn, queue: str) -> str | None:
    crowd = turn.pool.crowd
    if not crowd.takes(queue):
        return None
    found = [
        place
        for place, name, wants in crowd.waiting_outside(queue)
        if entry(crowd, name, wants).queue is not None
    ]
    return min(found)[1] if found else None
