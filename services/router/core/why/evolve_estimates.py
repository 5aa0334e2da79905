"""How facts change what is measured of a queue. Called before the fact changes what it is about.

Each costs the same however many wait. Nothing is decided by it but estimates of waits.
"""

from msgspec import UNSET

from services.router.core.model import Interaction, Measured
from services.router.core.pool import PoolState
from services.router.core.state import RouterState
from shared.contracts import routing

FORGETS = 16  # the average holds about so many of the last handle times


def entered(state: RouterState, pool: PoolState, fact: routing.InteractionAssigned) -> None:
    """It enters service. What waited before in another pool or queue tells nothing of this one."""
    it = pool.interactions[fact.interaction_id]
    offer = it.offer_to(fact.agent_id)
    it.pick = UNSET if offer is None else offer.pick
    it.served_ms = -fact.at_ms
    if offer is None or it.answered or it.hop or it.callback:
        return
    measured = _measured(pool, fact.queue)
    measured.waited_ms, measured.entered_at_ms = fact.waited_ms, fact.at_ms
    state.measured_changed(pool, measured)


def paused(_: RouterState, pool: PoolState, fact: routing.InteractionIdled) -> None:
    pool.interactions[fact.interaction_id].served_ms += fact.at_ms


def resumed(_: RouterState, pool: PoolState, fact: routing.InteractionWoken) -> None:
    pool.interactions[fact.interaction_id].served_ms -= fact.at_ms


def closed(state: RouterState, pool: PoolState, fact: routing.InteractionClosed) -> None:
    """The work after it belongs to it, as long as is planned."""
    until_ms = fact.wrap_up_until_ms
    _left(state, pool, fact, 0 if until_ms is None else until_ms - fact.at_ms)


def requeued(state: RouterState, pool: PoolState, fact: routing.InteractionRequeued) -> None:
    if fact.reason == "transferred":
        _left(state, pool, fact, 0)


def transferred_out(state: RouterState, pool: PoolState, fact: routing.TransferredOut) -> None:
    _left(state, pool, fact, 0)


def forget(state: RouterState, pool: PoolState) -> None:
    """After a change of the configuration: queues that are gone."""
    for queue in [name for name in pool.measured if name not in pool.plan.queues]:
        del pool.measured[queue]
        state.gone("measured", pool, queue)


def _left(
    state: RouterState,
    pool: PoolState,
    fact: routing.InteractionClosed | routing.InteractionRequeued | routing.TransferredOut,
    after_ms: int,
) -> None:
    """An agent is through with it."""
    it = pool.interactions[fact.interaction_id]
    if it.status != "assigned":
        return
    measured = _measured(pool, it.queue)
    measured.handled = min(measured.handled + 1, FORGETS)
    took_ms = _served_ms(it, fact.at_ms) + after_ms
    measured.handle_ms += (took_ms - measured.handle_ms) // measured.handled
    state.measured_changed(pool, measured)


def _served_ms(it: Interaction, now: int) -> int:
    return it.served_ms if it.held else it.served_ms + now


def _measured(pool: PoolState, queue: str) -> Measured:
    measured = pool.measured.get(queue)
    if measured is None:
        measured = pool.measured[queue] = Measured(queue)
    return measured
