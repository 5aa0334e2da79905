"""Whether agents are there: what they report, and leases that lapse in heard time."""

from collections.abc import Iterator
from typing import Literal

from services.router.core.model import Agent, fingerprint
from services.router.core.offers import back_in_line, end_offer
from services.router.core.turn import Turn, rejected
from shared.contracts.agents import AgentsSeen, PresenceReported
from shared.contracts.event import Event
from shared.contracts.routing import AgentChanged, LeasesRenewed
from shared.contracts.words import AgentStatus

Reason = Literal["reported", "lease_lapsed", "missed_offers", "removed_from_config"]


def reported(turn: Turn, event: PresenceReported) -> Iterator[Event]:
    """Each report is answered by a fact, also where nothing changes, and renews the lease."""
    if event.agent_id not in turn.pool.plan.agents:
        yield rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="unknown_agent",
            field="agent_id",
            message=f"Pool {turn.pool.name} has no agent {event.agent_id}. "
            "Check the id, or add the agent to the configuration.",
            status=404,
        )
        return
    agent = turn.pool.agent(event.agent_id)
    if fingerprint(event.event_id) not in agent.known:
        yield from change(turn, agent, event.status, "reported", event.note)


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
            yield from change(turn, agent, agent.lapsed_from, "reported", "heard again")
    while (lapsed := pool.first_lapsed()) is not None:
        yield from change(turn, lapsed, "offline", "lease_lapsed")


def change(
    turn: Turn, agent: Agent, status: AgentStatus, reason: Reason, note: str | None = None
) -> Iterator[Event]:
    """Change an agent's status; who is not ready loses his open offers at once."""
    comes_back = status == "ready" and agent.status != "ready"
    yield AgentChanged(
        **turn.head(f"{turn.pool.name}/{agent.id}#changed/{agent.number + 1}"),
        agent_id=agent.id,
        status=status,
        epoch=agent.epoch + comes_back,
        number=agent.number + 1,
        reason=reason,
        note=note,
    )
    turn.agents[agent.id] = "agent_ready"
    if status != "ready":
        yield from revoke(turn, agent.id, sorted(turn.pool.seat(agent.id).offered))


def revoke(turn: Turn, agent_id: str, interaction_ids: list[str]) -> Iterator[Event]:
    """Take live offers back from an agent."""
    for id_ in interaction_ids:
        it = turn.pool.interactions[id_]
        yield end_offer(turn, it, agent_id, "revoked")
        yield from back_in_line(turn, it, "revoked")
