"""What agents say of themselves, and answer to offers."""

from typing import Literal

from pydantic import Field

from shared.contracts.event import Command, Event, Record
from shared.contracts.words import AgentStatus


class LanguageSkill(Record):
    """How well a language is spoken and written, 0 (not at all) to 5 (native)."""

    spoken: int = Field(default=5, ge=0, le=5)
    written: int = Field(default=5, ge=0, le=5)


class PresenceReported(Command):
    """An agent says ready, away or offline. Away and offline revoke the agent's open offers.

    `after_work`: he gets nothing new from now on, and has the status when all he holds is done.
    `requeue_work`: what he holds waits again at once, without the grace of its channel.
    """

    kind: Literal["presence_reported"] = "presence_reported"
    agent_id: str
    status: AgentStatus
    note: str | None = None  # "lunch", "training"
    after_work: bool = False
    requeue_work: bool = False


class AgentsSeen(Event):
    """All heartbeats that one gateway heard in a pool within about a second.

    `gap_ms` is the time since that gateway's record before, capped by it at two of its periods:
    presence leases run in this heard time, so that a silent gateway lapses nobody.
    """

    kind: Literal["agents_seen"] = "agents_seen"
    agent_ids: tuple[str, ...]
    gap_ms: int


class OfferAnswered(Command):
    kind: Literal["offer_answered"] = "offer_answered"
    offer_id: str
    interaction_id: str
    agent_id: str
    answer: Literal["accept", "decline"]


class WrapUpEnded(Command):
    """The agent finished the work after a closed interaction before its time was over."""

    kind: Literal["wrap_up_ended"] = "wrap_up_ended"
    interaction_id: str
    agent_id: str


class WrapUpExtensionRequested(Command):
    """The agent needs longer for the work after an interaction; granted once at most."""

    kind: Literal["wrap_up_extension_requested"] = "wrap_up_extension_requested"
    interaction_id: str
    agent_id: str


class AgentSkillsRequested(Command):
    """A supervisor changes what an agent may serve, until the configuration is applied again.

    None: stays as it is. Both None: as configured, again.
    """

    kind: Literal["agent_skills_requested"] = "agent_skills_requested"
    agent_id: str
    skills: dict[str, int] | None = None
    languages: dict[str, LanguageSkill] | None = None
