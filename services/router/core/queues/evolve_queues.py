"""How facts of bounds, hours and callbacks change queues and the interactions in them."""

from msgspec import UNSET

from services.router.core.model import Interaction, remember
from services.router.core.pool import PoolState
from services.router.core.state import RouterState
from services.router.core.timers import Due, Timer
from shared.contracts import routing
from shared.contracts.words import RequeueReason

STAYS: tuple[RequeueReason, ...] = ("declined", "expired", "revoked")  # it never left its queue
TIME_STANDS_STILL = ("closed", "callback")  # parked so, its time in the queue does not run out


def hours_changed(state: RouterState, pool: PoolState, fact: routing.QueueHoursChanged) -> None:
    entity = pool.entity
    if not fact.open and fact.queue not in entity.closed:
        entity.closed.append(fact.queue)
    elif fact.open and fact.queue in entity.closed:
        entity.closed.remove(fact.queue)
    if fact.until_ms is None:
        entity.hours.pop(fact.queue, None)
    else:
        entity.hours[fact.queue] = fact.until_ms
        state.timers.arm(Timer(fact.until_ms, pool.name, Due.HOURS, fact.queue))
    pool.crowd.hours_changed(fact.queue)
    _look_beyond(pool, fact.queue)
    state.arm_late(pool)
    state.pool_changed(pool)


def _look_beyond(pool: PoolState, queue: str) -> None:
    """Who stands outside of one before it may perhaps flow through it again, into one behind it."""
    crowd, visited = pool.crowd, {queue}
    at = crowd.flows_to(queue)
    while at is not None and at not in visited:
        visited.add(at)
        at = crowd.flows_to(at)
    crowd.freed |= visited


def callback_promised(state: RouterState, pool: PoolState, fact: routing.CallbackPromised) -> None:
    """From now on it never ends because it waited too long: that would break the promise."""
    it = pool.interactions[fact.interaction_id]
    it.callback, it.resumes_at_ms, it.expires_at_ms = True, fact.not_before_ms, None
    remember(it.known, fact.cause)
    for timer in pool.timers(it):
        state.timers.arm(timer)
    state.interaction_changed(pool, it)


def begins(pool: PoolState, it: Interaction, at_ms: int) -> None:
    """It enters its queue: the time after which it flows over runs from now on."""
    queue = pool.plan.queues.get(it.queue)
    after_s = queue.overflow_after_s if queue is not None else None
    it.overflows_at_ms = UNSET if after_s is None else at_ms + after_s * 1000


def rerouted(pool: PoolState, it: Interaction, before: str, at_ms: int) -> None:
    """What it requires was changed, and perhaps its queue."""
    if it.queue != before:
        begins(pool, it, at_ms)
    if it.callback:
        it.expires_at_ms = None


def returns(pool: PoolState, it: Interaction, fact: routing.InteractionRequeued) -> None:
    """It waits again: the reason for which it was parked is over, and so is the agreed time."""
    come_back(pool, it, fact.at_ms)
    if fact.reason == "by_hand":  # a supervisor may put it back before the time that was agreed
        it.resumes_at_ms = None
    if it.callback:
        it.expires_at_ms = None
    if fact.reason not in STAYS:
        begins(pool, it, fact.at_ms)


def come_back(pool: PoolState, it: Interaction, at_ms: int) -> None:
    """It is parked no more; a time that was agreed and has come binds nobody."""
    _go_on(pool, it, at_ms)
    it.parked_why = UNSET
    if it.resumes_at_ms is not None and it.resumes_at_ms <= at_ms:
        it.resumes_at_ms = None


def park(pool: PoolState, it: Interaction, fact: routing.InteractionParked) -> None:
    """Why it is parked; the reason may become another one while it is."""
    if fact.reason not in TIME_STANDS_STILL:
        _go_on(pool, it, fact.at_ms)
    it.parked_why = fact.reason


def _go_on(pool: PoolState, it: Interaction, at_ms: int) -> None:
    """Its time in the queue stood still, and begins anew."""
    if it.parked_why in TIME_STANDS_STILL and it.expires_at_ms is not None:
        it.expires_at_ms = pool.plan.expires_at_ms(it.queue, at_ms)
