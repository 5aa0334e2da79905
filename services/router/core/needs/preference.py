"""The agent whom an interaction waits for, for a while: a named one, or the last of its customer.

He is asked under the same requirement as everybody, and in the same order. Nobody is waited for who
may not serve it, and nobody longer than the queue says.
"""

from collections.abc import Iterator

from services.router.core.model import Agent
from services.router.core.needs.ladder import Way
from services.router.core.needs.rules import Known, named_agent
from services.router.core.pool import PoolState
from services.router.core.turn import Turn
from shared.contracts.configuration import RoutingRule
from shared.contracts.routing import Preference

NAMED_AGENT_S = 60  # how long a named agent is waited for where the queue does not say


def preferred_at_entry(
    turn: Turn, known: Known, rule: RoutingRule | None, way: Way
) -> Preference | None:
    """The first who may serve it and has signed in; else the first who may, to be let go at once.

    So the log says that somebody was looked for, and was not there.
    """
    pool = turn.pool
    queue = pool.plan.queues.get(way.told["queue"])
    if queue is None or not queue.prefer_s:
        return None
    required = way.required()
    able = [
        agent_id
        for agent_id in _named(pool, known, rule, last_too=queue.prefer_last_agent)
        if agent_id in pool.plan.agents and pool.floor.may_serve(agent_id, required)
    ]
    if not able:
        return None
    agent_id = next((it for it in able if is_there(pool.agents.get(it))), able[0])
    return Preference(agent_id=agent_id, until_ms=turn.now + queue.prefer_s * 1000)


def is_there(agent: Agent | None) -> bool:
    """Whether he will take something new some time: busy or not, but not about to leave."""
    return agent is not None and agent.is_there


def for_a_while(turn: Turn, queue: str, agent_id: str) -> Preference:
    """He is waited for whatever the queue says of others: it was his, or somebody named him."""
    found = turn.pool.plan.queues.get(queue)
    wait_s = (found.prefer_s if found else 0) or NAMED_AGENT_S
    return Preference(agent_id=agent_id, until_ms=turn.now + wait_s * 1000)


def _named(
    pool: PoolState, known: Known, rule: RoutingRule | None, *, last_too: bool
) -> Iterator[str]:
    """Whom the sender asked for, then whom the rule names, then who had the customer last."""
    if known.preferred_agent is not None:
        yield known.preferred_agent
    named = named_agent(rule, known)
    if named is not None:
        yield named
    last = pool.last_agents.of(known.customer) if last_too and known.customer else None
    if last is not None:
        yield last
