"""Paced release: at most so many offers to one agent within a time, so that he is not buried.

When as many were made as his pace allows, he is withheld until the oldest of them is that long ago.
"""

from collections.abc import Iterator

from services.router.core.model import Agent
from services.router.core.turn import Turn
from shared.contracts.configuration import Pace
from shared.contracts.event import Event
from shared.contracts.presence import AgentWithheld


def of_agent(turn: Turn, agent_id: str) -> Iterator[Event]:
    """The fact that he is withheld by his pace, or is not any more, if that changed."""
    agent = turn.pool.agents.get(agent_id)
    if agent is None or not (agent.paced or "pace" in agent.withheld):
        return
    until_ms = _until_ms(agent, turn.pool.plan.document.pace, turn.now)
    if until_ms == agent.withheld.get("pace"):
        return
    yield AgentWithheld(
        **turn.head(f"{turn.pool.name}/{agent_id}#withheld/{agent.number + 1}"),
        agent_id=agent_id,
        why="pace",
        withheld=until_ms is not None,
        until_ms=until_ms,
    )
    if until_ms is None:
        turn.agents[agent_id] = "pace_over"


def _until_ms(agent: Agent, pace: Pace | None, now: int) -> int | None:
    if pace is None or len(agent.paced) < pace.offers:
        return None
    until_ms = agent.paced[-pace.offers] + pace.per_s * 1000
    return until_ms if until_ms > now else None
