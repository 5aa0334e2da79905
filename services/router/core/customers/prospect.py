"""How long one who has just come is likely to wait, without a look at all agents.

The estimate is that of an explanation. There, everybody is looked at because somebody asks; here it
is on the path of each arrival of a pool that confirms them. So a few agents stand for all who are
there, those who are not are left out, and where people wait in very many lines nothing is told. The
cost grows only with how many wait beside it, by a comparison of integers for each.
"""

from collections.abc import Iterable
from typing import NamedTuple

from services.router.core.floor.line import Line
from services.router.core.floor.seat import Seat
from services.router.core.model import Interaction
from services.router.core.pool import PoolState
from services.router.core.turn import Turn
from services.router.core.why.estimate import estimated, handle_time_ms
from services.router.core.why.position import Place
from services.router.core.why.verdicts import Person, case_of
from shared.contracts.explanation import WaitEstimate

MOST_AGENTS = 100  # looked at, one by one
MOST_LINES = 100


class Staff(NamedTuple):
    some: list[Seat]  # who may serve it and are there, as they are configured
    beyond: int  # how many more there are


def likely_wait(turn: Turn, it: Interaction) -> WaitEstimate | None:
    """For one that waits, or that an agent is being asked to take; None: nobody can tell."""
    pool = turn.pool
    if it.status not in ("waiting", "offered") or handle_time_ms(pool, it.queue) is None:
        return None
    line = pool.floor.line(it)
    staff = Staff(*pool.floor.signed_in(line, MOST_AGENTS))
    place = _place(pool, it, line, staff, turn.now) if staff.some else None
    if place is None:
        return None
    agents = pool.plan.agents
    return estimated(
        case_of(pool, it, turn.now),
        [Person(agents[seat.agent.id], seat) for seat in staff.some],
        ahead=place.ahead,
        waiting=place.waiting,
        head_since_ms=place.head_since_ms,
        beyond=staff.beyond,
    )


def _place(pool: PoolState, it: Interaction, line: Line, staff: Staff, now: int) -> Place | None:
    """Where it stands among those who wait for the same agents; None: in too many lines."""
    if it.status == "offered":  # should its agent not take it, it is the next
        return Place(0, 1, it.waiting_since_ms)
    lines = pool.floor.occupied(MOST_LINES)
    if lines is None:
        return None
    ahead = waiting = 0
    mine = pool.floor.standing(it, now)
    first, head_since_ms = mine, it.waiting_since_ms
    for other in lines:
        if other is not line and not _beside(pool, line, other, staff.some):
            continue
        waiting += len(other.live)
        ahead += pool.floor.count_before(other, it, now)
        head = other.first()
        if head is not None:
            oldest = pool.interactions[head[1]]
            standing = pool.floor.standing(oldest, now)
            if standing < first:
                first, head_since_ms = standing, oldest.waiting_since_ms
    return Place(ahead, waiting, head_since_ms)


def _beside(pool: PoolState, line: Line, other: Line, some: Iterable[Seat]) -> bool:
    """Whether one of these agents serves that line, too, so that it takes his time.

    Those whom it keeps for one agent count only if it is one who may serve this line.
    """
    asked = other.requirement
    if asked.agent_id is not None:
        mine = line.requirement._replace(agent_id=None)
        return pool.floor.may_serve(asked.agent_id, mine)
    kinds = {seat.kind for seat in some if asked.channel in seat.room}
    return any(other.contest.asked.admits(kind) for kind in kinds)
