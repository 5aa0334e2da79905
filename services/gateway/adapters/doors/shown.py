"""How entities of the view look in answers."""

from collections.abc import Mapping
from typing import Any

from services.gateway.adapters.view.model import Agent, Escalation, Interaction, Offer
from services.gateway.adapters.view.view import View
from shared.contracts.agents import LanguageSkill
from shared.contracts.configuration import Agent as Configured
from shared.contracts.configuration import LanguageLevel

_INTERACTION = (
    "pool", "state", "channel", "home_channel", "incident_id", "queue", "language",
    "language_source", "topic", "priority", "customer", "agent_id", "offer_id", "outcome", "hop",
    "received_at_ms", "changed_at_ms", "waiting_since_ms", "wrap_up_until_ms", "park_reason",
    "resumes_at_ms", "preferred_agent", "step", "callback", "held",
)  # fmt: skip


def state_of(view: View, interaction_id: str) -> dict[str, Any]:
    known = view.interaction(interaction_id)
    return {
        "interaction_id": interaction_id,
        "state": known.state if known is not None else "received",
    }


def placed(view: View, interaction_id: str) -> dict[str, Any]:
    """Its state, and where it is in it: what somebody who moved it wants to know."""
    known = view.interaction(interaction_id)
    where = {"queue": None, "agent_id": None} if known is None else {
        "queue": known.queue, "agent_id": known.agent_id,
    }  # fmt: skip
    return state_of(view, interaction_id) | where


def presence_of(view: View, pool: str, agent_id: str) -> dict[str, Any]:
    """His status, and the one that he has next, where there is one."""
    known = view.board.pool(pool).agents.get(agent_id) or Agent(id=agent_id, pool=pool)
    told = {"agent_id": agent_id, "state": known.status}
    return told | ({"next_status": known.next_status} if known.next_status else {})


def interaction(known: Interaction) -> dict[str, Any]:
    told = {name: getattr(known, name) for name in _INTERACTION}
    return {"interaction_id": known.id} | told | {"live_offers": list(known.live_offers)}


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


def agent(
    pool: str, agent_id: str, known: Agent | None, configured: Configured | None = None
) -> dict[str, Any]:
    """An agent whom the router has not heard of yet is offline.

    `configured`: None where the configuration does not have him any more.
    """
    known = known or Agent(id=agent_id, pool=pool)
    return {
        "agent_id": agent_id,
        "pool": pool,
        "status": known.status,
        "since_ms": known.since_ms,
        "reason": known.reason,
        "note": known.note,
        "epoch": known.epoch,
        "next_status": known.next_status,
        "withheld": [
            {"why": why, "until_ms": until_ms} for why, until_ms in known.withheld.items()
        ],
        **_abilities(known, configured),
        "offers": list(known.offers),
        "assigned": list(known.assigned),
        "held": list(known.held),
        "wrapping_up": list(known.wrapping_up),
    }


def _abilities(known: Agent, configured: Configured | None) -> dict[str, Any]:
    """What he may serve: as configured, unless it was changed by hand."""
    skills: Mapping[str, int] = configured.skills if configured is not None else {}
    languages: Mapping[str, LanguageLevel | LanguageSkill] = (
        configured.languages if configured is not None else {}
    )
    by_hand = known.skills is not None or known.languages is not None
    return {
        "skills": dict(skills if known.skills is None else known.skills),
        "languages": {
            tag: {"spoken": level.spoken, "written": level.written}
            for tag, level in (languages if known.languages is None else known.languages).items()
        },
        "skills_by_hand": by_hand,
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
