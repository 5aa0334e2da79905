"""How what a customer was told changes his interaction."""

from msgspec import UNSET

from services.router.core.customers.promise import doubled_at_ms
from services.router.core.pool import PoolState
from services.router.core.state import RouterState
from services.router.core.timers import Due, Timer
from shared.contracts.customers import CustomerNoticeRequested


def told(state: RouterState, pool: PoolState, fact: CustomerNoticeRequested) -> None:
    """A receipt without a wait changes nothing: nothing was promised."""
    it = pool.interactions[fact.interaction_id]
    if fact.purpose == "longer_wait":
        it.told_wait_s = UNSET
    elif fact.wait is None:
        return
    else:
        it.told_wait_s = fact.wait.p50_s
        at_ms = doubled_at_ms(pool.plan, it)
        if at_ms is not None:
            state.timers.arm(Timer(at_ms, pool.name, Due.LONGER_WAIT, it.id))
    state.interaction_changed(pool, it)
