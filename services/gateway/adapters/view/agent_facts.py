"""How the router's facts about agents, and about hours of queues, change what is shown."""

from typing import assert_never

from services.gateway.adapters.view.board import Board
from shared.contracts import presence
from shared.contracts import routing as r

AgentFact = presence.AgentChanged | presence.AgentWithheld | presence.AgentSkillsChanged


def follow(board: Board, fact: AgentFact) -> None:
    agent = board.agent(fact.pool, fact.agent_id)
    match fact:
        case presence.AgentChanged():
            agent.status, agent.epoch, agent.note = fact.status, fact.epoch, fact.note
            agent.since_ms, agent.reason = fact.at_ms, fact.reason
            agent.next_status = fact.next_status
        case presence.AgentWithheld(withheld=True):
            agent.withheld[fact.why] = fact.until_ms
        case presence.AgentWithheld():
            agent.withheld.pop(fact.why, None)
        case presence.AgentSkillsChanged():
            agent.skills, agent.languages = fact.skills, fact.languages
        case _:
            assert_never(fact)
    board.recount(agent)


def as_configured(board: Board, pool: str) -> None:
    """A configuration was taken: skills that were changed by hand end with the one before."""
    for agent in board.pool(pool).agents.values():
        agent.skills = agent.languages = None


def queue_hours(board: Board, fact: r.QueueHoursChanged) -> None:
    closed = board.pool(fact.pool).closed
    if fact.open:
        closed.pop(fact.queue, None)
    else:
        closed[fact.queue] = fact.until_ms
