"""How facts of outages change a pool, and the interactions that move, are parked and come back."""

from msgspec import UNSET

from services.router.core.interactions.evolve_interactions import wait
from services.router.core.model import Detour, Moves, Outage
from services.router.core.pool import PoolState
from services.router.core.queues.evolve_queues import come_back, park
from services.router.core.state import RouterState
from shared.contracts import routing

INCIDENTS_COUNTED = 16  # of one pool, beside those that go on or that somebody is to return from


def outage_noted(state: RouterState, pool: PoolState, fact: routing.OutageNoted) -> None:
    pool.note(fact.channel, Outage(fact.epoch, fact.incident_id, fact.down))
    state.pool_changed(pool)


def moved(state: RouterState, pool: PoolState, fact: routing.InteractionMoved) -> None:
    """It stands in another line; nothing else of it changes, its age least of all."""
    it = pool.interactions[fact.interaction_id]
    if it.status == "waiting":
        pool.floor.dequeue(it)
    it.moves = fact.number
    it.status, it.channel = "waiting", fact.to_channel
    come_back(pool, it, fact.at_ms)
    back = fact.direction == "back"
    pool.divert(it, UNSET if back else Detour(fact.home_channel, fact.incident_id))
    _count(state, pool, fact.incident_id, fact.moves)
    wait(state, pool, it, fact.at_ms)


def parked(state: RouterState, pool: PoolState, fact: routing.InteractionParked) -> None:
    it = pool.interactions[fact.interaction_id]
    pool.floor.dequeue(it)
    it.status = "parked"
    it.moves += 1
    park(pool, it, fact)
    pool.away.add(it.id)
    if fact.incident_id is not None and fact.moves is not None:
        pool.divert(it, Detour(it.home, fact.incident_id))
        _count(state, pool, fact.incident_id, fact.moves)
    for timer in pool.timers(it):  # it may come from an offer, while which no expiry is armed
        state.timers.arm(timer)
    state.interaction_changed(pool, it)


def _count(
    state: RouterState, pool: PoolState, incident_id: str, counts: routing.MoveCounts
) -> None:
    """Totals that may grow again are kept: begun anew, they would tell of less than before."""
    moves = pool.entity.moves
    moves[incident_id] = Moves(counts.moved, counts.parked, counts.returned)
    if len(moves) > INCIDENTS_COUNTED:
        going_on = {it.incident_id for it in pool.entity.outages.values() if it.down}
        kept = going_on | pool.detours.keys() | {incident_id}
        past = [it for it in moves if it not in kept]
        for forgotten in past[: len(moves) - INCIDENTS_COUNTED]:
            del moves[forgotten]
    state.pool_changed(pool)
