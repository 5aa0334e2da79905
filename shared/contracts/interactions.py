"""What customers, agents and helpdesks do to an interaction."""

from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.event import Command, Milliseconds, Record
from shared.contracts.words import Channel, CloseOutcome, LanguageSource, TopicSource


class Personal(Record):
    """Personal data. No core reads it, so that erasure can encrypt it per customer."""

    name: str | None = None
    address: str | None = None
    subject: str | None = None
    text: str | None = None

    def without_words(self) -> "Personal":
        """Who, and where he is reached; not what he wrote. To be handed on unread."""
        return self.model_copy(update={"subject": None, "text": None})


class SkillNeed(Record):
    """A skill that an agent must have, at this skill level or above."""

    skill: str
    level: int = Field(default=1, ge=1, le=5)
    drops_after_s: int | None = Field(default=None, ge=0)  # since it began to wait; None: never


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
    topic_source: TopicSource = "given"
    topic_keyword: str | None = None  # of the configuration, that was found in the text
    skills: tuple[SkillNeed, ...] = ()
    priority: str | None = None  # name of a priority class of the pool
    reachable_by: tuple[Channel, ...] = ()  # other channels that reach this customer, with consent
    preferred_agent: str | None = None  # who should have it, for as long as its queue waits for him
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
    """To an agent, to another queue of the pool, or to another pool; age and clocks go with it.

    With `consult` the agent who has it gets it back by `hand_back_requested`. With `restart` its
    requirements begin as if it came now; its age stays.
    """

    kind: Literal["transfer_requested"] = "transfer_requested"
    interaction_id: str
    to_pool: str | None = None
    to_queue: str | None = None
    to_agent: str | None = None  # of this pool; for a while only he is asked
    consult: bool = False
    restart: bool = False


class CloseRequested(Command):
    kind: Literal["close_requested"] = "close_requested"
    interaction_id: str
    agent_id: str | None = None
    outcome: CloseOutcome = "solved"


class HandBackRequested(Command):
    """The agent who was consulted gives it back to the one who asked him."""

    kind: Literal["hand_back_requested"] = "hand_back_requested"
    interaction_id: str
    agent_id: str


class ConnectionFailed(Command):
    """An agent accepted, but he and the customer were not brought together: it waits again."""

    kind: Literal["connection_failed"] = "connection_failed"
    interaction_id: str
    agent_id: str


class CallbackRequested(Command):
    """The customer need not stay: he is called back when it is his turn, not before the time."""

    kind: Literal["callback_requested"] = "callback_requested"
    interaction_id: str
    not_before_ms: Milliseconds | None = None  # None: as soon as it is his turn


class AssignRequested(Command):
    """A supervisor gives it to an agent at once, wherever it is; capacity may be overdrawn."""

    kind: Literal["assign_requested"] = "assign_requested"
    interaction_id: str
    agent_id: str


class RequeueRequested(Command):
    """A supervisor takes it from its agent, or from where it is parked: it waits again."""

    kind: Literal["requeue_requested"] = "requeue_requested"
    interaction_id: str


class ChangeRequested(Command):
    """What a waiting interaction requires, or how urgent it is, is another: it counts at once.

    None: stays as it is. `reapply`: queue, requirements and priority are decided anew by the
    routing rules of today; until then those of its arrival hold.
    """

    kind: Literal["change_requested"] = "change_requested"
    interaction_id: str
    priority: str | None = None
    queue: str | None = None
    language: str | None = None
    other_languages: tuple[str, ...] | None = None
    skills: tuple[SkillNeed, ...] | None = None  # in place of those that the sender asked for
    reapply: bool = False


class ExplanationRequested(Command):
    """Why it is where it is, and what it waits for; the answer is a fact, and changes nothing."""

    kind: Literal["explanation_requested"] = "explanation_requested"
    interaction_id: str
