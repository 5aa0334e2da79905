"""How facts change interactions, their stubs, and the capacity that they hold."""

from msgspec import UNSET

from services.router.core.evolve_agents import freed
from services.router.core.evolve_offers import set_aside
from services.router.core.model import (
    REMEMBERED_BY_STUB,
    Ended,
    Interaction,
    Stub,
    fingerprint,
    remember,
)
from services.router.core.plan import needs
from services.router.core.pool import PoolState
from services.router.core.state import RouterState
from services.router.core.timers import Due, Timer
from shared.contracts import routing
from shared.contracts.event import Fact
from shared.contracts.words import Channel


def queued(state: RouterState, pool: PoolState, fact: routing.InteractionQueued) -> None:
    stub = pool.stubs.pop(fact.interaction_id, None)
    if stub is not None:  # it came back by transfer
        state.gone("stub", pool, fact.interaction_id)
        _arm_stubs(state, pool)  # the timer may have been for this one; others ended after it
    it = Interaction(
        id=fact.interaction_id,
        channel=fact.channel,
        body_hash=fact.body_hash,
        queue=fact.queue,
        language=fact.language,
        language_source=fact.language_source,
        priority=fact.priority,
        waiting_since_ms=fact.waiting_since_ms,
        order_ms=fact.order_ms,
        other_languages=fact.other_languages,
        skills=needs(fact.skills),
        asked_skills=needs(fact.asked_skills),
        topic=fact.topic,
        customer=fact.customer,
        attributes=fact.attributes,
        expires_at_ms=fact.expires_at_ms,
        hop=fact.hop,
        attempt=fact.attempt,
        messages=fact.messages,
        answered=fact.answered,
        replied=fact.replied,
        known=list(stub.known) if stub else [],
        reachable_by=fact.reachable_by or UNSET,
    )
    pool.interactions[it.id] = it
    wait(state, pool, it)


def requeued(state: RouterState, pool: PoolState, fact: routing.InteractionRequeued) -> None:
    it = pool.interactions[fact.interaction_id]
    it.moves += 1
    it.waiting_since_ms, it.order_ms = fact.waiting_since_ms, fact.order_ms
    if it.status == "assigned" and it.agent_id is not None:
        agent_id, it.agent_id = it.agent_id, None
        if fact.reason == "transferred":  # who gave it away does not get it back at once
            set_aside(pool, it, agent_id, fact.at_ms + pool.plan.aside_ms(0))
        seat = pool.seat(agent_id)
        seat.assigned.discard(it.id)
        pool.floor.take(seat, it.channel, -1)
        freed(state, pool, seat, fact.at_ms)
    elif it.status == "waiting":
        pool.floor.dequeue(it)
    if fact.reason == "transferred":
        it.queue = fact.queue
        it.skills = pool.plan.skills_of(fact.queue, it.asked_skills)
        remember(it.known, fact.cause)
    if fact.reason in ("transferred", "agent_lost"):  # it begins to wait in this queue now
        it.expires_at_ms = pool.plan.expires_at_ms(it.queue, fact.at_ms)
    if it.detour is not UNSET and it.detour.home == it.channel:  # an outage had only parked it
        pool.divert(it, UNSET)
    it.status = "waiting"
    wait(state, pool, it)


def message_recorded(state: RouterState, pool: PoolState, fact: routing.MessageRecorded) -> None:
    it = pool.interactions[fact.interaction_id]
    it.messages = fact.number
    it.replied = it.replied or fact.direction == "out"
    remember(it.known, fact.cause)
    state.interaction_changed(pool, it)


def closed(state: RouterState, pool: PoolState, fact: routing.InteractionClosed) -> None:
    stub = _end(state, pool, fact.interaction_id, "closed", fact)
    if fact.wrap_up_until_ms is not None and fact.agent_id is not None:
        stub.wrap_up_by, stub.wrap_up_until_ms = fact.agent_id, fact.wrap_up_until_ms
        pool.floor.take(pool.seat(fact.agent_id), stub_channel(stub), 1)
        state.timers.arm(Timer(stub.wrap_up_until_ms, pool.name, Due.WRAP_UP, stub.id))
    if fact.agent_id is not None:
        freed(state, pool, pool.seat(fact.agent_id), fact.at_ms)


def abandoned(state: RouterState, pool: PoolState, fact: routing.InteractionAbandoned) -> None:
    _end(state, pool, fact.interaction_id, "abandoned", fact)


def expired(state: RouterState, pool: PoolState, fact: routing.InteractionExpired) -> None:
    _end(state, pool, fact.interaction_id, "expired", fact)


def transferred_out(state: RouterState, pool: PoolState, fact: routing.TransferredOut) -> None:
    agent_id = pool.interactions[fact.interaction_id].agent_id
    stub = _end(state, pool, fact.interaction_id, "transferred", fact)
    stub.forward_to, stub.hop = fact.to_pool, fact.hop
    if agent_id is not None:
        freed(state, pool, pool.seat(agent_id), fact.at_ms)


def capacity_released(state: RouterState, pool: PoolState, fact: routing.CapacityReleased) -> None:
    stub, seat = pool.stubs[fact.interaction_id], pool.seat(fact.agent_id)
    stub.wrap_up_by = None
    pool.floor.take(seat, stub_channel(stub), -1)
    freed(state, pool, seat, fact.at_ms)
    state.stub_changed(pool, stub)


def stubs_dropped(state: RouterState, pool: PoolState, fact: routing.StubsDropped) -> None:
    order = pool.stub_order
    while order and order[0][0] < fact.ended_before_ms:
        ended_at_ms, id_ = order.popleft()
        stub = pool.stubs.get(id_)
        if stub is not None and stub.ended_at_ms == ended_at_ms:
            del pool.stubs[id_]
            state.gone("stub", pool, id_)
    _arm_stubs(state, pool)


def stub_channel(stub: Stub) -> Channel:
    assert stub.channel is not None
    return stub.channel


def wait(state: RouterState, pool: PoolState, it: Interaction) -> None:
    """It stands in the line of its channel, at the place that its age gives it."""
    pool.floor.enqueue(it)
    if it.detour is UNSET:
        pool.away.discard(it.id)
    else:
        pool.away.add(it.id)
    for timer in pool.timers(it):
        state.timers.arm(timer)
    state.interaction_changed(pool, it)


def _end(state: RouterState, pool: PoolState, id_: str, ended: Ended, fact: Fact) -> Stub:
    """Shrink an interaction to its stub; an assignment's capacity is given back."""
    it = pool.interactions.pop(id_)
    pool.away.discard(id_)
    pool.uncount_detour(it)
    if it.status == "waiting":
        pool.floor.dequeue(it)
    elif it.agent_id is not None:
        seat = pool.seat(it.agent_id)
        seat.assigned.discard(id_)
        pool.floor.take(seat, it.channel, -1)
    # What moved on gets its late events after it: there all that was followed has to be known.
    known = it.known if ended == "transferred" else it.known[1 - REMEMBERED_BY_STUB :]
    if fact.cause is not None:
        known.append(fingerprint(fact.cause))
    stub = Stub(
        id=id_,
        body_hash=it.body_hash,
        ended=ended,
        ended_at_ms=fact.at_ms,
        hop=it.hop,
        channel=it.channel,
        known=tuple(known),
    )
    pool.stubs[id_] = stub
    first = not pool.stub_order
    pool.stub_order.append((fact.at_ms, id_))
    if first or pool.too_many_stubs():
        _arm_stubs(state, pool)
    state.gone("interaction", pool, id_)
    state.stub_changed(pool, stub)
    return stub


def _arm_stubs(state: RouterState, pool: PoolState) -> None:
    at_ms = pool.stubs_due_ms()
    if at_ms is not None:
        state.timers.arm(Timer(at_ms, pool.name, Due.STUBS))
