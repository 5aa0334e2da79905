"""What agents say of themselves, and answer to offers."""

from typing import Literal

from shared.contracts.event import Command, Event
from shared.contracts.words import AgentStatus


class PresenceReported(Command):
    """An agent says ready, away or offline. Away and offline revoke the agent's open offers."""

    kind: Literal["presence_reported"] = "presence_reported"
    agent_id: str
    status: AgentStatus
    note: str | None = None  # "lunch", "training"


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
