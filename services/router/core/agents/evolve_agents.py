"""How facts change agents and the pool's heard time."""

from msgspec import UNSET

from services.router.core.floor.seat import Seat
from services.router.core.model import Agent, remember
from services.router.core.pool import PoolState
from services.router.core.state import RouterState
from services.router.core.timers import Due, Timer
from shared.contracts.configuration import LanguageLevel
from shared.contracts.presence import AgentChanged, AgentSkillsChanged, LeasesRenewed

REMEMBERED_BY_AGENT = 8


def place(state: RouterState, pool: PoolState, seat: Seat, now: int) -> None:
    """Put the agent where his room allows; arm the ends of his asides if he could take more."""
    if pool.floor.place(seat) and seat.asides:
        for id_ in sorted(seat.asides):
            it = pool.interactions.get(id_)
            aside = it.asides.get(seat.agent.id) if it else None
            if aside is None or aside.until_ms <= now:
                seat.asides.discard(id_)
            else:
                timer = Timer(aside.until_ms, pool.name, Due.ASIDE, id_, seat.agent.id)
                state.timers.arm(timer)


def freed(state: RouterState, pool: PoolState, seat: Seat, now: int) -> None:
    """He got free of something: his place among the ready begins anew."""
    seat.agent.ready_since_ms = now
    state.agent_changed(pool, seat.agent)
    place(state, pool, seat, now)


def agent_changed(state: RouterState, pool: PoolState, fact: AgentChanged) -> None:
    seat = pool.seat(fact.agent_id)
    agent = seat.agent
    agent.lapsed_from = agent.status if fact.reason == "lease_lapsed" else None
    was_asked = agent.status == "ready" and agent.next_status is None
    if fact.status == "ready" and fact.next_status is None and not was_asked:
        agent.ready_since_ms = fact.at_ms
    if fact.status != agent.status:
        agent.status_since_ms = fact.at_ms
    agent.status, agent.epoch, agent.number = fact.status, fact.epoch, fact.number
    agent.next_status = fact.next_status
    if fact.reason == "reported":
        agent.misses = 0
        remember(agent.known, fact.cause, REMEMBERED_BY_AGENT)
        _renew(pool, agent)
    place(state, pool, seat, fact.at_ms)
    if agent.status == "offline":
        for id_ in sorted(seat.assigned):
            for timer in pool.timers(pool.interactions[id_]):
                state.timers.arm(timer)
    state.agent_changed(pool, agent)


def agent_skills_changed(state: RouterState, pool: PoolState, fact: AgentSkillsChanged) -> None:
    """What he holds stays with him; he stands on other shelves from now on."""
    seat = pool.seat(fact.agent_id)
    agent = seat.agent
    agent.skills = UNSET if fact.skills is None else fact.skills
    agent.languages = (
        UNSET
        if fact.languages is None
        else {
            tag: LanguageLevel(spoken=level.spoken, written=level.written)
            for tag, level in fact.languages.items()
        }
    )
    remember(agent.known, fact.cause, REMEMBERED_BY_AGENT)
    pool.floor.reskill(agent)
    pool.crowd.reskilled(pool.interactions.values())
    state.arm_late(pool)
    place(state, pool, seat, fact.at_ms)
    state.agent_changed(pool, agent)


def forget_skills_by_hand(state: RouterState, pool: PoolState) -> None:
    """A configuration is applied: what was changed by hand ends with the one before."""
    for agent in pool.agents.values():
        if agent.skills is not UNSET or agent.languages is not UNSET:
            agent.skills = agent.languages = UNSET
            state.agent_changed(pool, agent)


def leases_renewed(state: RouterState, pool: PoolState, fact: LeasesRenewed) -> None:
    pool.entity.heard_ms, pool.entity.heard_at_ms = fact.heard_ms, fact.at_ms
    remember(pool.entity.known, fact.cause, REMEMBERED_BY_AGENT)
    state.pool_changed(pool)
    for agent_id in fact.agent_ids:
        agent = pool.agents[agent_id]
        _renew(pool, agent)
        state.agent_changed(pool, agent)


def _renew(pool: PoolState, agent: Agent) -> None:
    agent.lease_until_ms = pool.entity.heard_ms + pool.plan.lease_ms
    pool.lease(agent)
