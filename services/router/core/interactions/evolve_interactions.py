"""How facts change interactions, their stubs, and the capacity that they hold."""

from msgspec import UNSET

from services.router.core.agents.evolve_agents import freed
from services.router.core.model import (
    REMEMBERED_BY_STUB,
    Ended,
    Interaction,
    Stub,
    fingerprint,
    remember,
)
from services.router.core.needs.evolve_routing import (
    apply_routing,
    as_drops,
    as_preferred,
    as_ruled,
    as_steps,
)
from services.router.core.offers.evolve_offers import set_aside
from services.router.core.plan import needs
from services.router.core.pool import PoolState
from services.router.core.queues.evolve_queues import begins, returns
from services.router.core.state import RouterState
from services.router.core.timers import Due, Timer
from shared.contracts import routing
from shared.contracts.event import Fact
from shared.contracts.words import Channel

# By command: a repeat is known, and the agent who had it is not asked again at once.
ASKED_FOR = ("transferred", "by_hand", "not_connected", "handed_back")


def queued(state: RouterState, pool: PoolState, fact: routing.InteractionQueued) -> None:
    stub = pool.stubs.pop(fact.interaction_id, None)
    if stub is not None:  # it came back by transfer
        state.gone("stub", pool, fact.interaction_id)
        pool.last_agents.discard(stub)
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
        language_level=fact.language_level,
        steps=as_steps(fact.steps),
        steps_since_ms=fact.steps_since_ms or fact.waiting_since_ms,
        preferred=as_preferred(fact.preference),
        delay_weight=fact.delay_weight,
        policy=fact.policy,
        asked_drops=as_drops(fact.asked_skills),
        ruled_skills=as_ruled(fact.ruled_skills),
        callback=fact.callback,
        resumes_at_ms=fact.not_before_ms,
        topic_source=fact.topic_source,
        topic_keyword=fact.topic_keyword,
    )
    if fact.language_confidence_permille != 1000:
        it.language_permille = fact.language_confidence_permille
    if fact.told_wait_s is not None:
        it.told_wait_s = fact.told_wait_s
    pool.interactions[it.id] = it
    begins(pool, it, fact.at_ms)
    if it.callback:  # a promise does not run out
        it.expires_at_ms = None
    wait(state, pool, it, fact.at_ms)


def requeued(state: RouterState, pool: PoolState, fact: routing.InteractionRequeued) -> None:
    it = pool.interactions[fact.interaction_id]
    it.moves += 1
    if it.status == "waiting":
        pool.floor.dequeue(it)
    it.waiting_since_ms, it.order_ms = fact.waiting_since_ms, fact.order_ms
    if it.agent_id is not None:
        _leave_agent(state, pool, it, it.agent_id, fact)
        it.expires_at_ms = pool.plan.expires_at_ms(it.queue, fact.at_ms)  # it begins to wait now
    if fact.reason in ASKED_FOR:
        remember(it.known, fact.cause)
    _hand_on(it, fact)
    if fact.routing is not None:
        apply_routing(it, fact.routing)
    it.preferred = as_preferred(fact.preference)
    if fact.preference is not None:
        it.asides.pop(fact.preference.agent_id, None)
    if it.detour is not UNSET and it.detour.home == it.channel:  # an outage had only parked it
        pool.divert(it, UNSET)
    it.status = "waiting"
    returns(pool, it, fact)
    wait(state, pool, it, fact.at_ms)


def _leave_agent(
    state: RouterState,
    pool: PoolState,
    it: Interaction,
    agent_id: str,
    fact: routing.InteractionRequeued,
) -> None:
    """Its agent has it no more; who gave it away does not get it back at once."""
    it.agent_id = None
    if fact.reason in ASKED_FOR:
        set_aside(pool, it, agent_id, fact.at_ms + pool.plan.aside_ms(0))
    seat = pool.seat(agent_id)
    seat.assigned.discard(it.id)
    if it.held:  # it took nothing of him, so he keeps his place among the ready
        it.held = False
    else:
        pool.floor.take(seat, it.channel, -1)
        freed(state, pool, seat, fact.at_ms)


def _hand_on(it: Interaction, fact: routing.InteractionRequeued) -> None:
    """A consult remembers who asked for it, and where it was; its end, or a loss, forgets it."""
    if fact.hand_back_to is not None:
        it.hand_back_to, it.hand_back_queue = fact.hand_back_to, it.queue
        it.hand_back_ruled = it.ruled_skills
    elif fact.reason in ("transferred", "handed_back"):
        it.hand_back_to, it.hand_back_queue, it.hand_back_ruled = None, None, UNSET


def closed(state: RouterState, pool: PoolState, fact: routing.InteractionClosed) -> None:
    held = pool.interactions[fact.interaction_id].held
    stub = _end(state, pool, fact.interaction_id, "closed", fact)
    if fact.wrap_up_until_ms is not None and fact.agent_id is not None:
        stub.wrap_up_by, stub.wrap_up_until_ms = fact.agent_id, fact.wrap_up_until_ms
        pool.floor.take(pool.seat(fact.agent_id), stub_channel(stub), 1)
        state.timers.arm(Timer(stub.wrap_up_until_ms, pool.name, Due.WRAP_UP, stub.id))
    if fact.agent_id is not None and not held:
        freed(state, pool, pool.seat(fact.agent_id), fact.at_ms)


def abandoned(state: RouterState, pool: PoolState, fact: routing.InteractionAbandoned) -> None:
    _end(state, pool, fact.interaction_id, "abandoned", fact)


def expired(state: RouterState, pool: PoolState, fact: routing.InteractionExpired) -> None:
    _end(state, pool, fact.interaction_id, "expired", fact)


def transferred_out(state: RouterState, pool: PoolState, fact: routing.TransferredOut) -> None:
    it = pool.interactions[fact.interaction_id]
    agent_id = None if it.held else it.agent_id
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
            pool.last_agents.discard(stub)
            state.gone("stub", pool, id_)
    _arm_stubs(state, pool)


def stub_channel(stub: Stub) -> Channel:
    assert stub.channel is not None
    return stub.channel


def wait(state: RouterState, pool: PoolState, it: Interaction, now: int) -> None:
    """It stands in the line of its channel, at the place that its age gives it.

    Asides that were over before are not due any more: they would be decided before what is.
    """
    pool.floor.enqueue(it)
    if it.detour is UNSET:
        pool.away.discard(it.id)
    else:
        pool.away.add(it.id)
    for timer in pool.timers(it):
        if timer.what is not Due.ASIDE or timer.at_ms > now:
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
        if not it.held:
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
    if it.customer is not None and it.agent_id is not None:
        stub.customer, stub.last_agent = it.customer, it.agent_id
    pool.stubs[id_] = stub
    pool.last_agents.add(stub)
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
