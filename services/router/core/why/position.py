"""Where a waiting interaction stands among those whom the same agents may serve.

A place in a queue says nothing when agents serve several queues and not all of one: so all lines
count that share an agent with its own, each in the order in which agents take from them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.router.core.floor.floor import Floor
from services.router.core.floor.line import Line
from services.router.core.model import Interaction
from services.router.core.pool import PoolState


class Place(NamedTuple):
    ahead: int  # others before it
    waiting: int  # all of them, with it
    head_since_ms: int  # since when the first of all waits


def standing_before(pool: PoolState, it: Interaction, now: int) -> Place:
    """Cost: a look at everybody who waits beside it, and at the agents of their lines."""
    floor = pool.floor
    mine, ahead, waiting = floor.standing(it, now), 0, 0
    first, head_since_ms = mine, it.waiting_since_ms
    for line in _beside(floor, floor.line(it)):
        for id_ in line.live:
            waiting += 1
            other = pool.interactions[id_]
            standing = floor.standing(other, now)
            ahead += standing < mine
            if standing < first:
                first, head_since_ms = standing, other.waiting_since_ms
    return Place(ahead, waiting, head_since_ms)


def _beside(floor: Floor, line: Line) -> Iterator[Line]:
    """With those who are kept for one agent for now, if he may serve this line, too."""
    asked = line.requirement._replace(agent_id=None)
    for other in floor.beside(line):
        kept_for = other.requirement.agent_id
        if other is line or kept_for is None or floor.may_serve(kept_for, asked):
            yield other
