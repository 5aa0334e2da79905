"""What customers, agents and helpdesks do to an interaction."""

from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.event import Command, Record
from shared.contracts.words import Channel, CloseOutcome, LanguageSource


class Personal(Record):
    """Personal data. No core reads it, so that erasure can encrypt it per customer."""

    name: str | None = None
    address: str | None = None
    subject: str | None = None
    text: str | None = None


class SkillNeed(Record):
    """A skill that an agent must have, at this skill level or above."""

    skill: str
    level: int = Field(default=1, ge=1, le=5)


class InteractionReceived(Command):
    """A contact arrived. The id begins with its pool: `<pool>:<local id>`."""

    kind: Literal["interaction_received"] = "interaction_received"
    interaction_id: str
    channel: Channel
    body_hash: str  # over all that the sender gave; same id and other hash is refused
    language: str  # BCP 47; computed at ingress where the sender did not say
    language_source: LanguageSource
    language_confidence_permille: int = Field(default=1000, ge=0, le=1000)
    other_languages: tuple[str, ...] = ()  # also good for the customer, best first
    queue: str | None = None  # asked for by the sender; routing rules decide where it is None
    topic: str | None = None
    skills: tuple[SkillNeed, ...] = ()
    priority: str | None = None  # name of a priority class of the pool
    reachable_by: tuple[Channel, ...] = ()  # other channels that reach this customer, with consent
    customer: str | None = None  # stable pseudonym of the customer
    attributes: dict[str, str] = Field(default_factory=dict)
    occurred_at: AwareDatetime | None = None
    personal: Personal = Personal()


class CustomerMessaged(Command):
    kind: Literal["customer_messaged"] = "customer_messaged"
    interaction_id: str
    occurred_at: AwareDatetime | None = None
    personal: Personal = Personal()


class AgentReplied(Command):
    kind: Literal["agent_replied"] = "agent_replied"
    interaction_id: str
    agent_id: str
    personal: Personal = Personal()


class CustomerAbandoned(Command):
    """The customer hung up or left before an agent took the interaction."""

    kind: Literal["customer_abandoned"] = "customer_abandoned"
    interaction_id: str


class TransferRequested(Command):
    """To another queue of the pool, or to another pool; age and clocks go with it."""

    kind: Literal["transfer_requested"] = "transfer_requested"
    interaction_id: str
    to_pool: str | None = None
    to_queue: str | None = None


class CloseRequested(Command):
    kind: Literal["close_requested"] = "close_requested"
    interaction_id: str
    agent_id: str | None = None
    outcome: CloseOutcome = "solved"
