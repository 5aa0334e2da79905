"""What the doors take: bodies and queries. Unknown fields are refused, so typing errors show."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.gateway.adapters.view.model import State
from shared.contracts.interactions import SkillNeed
from shared.contracts.words import AgentStatus, Channel, CloseOutcome, Severity
from shared.language import canonical_tag

LocalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{1,128}$")]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=500)]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]*$")]
Text = Annotated[str, Field(max_length=4_000)]
PromiseS = Annotated[int, Field(gt=0, le=7 * 86_400)]
MONTH_S = 31 * 86_400
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
    drops_after_s: Annotated[int, Field(ge=0, le=MONTH_S)] | None = Field(
        default=None, description="Since it began to wait; without it the need never drops."
    )

    def needed(self) -> SkillNeed:
        return SkillNeed(skill=self.skill, level=self.level, drops_after_s=self.drops_after_s)


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
    # None, not empty: a sender that knows nothing of it keeps the hash that its contacts have.
    reachable_by: tuple[Channel, ...] | None = Field(
        default=None,
        max_length=10,
        description="Other channels that reach this customer, with consent: where the contact may "
        "wait while its own is down.",
    )
    preferred_agent: Word | None = Field(
        default=None, description="Who should have it, for as long as its queue waits for him."
    )
    customer: Word | None = None
    attributes: dict[Word, Annotated[str, Field(max_length=2_000)]] = Field(
        default_factory=dict, max_length=50
    )
    occurred_at: AwareDatetime | None = None
    personal: PersonalGiven = PersonalGiven()
    reason: Reason | None = None

    @model_validator(mode="after")
    def _reachable_by_others(self) -> "NewInteraction":
        channels = self.reachable_by or ()
        if self.channel in channels:
            raise ValueError("leave out the contact's own channel: `reachable_by` names others")
        if len(set(channels)) < len(channels):
            raise ValueError("`reachable_by` names a channel twice")
        return self


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
    """To an agent or a queue of its pool, or to another pool, with the age that it has."""

    to_pool: Word | None = None
    to_queue: Word | None = None
    to_agent: Word | None = Field(
        default=None, description="For a while only he is asked; he answers as to any offer."
    )
    consult: bool = Field(
        default=False, description="Who has it now gets it back by the hand-back door."
    )
    restart: bool = Field(default=False, description="What it requires begins anew; its age stays.")
    reason: Reason | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "Transfer":
        if self.to_pool is None and self.to_queue is None and self.to_agent is None:
            raise ValueError("give `to_agent`, `to_queue`, `to_pool`, or queue and pool")
        if self.to_pool is not None and (self.to_agent is not None or self.consult):
            raise ValueError(
                "`to_agent` and `consult` are for the interaction's own pool: leave out `to_pool`"
            )
        return self


class Close(Given):
    agent_id: Word | None = None
    outcome: CloseOutcome = "solved"
    reason: Reason | None = None


class Presence(Given):
    """Without `status` it is a heartbeat: the agent is still there."""

    status: AgentStatus | None = None
    note: Annotated[str, Field(max_length=200)] | None = None
    after_work: bool = Field(
        default=False, description="Nothing new from now on, and the status when all is done."
    )
    requeue_work: bool = Field(
        default=False, description="What the agent holds waits again at once."
    )
    reason: Reason | None = None

    @model_validator(mode="after")
    def _leaves_in_one_way(self) -> "Presence":
        leaves = self.status in ("away", "offline")
        if (self.after_work or self.requeue_work) and not leaves:
            raise ValueError("`after_work` and `requeue_work` go with status `away` or `offline`")
        one_way(after_work=self.after_work, requeue_work=self.requeue_work)
        return self


def one_way(*, after_work: bool, requeue_work: bool) -> None:
    if after_work and requeue_work:
        raise ValueError(
            "give `after_work` or `requeue_work`: the work is done first, or it is put back"
        )


class PoolHeartbeats(Given):
    agent_ids: tuple[Word, ...] = Field(min_length=1, max_length=20_000)


class AgentAction(Given):
    agent_id: Word | None = None
    reason: Reason | None = None


class Acknowledgement(Given):
    reason: Reason | None = None


class NewIncident(Given):
    """A channel is down. Its contacts move to the backups at once, and people are told."""

    channel: Channel
    pools: tuple[Word, ...] = Field(
        default=(), max_length=1_000, description="Empty: all of the key that have the channel."
    )
    severity: Severity = "critical"
    title: Line = ""
    message: Text = Field(default="", description="For everybody who is told, as you write it.")
    next_update_s: PromiseS | None = Field(
        default=None, description="When more will be told; without it as configured."
    )
    reason: Reason | None = None


class IncidentNews(Given):
    """News of an open incident; what is absent stays as it is."""

    message: Text = ""
    status: Literal["investigating", "identified", "monitoring"] | None = None
    severity: Severity | None = None
    next_update_s: PromiseS | None = None
    reason: Reason | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "IncidentNews":
        if not (self.message.strip() or self.status or self.severity or self.next_update_s):
            raise ValueError("give `message`, `status`, `severity` or `next_update_s`")
        return self


class IncidentEnd(Given):
    message: Text = ""
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


class IncidentsQuery(PageQuery):
    state: Literal["open", "resolved"] | None = None


class BoardQuery(PoolQuery):
    theme: Literal["light", "dark"] | None = None
    lang: Literal["en", "he"] = "en"


class SpokenQuery(BaseModel):
    """The language of a call, and the voice that speaks it."""

    lang: str = Field(default="en", max_length=35)
    tag: str = Field(default="en-US", max_length=35)
    voice: str = Field(default="", max_length=64)


class ScreenQuery(BaseModel):
    lang: Literal["en", "he"] | None = None


class TokenQuery(ScreenQuery):
    token: str | None = Field(default=None, max_length=4_096)
