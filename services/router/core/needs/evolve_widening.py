"""How facts widen an interaction, and change what it requires."""

from msgspec import UNSET

from services.router.core.interactions.evolve_interactions import wait
from services.router.core.model import remember
from services.router.core.needs.evolve_routing import apply_routing
from services.router.core.pool import PoolState
from services.router.core.queues.evolve_queues import rerouted
from services.router.core.state import RouterState
from shared.contracts import routing


def widened(state: RouterState, pool: PoolState, fact: routing.InteractionWidened) -> None:
    """It stands in another line, at the place that its age gives it there."""
    it = pool.interactions[fact.interaction_id]
    pool.floor.dequeue(it)
    it.moves += 1
    it.step = fact.step
    if fact.let_go is not None:
        it.preferred = UNSET
    wait(state, pool, it, fact.at_ms)


def changed(state: RouterState, pool: PoolState, fact: routing.InteractionChanged) -> None:
    """What is parked stays so until it is looked at; what was offered waits again."""
    it = pool.interactions[fact.interaction_id]
    remember(it.known, fact.cause)
    it.moves = fact.number
    if it.status == "waiting":
        pool.floor.dequeue(it)
    queue = it.queue
    if fact.routing.language != it.language:
        it.language_permille = UNSET  # somebody has said which it is
    steps, since_ms, step = it.steps, it.steps_since_ms, it.step
    apply_routing(it, fact.routing)
    if (it.steps, it.steps_since_ms) == (steps, since_ms):
        it.step = step
    rerouted(pool, it, queue, fact.at_ms)
    if it.status == "waiting":
        wait(state, pool, it, fact.at_ms)
        return
    for timer in pool.timers(it):
        state.timers.arm(timer)
    state.interaction_changed(pool, it)
