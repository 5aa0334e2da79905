"""How facts of a conversation change it: messages, idling and waking, the work after it."""

from services.router.core.agents.evolve_agents import freed, place
from services.router.core.model import REMEMBERED_BY_STUB, Interaction, fingerprint, remember
from services.router.core.pool import PoolState
from services.router.core.state import RouterState
from services.router.core.timers import Due, Timer
from shared.contracts import routing


def message_recorded(state: RouterState, pool: PoolState, fact: routing.MessageRecorded) -> None:
    it = pool.interactions[fact.interaction_id]
    it.messages = fact.number
    it.replied = it.replied or fact.direction == "out"
    remember(it.known, fact.cause)
    if it.status == "assigned":
        spoke(state, pool, it, fact.at_ms)
    state.interaction_changed(pool, it)


def spoke(state: RouterState, pool: PoolState, it: Interaction, now: int) -> None:
    """The silence after which it idles begins anew."""
    it.spoke_at_ms = now
    at_ms = pool.idles_at_ms(it)
    if at_ms is not None:
        state.timers.arm(Timer(at_ms, pool.name, Due.IDLE, it.id))


def idled(state: RouterState, pool: PoolState, fact: routing.InteractionIdled) -> None:
    it, seat = pool.interactions[fact.interaction_id], pool.seat(fact.agent_id)
    it.held, it.woken = True, fact.number
    pool.floor.take(seat, it.channel, -1)
    freed(state, pool, seat, fact.at_ms)
    state.interaction_changed(pool, it)


def woken(state: RouterState, pool: PoolState, fact: routing.InteractionWoken) -> None:
    it, seat = pool.interactions[fact.interaction_id], pool.seat(fact.agent_id)
    it.held, it.woken = False, fact.number
    pool.floor.take(seat, it.channel, 1)
    place(state, pool, seat, fact.at_ms)
    spoke(state, pool, it, fact.at_ms)
    state.interaction_changed(pool, it)


def wrap_up_extended(state: RouterState, pool: PoolState, fact: routing.WrapUpExtended) -> None:
    stub = pool.stubs[fact.interaction_id]
    stub.wrap_up_until_ms, stub.wrap_up_extended = fact.until_ms, True
    if fact.cause is not None:
        stub.known = (*stub.known, fingerprint(fact.cause))[-REMEMBERED_BY_STUB:]
    state.timers.arm(Timer(stub.wrap_up_until_ms, pool.name, Due.WRAP_UP, stub.id))
    state.stub_changed(pool, stub)
