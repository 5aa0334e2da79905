"""How agents come to be withheld, by their hours or their pace, and how they are asked again."""

from services.router.core.agents.evolve_agents import place
from services.router.core.model import Agent
from services.router.core.pool import PoolState
from services.router.core.state import RouterState
from shared.contracts.presence import AgentWithheld
from shared.contracts.words import Channel


def agent_withheld(state: RouterState, pool: PoolState, fact: AgentWithheld) -> None:
    seat = pool.seat(fact.agent_id)
    agent = seat.agent
    agent.number += 1  # it numbers his facts
    if fact.withheld:
        agent.withheld[fact.why] = fact.until_ms
    else:
        agent.withheld.pop(fact.why, None)
    if fact.why == "hours":
        agent.hours_until_ms = fact.until_ms
    elif not fact.withheld and pool.plan.document.pace is None:
        agent.paced.clear()
    for timer in pool.timers_of_agent(agent):
        state.timers.arm(timer)
    place(state, pool, seat, fact.at_ms)
    state.agent_changed(pool, agent)


def count_offer(pool: PoolState, agent: Agent, channel: Channel, at_ms: int) -> None:
    """Keep when the last offers of his pace were made, as many as it allows."""
    pace = pool.plan.document.pace
    if pace is not None and (not pace.channels or channel in pace.channels):
        agent.paced.append(at_ms)
        del agent.paced[: -pace.offers]
