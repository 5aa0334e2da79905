"""What the doors take: bodies and queries. Unknown fields are refused, so typing errors show."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.gateway.adapters.view.model import State
from shared.contracts.words import AgentStatus, Channel, CloseOutcome
from shared.language import canonical_tag

LocalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{1,128}$")]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=500)]
Tag = Annotated[str, Field(max_length=64), AfterValidator(canonical_tag)]


class Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonalGiven(Given):
    """Personal data; kept apart, never logged, read by no decision."""

    name: str | None = None
    address: str | None = None
    subject: str | None = None
    text: str | None = None


class SkillGiven(Given):
    skill: Word
    level: int = Field(default=1, ge=1, le=5)


class NewInteraction(Given):
    """A contact. Without `id` one is made; without `language` it is detected from the text."""

    pool: Word
    channel: Channel
    id: LocalId | None = None
    queue: Word | None = None
    language: Tag | None = None
    other_languages: tuple[Tag, ...] = Field(default=(), max_length=10)
    topic: Word | None = None
    skills: tuple[SkillGiven, ...] = Field(default=(), max_length=20)
    priority: Word | None = None
    customer: Word | None = None
    attributes: dict[Word, Annotated[str, Field(max_length=2_000)]] = Field(
        default_factory=dict, max_length=50
    )
    occurred_at: AwareDatetime | None = None
    personal: PersonalGiven = PersonalGiven()
    reason: Reason | None = None


class CustomerMessage(Given):
    occurred_at: AwareDatetime | None = None
    personal: PersonalGiven = PersonalGiven()
    reason: Reason | None = None


class Reply(Given):
    agent_id: Word | None = None
    personal: PersonalGiven = PersonalGiven()
    reason: Reason | None = None


class Abandon(Given):
    reason: Reason | None = None


class Transfer(Given):
    to_pool: Word | None = None
    to_queue: Word | None = None
    reason: Reason | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "Transfer":
        if self.to_pool is None and self.to_queue is None:
            raise ValueError("give `to_pool`, `to_queue`, or both")
        return self


class Close(Given):
    agent_id: Word | None = None
    outcome: CloseOutcome = "solved"
    reason: Reason | None = None


class Presence(Given):
    """Without `status` it is a heartbeat: the agent is still there."""

    status: AgentStatus | None = None
    note: Annotated[str, Field(max_length=200)] | None = None
    reason: Reason | None = None


class PoolHeartbeats(Given):
    agent_ids: tuple[Word, ...] = Field(min_length=1, max_length=20_000)


class AgentAction(Given):
    agent_id: Word | None = None
    reason: Reason | None = None


class Acknowledgement(Given):
    reason: Reason | None = None


class PoolQuery(BaseModel):
    pool: Word | None = None


class StreamQuery(PoolQuery):
    stream: bool = False


class PageQuery(PoolQuery):
    cursor: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=1_000)


class InteractionsQuery(PageQuery):
    state: State | None = None


class EscalationsQuery(PageQuery):
    open: bool = True


class TokenQuery(BaseModel):
    token: str | None = Field(default=None, max_length=4_096)
    lang: Literal["en", "he"] | None = None
