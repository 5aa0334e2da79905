"""How facts change offers: made, ended, accepted. Each live one holds its agent's capacity."""

from services.router.core.agents.evolve_agents import freed, place
from services.router.core.interactions.evolve_conversation import spoke
from services.router.core.model import Aside, Interaction, Offer, Pick, remember
from services.router.core.pool import PoolState
from services.router.core.queues.evolve_withheld import count_offer
from services.router.core.state import RouterState
from services.router.core.timers import Due, Timer
from shared.contracts import routing

NOT_HIS_DOING = ("withdrawn", "superseded")


def offer_made(state: RouterState, pool: PoolState, fact: routing.OfferMade) -> None:
    it, seat = pool.interactions[fact.interaction_id], pool.seat(fact.agent_id)
    if it.status == "waiting":  # else it is offered to several at once, and this is not the first
        pool.floor.dequeue(it)
    it.status, it.attempt = "offered", fact.attempt
    it.offers.append(
        Offer(
            attempt=fact.attempt,
            agent_id=fact.agent_id,
            agent_epoch=fact.agent_epoch,
            made_at_ms=fact.at_ms,
            expires_at_ms=fact.expires_at_ms,
            agent_ready_since_ms=seat.agent.ready_since_ms,
            pick=_pick(fact.why),
        )
    )
    pool.entity.offers += 1
    seat.agent.last_offer = pool.entity.offers
    count_offer(pool, seat.agent, it.channel, fact.at_ms)
    state.pool_changed(pool)
    seat.offered.add(it.id)
    pool.offered.add(it.id)
    pool.floor.take(seat, it.channel, 1)
    freed(state, pool, seat, fact.at_ms)  # to the end of the line, so that offers are spread
    state.timers.arm(Timer(fact.expires_at_ms, pool.name, Due.OFFER, it.id, fact.agent_id))
    state.interaction_changed(pool, it)


def _pick(why: routing.OfferDecision) -> Pick:
    second = why.runner_up
    names, rank = why.rank_names, why.chosen.rank
    return Pick(names, rank) if second is None else Pick(names, rank, second.agent_id, second.rank)


def offer_ended(state: RouterState, pool: PoolState, fact: routing.OfferEnded) -> None:
    """When the last one has ended it stands in line again only when the next fact says so."""
    it, seat = pool.interactions[fact.interaction_id], pool.seat(fact.agent_id)
    offer = it.offer_to(fact.agent_id)
    assert offer is not None, f"{fact.offer_id} is not live"
    it.offers.remove(offer)
    if not it.offers and it.status == "offered":
        it.status = "waiting"
        pool.offered.discard(it.id)
    agent = seat.agent
    seat.offered.discard(it.id)
    pool.floor.take(seat, it.channel, -1)
    if fact.end == "expired":
        agent.misses += 1
    elif fact.end == "declined":
        agent.misses = 0
        remember(it.known, fact.cause)
    elif fact.end in NOT_HIS_DOING and agent.ready_since_ms == offer.made_at_ms:
        agent.ready_since_ms = offer.agent_ready_since_ms
    if fact.aside_until_ms is not None:
        set_aside(pool, it, agent.id, fact.aside_until_ms)
    place(state, pool, seat, fact.at_ms)
    state.agent_changed(pool, agent)
    state.interaction_changed(pool, it)


def assigned(state: RouterState, pool: PoolState, fact: routing.InteractionAssigned) -> None:
    """An accepted offer; by hand also without one, while it waits."""
    it, seat = pool.interactions[fact.interaction_id], pool.seat(fact.agent_id)
    offer = it.offer_to(fact.agent_id)
    if offer is None:
        pool.floor.dequeue(it)
        it.attempt += 1
        it.won = it.attempt
        remember(it.known, fact.cause)
        pool.floor.take(seat, it.channel, 1)
        freed(state, pool, seat, fact.at_ms)
    else:
        it.offers.remove(offer)
        it.won = offer.attempt
        seat.offered.discard(it.id)
    it.status, it.answered, it.agent_id = "assigned", True, fact.agent_id
    it.asides.clear()  # should it wait again, everybody may be asked again
    pool.offered.discard(it.id)
    pool.away.discard(it.id)
    seat.assigned.add(it.id)
    spoke(state, pool, it, fact.at_ms)
    if seat.agent.misses:
        seat.agent.misses = 0
        state.agent_changed(pool, seat.agent)
    state.interaction_changed(pool, it)


def set_aside(pool: PoolState, it: Interaction, agent_id: str, until_ms: int) -> None:
    """He is not asked for it again until then."""
    before = it.asides.get(agent_id)
    it.asides[agent_id] = Aside(until_ms, before.times + 1 if before else 1)
    pool.seat(agent_id).asides.add(it.id)
