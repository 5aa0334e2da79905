"""Whether agents are there: what they report, and leases that lapse in heard time."""

from collections.abc import Iterator
from typing import Literal

from services.router.core.model import Agent, fingerprint
from services.router.core.needs.preference import is_there
from services.router.core.offers.offers import back_in_line, end_offer
from services.router.core.refusals import unknown_agent
from services.router.core.turn import Turn
from shared.contracts.agents import AgentsSeen, PresenceReported
from shared.contracts.event import Event
from shared.contracts.presence import AgentChanged, LeasesRenewed
from shared.contracts.words import AgentStatus

Reason = Literal["reported", "lease_lapsed", "missed_offers", "removed_from_config", "work_done"]


def reported(turn: Turn, event: PresenceReported) -> Iterator[Event]:
    """Each report is answered by a fact, also where nothing changes, and renews the lease."""
    if event.agent_id not in turn.pool.plan.agents:
        yield unknown_agent(turn, event, event.agent_id)
        return
    agent = turn.pool.agent(event.agent_id)
    if fingerprint(event.event_id) in agent.known:
        return
    if event.after_work and event.status != "ready" and turn.pool.seat(agent.id).works():
        # Who is heard while he was thought to be gone keeps his work, and gets nothing new.
        status = "away" if agent.status == "offline" else agent.status
        yield from change(turn, agent, status, "reported", event.note, next_status=event.status)
    else:
        yield from change(turn, agent, event.status, "reported", event.note)
    if event.requeue_work:
        yield from _take_work(turn, agent)


def _take_work(turn: Turn, agent: Agent) -> Iterator[Event]:
    for id_ in sorted(turn.pool.seat(agent.id).assigned):
        yield turn.requeue(turn.pool.interactions[id_], "agent_lost")


def seen(turn: Turn, event: AgentsSeen) -> Iterator[Event]:
    """Let heard time go on, renew leases that need it, lapse those that ran out in it.

    Heard time never runs faster than logical time, also when several gateways report. Who had
    lapsed and is heard again is back in the status that he had reported.
    """
    pool = turn.pool
    if fingerprint(event.event_id) in pool.entity.known:
        return
    since_ms = turn.now - pool.entity.heard_at_ms
    heard_ms = pool.entity.heard_ms + max(0, min(event.gap_ms, since_ms))
    here = [it for id_ in sorted(set(event.agent_ids)) if (it := pool.agents.get(id_)) is not None]
    enough_ms = heard_ms + pool.plan.lease_ms * 2 // 3
    yield LeasesRenewed(
        **turn.head(f"{event.event_id}#leases_renewed"),
        heard_ms=heard_ms,
        agent_ids=tuple(
            it.id for it in here if it.status != "offline" and it.lease_until_ms < enough_ms
        ),
    )
    for agent in here:
        if agent.lapsed_from is not None and agent.id in pool.plan.agents:
            yield from _heard_again(turn, agent, agent.lapsed_from)
    while (lapsed := pool.first_lapsed()) is not None:
        next_status = lapsed.next_status
        yield from change(turn, lapsed, "offline", "lease_lapsed", next_status=next_status)


def _heard_again(turn: Turn, agent: Agent, before: AgentStatus) -> Iterator[Event]:
    """He is as before his lease lapsed; if all that he had to finish is gone, as he wanted."""
    wanted = agent.next_status
    if wanted is not None and not turn.pool.seat(agent.id).works():
        before, wanted = wanted, None
    yield from change(turn, agent, before, "reported", "heard again", next_status=wanted)


def change(
    turn: Turn,
    agent: Agent,
    status: AgentStatus,
    reason: Reason,
    note: str | None = None,
    *,
    next_status: AgentStatus | None = None,
) -> Iterator[Event]:
    """Change an agent's status; who is asked for nothing new loses his open offers at once."""
    comes_back, was_there = status == "ready" and agent.status != "ready", is_there(agent)
    yield AgentChanged(
        **turn.head(f"{turn.pool.name}/{agent.id}#changed/{agent.number + 1}"),
        agent_id=agent.id,
        status=status,
        epoch=agent.epoch + comes_back,
        number=agent.number + 1,
        reason=reason,
        note=note,
        next_status=next_status,
    )
    turn.agents[agent.id] = "agent_ready"
    if is_there(agent) != was_there:
        turn.came_or_left.add(agent.id)
    if status != "ready" or next_status is not None:
        yield from revoke(turn, agent.id, sorted(turn.pool.seat(agent.id).offered))


def finish(turn: Turn) -> Iterator[Event]:
    """Who has done all that he wanted to finish gets the status that he asked for."""
    for agent_id in sorted(turn.agents):
        agent = turn.pool.agents.get(agent_id)
        if (
            agent is not None
            and agent.next_status is not None
            and agent.status != "offline"  # his lease lapsed: it is looked at when he is heard
            and not turn.pool.seat(agent_id).works()
        ):
            yield from change(turn, agent, agent.next_status, "work_done")


def revoke(turn: Turn, agent_id: str, interaction_ids: list[str]) -> Iterator[Event]:
    """Take live offers back from an agent."""
    for id_ in interaction_ids:
        it = turn.pool.interactions[id_]
        yield end_offer(turn, it, agent_id, "revoked")
        yield from back_in_line(turn, it, "revoked")
