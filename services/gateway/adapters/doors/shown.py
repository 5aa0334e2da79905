"""How entities of the view look in answers."""

from typing import Any

from services.gateway.adapters.view.model import Agent, Escalation, Interaction, Offer
from services.gateway.adapters.view.view import View

_INTERACTION = (
    "pool", "state", "channel", "home_channel", "incident_id", "queue", "language",
    "language_source", "topic", "priority", "customer", "agent_id", "offer_id", "outcome", "hop",
    "received_at_ms", "changed_at_ms", "waiting_since_ms", "wrap_up_until_ms",
)  # fmt: skip


def state_of(view: View, interaction_id: str) -> dict[str, Any]:
    known = view.interaction(interaction_id)
    return {
        "interaction_id": interaction_id,
        "state": known.state if known is not None else "received",
    }


def interaction(known: Interaction) -> dict[str, Any]:
    return {"interaction_id": known.id} | {name: getattr(known, name) for name in _INTERACTION}


def offer(known: Offer) -> dict[str, Any]:
    return {
        "offer_id": known.id,
        "interaction_id": known.interaction_id,
        "agent_id": known.agent_id,
        "channel": known.channel,
        "queue": known.queue,
        "language": known.language,
        "expires_at_ms": known.expires_at_ms,
        "waited_ms": known.waited_ms,
    }


def agent(pool: str, agent_id: str, known: Agent | None) -> dict[str, Any]:
    """An agent whom the router has not heard of yet is offline."""
    known = known or Agent(id=agent_id, pool=pool)
    return {
        "agent_id": agent_id,
        "pool": pool,
        "status": known.status,
        "since_ms": known.since_ms,
        "reason": known.reason,
        "note": known.note,
        "epoch": known.epoch,
        "offers": list(known.offers),
        "assigned": list(known.assigned),
        "wrapping_up": list(known.wrapping_up),
    }


def escalation(known: Escalation) -> dict[str, Any]:
    return {
        "escalation_id": known.id,
        "pool": known.pool,
        "interaction_id": known.interaction_id,
        "state": known.state,
        "metric": known.metric,
        "cycle": known.cycle,
        "policy": known.policy,
        "queue": known.queue,
        "channel": known.channel,
        "language": known.language,
        "opened_at_ms": known.opened_at_ms,
        "due_at_ms": known.due_at_ms,
        "changed_at_ms": known.changed_at_ms,
        "acknowledged_by": known.acknowledged_by,
        "pages": [
            {
                "page_id": page.id,
                "person": page.person,
                "method": page.method,
                "round": page.round,
                "level": page.level,
                "requested_at_ms": page.requested_at_ms,
                "recalled": page.recalled,
            }
            for page in known.pages.values()
        ],
    }
