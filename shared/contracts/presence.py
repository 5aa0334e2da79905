"""Agents as the router sees them: who is there, who is held back, and what he may serve."""

from typing import Literal

from shared.contracts.agents import LanguageSkill
from shared.contracts.event import Fact, Milliseconds
from shared.contracts.words import AgentStatus, WithheldWhy


class AgentChanged(Fact):
    """Presence as the router sees it. `epoch` grows when an agent comes back, and fences offers."""

    kind: Literal["agent_changed"] = "agent_changed"
    agent_id: str
    status: AgentStatus
    epoch: int
    number: int  # of this agent's changes, for the id
    reason: Literal["reported", "lease_lapsed", "missed_offers", "removed_from_config", "work_done"]
    note: str | None = None
    next_status: AgentStatus | None = None  # he gets nothing new, and has it when his work is done


class LeasesRenewed(Fact):
    """Presence leases that were renewed, in heard time; only those that needed it."""

    kind: Literal["leases_renewed"] = "leases_renewed"
    heard_ms: int  # the pool's heard time after this record
    agent_ids: tuple[str, ...]


class AgentWithheld(Fact):
    """An agent who is ready is not asked, until then; or is again."""

    kind: Literal["agent_withheld"] = "agent_withheld"
    agent_id: str
    why: WithheldWhy
    withheld: bool
    until_ms: Milliseconds | None = None


class AgentSkillsChanged(Fact):
    """What he may serve was changed by hand; None: as configured."""

    kind: Literal["agent_skills_changed"] = "agent_skills_changed"
    agent_id: str
    skills: dict[str, int] | None = None
    languages: dict[str, LanguageSkill] | None = None
    actor: str
    reason: str | None = None
