"""The shape of a pool's files, as people write them. Editors get it as JSON Schema.

Defaults and limits are those of `shared.contracts.configuration`, so that they stand once.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from shared.configuration import forms
from shared.configuration.files import default_of
from shared.configuration.needs import LevelNeeds, Openings, SkillNeeds
from shared.configuration.values import (
    WORDS,
    WORDS_JSON,
    Cap,
    Caps,
    Channels,
    Duration,
    Id,
    Ids,
    Languages,
    Name,
    Names,
    Permille,
    Skills,
    SomeTime,
    Tag,
)
from shared.contracts import configuration as contract
from shared.contracts.setting import Setting
from shared.contracts.words import Channel, RankName, Strategy


class ChannelEntry(Setting):
    """How the pool treats one channel."""

    units: int = Field(default=default_of(contract.ChannelSettings, "units"), ge=0)
    offer_expires: SomeTime = default_of(contract.ChannelSettings, "offer_expires_s")
    wrap_up: Duration = default_of(contract.ChannelSettings, "wrap_up_s")
    presence_grace: Duration = default_of(contract.ChannelSettings, "presence_grace_s")
    auto_accept: bool = default_of(contract.ChannelSettings, "auto_accept")
    min_language_level: int = Field(
        default=default_of(contract.ChannelSettings, "min_language_level"), ge=0, le=5
    )
    wrap_up_extension: Duration = default_of(contract.ChannelSettings, "wrap_up_extension_s")
    interruptible: bool = default_of(contract.ChannelSettings, "interruptible")
    idle_after: SomeTime | None = None
    backups: Channels = ()


class OverflowEntry(Setting):
    """Another queue, when this one is full or closed, or when one has waited for a time."""

    to: Name
    after: SomeTime | None = None


class QueueEntry(Setting):
    """Times run since a contact began to wait."""

    name: Name
    skills: SkillNeeds = Field(default_factory=dict)
    expires_after: SomeTime | None = None
    sla_policy: Name | None = None
    language_level: LevelNeeds | None = None
    other_languages_after: Duration = default_of(contract.Queue, "other_languages_after_s")
    interpreters_after: Duration | None = None
    rings: Openings = Field(default_factory=dict)
    skip_empty_steps: bool = default_of(contract.Queue, "skip_empty_steps")
    prefer: Duration = default_of(contract.Queue, "prefer_s")
    prefer_last_agent: bool = default_of(contract.Queue, "prefer_last_agent")
    offers_at_once: int = Field(default=default_of(contract.Queue, "offers_at_once"), ge=1, le=50)
    max_waiting: int | None = Field(default=None, ge=1)
    overflow: Annotated[OverflowEntry, BeforeValidator(forms.under("to"))] | None = None
    hours: Name | None = None
    when_closed: Literal["wait", "park", "overflow"] = default_of(contract.Queue, "when_closed")
    handle_time: SomeTime | None = None


class RuleEntry(Setting):
    """First match wins; a rule without `when` matches everything."""

    name: Name
    when: dict[str, Annotated[tuple[str, ...], Field(min_length=1), WORDS, WORDS_JSON]] = Field(
        default_factory=dict
    )
    queue: Name
    skills: SkillNeeds = Field(default_factory=dict)
    priority: Name | None = None
    prefer_agent: str | None = None


class TopicEntry(Setting):
    """A topic, the words that show it in a text, by language, and the skills that it needs."""

    topic: Annotated[str, Field(min_length=1)]
    keywords: dict[Tag, Annotated[tuple[str, ...], Field(min_length=1), WORDS, WORDS_JSON]] = Field(
        default_factory=dict
    )
    skills: SkillNeeds = Field(default_factory=dict)


class UnsureLanguageEntry(Setting):
    """Where contacts go whose language was detected with less confidence than this."""

    queue: Name
    below: Permille = default_of(contract.UnsureLanguage, "below_permille")


class PaceEntry(Setting):
    """At most so many offers to one agent within the time."""

    offers: int = Field(ge=1)
    per: SomeTime
    channels: Channels = ()


class CustomerNoticesEntry(Setting):
    """What customers are told of their own contact; without it nothing."""

    receipt: Channels = ()
    longer_wait: bool = default_of(contract.CustomerNotices, "longer_wait")


class PriorityEntry(Setting):
    name: Name
    head_start: Duration = 0
    emergency: bool = default_of(contract.PriorityClass, "emergency")


class AgentEntry(Setting):
    """What is not given comes from `defaults`, and then from the built-in defaults."""

    id: Id
    skills: Skills | None = None
    languages: Languages | None = None
    capacity_units: Cap | None = None
    channels: Caps | None = None
    rings: Names | None = None
    interpreter: bool | None = None
    hours: Name | None = None
    overdraft_units: Cap | None = None


class AgentDefaults(Setting):
    skills: Skills = Field(default_factory=dict)
    languages: Languages = Field(default_factory=dict)
    capacity_units: Cap = default_of(contract.Agent, "capacity_units")
    channels: Caps = Field(default_factory=dict)
    rings: Names = ()
    interpreter: bool = default_of(contract.Agent, "interpreter")
    hours: Name | None = None
    overdraft_units: Cap = default_of(contract.Agent, "overdraft_units")


class AgentsFile(Setting):
    """`agents.yaml`, or any file in `agents/`."""

    defaults: AgentDefaults = AgentDefaults()
    agents: tuple[AgentEntry, ...] = ()


class PoolFile(Setting):
    """`pools/<pool>/pool.yaml`."""

    pool: Name | None = None  # the folder's name; said here only to be read
    default_language: Tag
    default_queue: Name
    queues: Annotated[tuple[QueueEntry, ...], Field(min_length=1)]
    skills: Names = ()
    priorities: Annotated[tuple[PriorityEntry, ...], Field(min_length=1)] = (
        PriorityEntry(name="normal"),
    )
    rules: tuple[RuleEntry, ...] = ()
    channels: Annotated[dict[Channel, ChannelEntry], Field(min_length=1)]
    strategy: Strategy = default_of(contract.PoolDocument, "strategy")
    rank: Annotated[tuple[RankName, ...], WORDS, WORDS_JSON] = ()
    order: Literal["age", "cost_of_delay"] = default_of(contract.PoolDocument, "order")
    topics: tuple[TopicEntry, ...] = ()
    unsure_language: (
        Annotated[UnsureLanguageEntry, BeforeValidator(forms.under("queue"))] | None
    ) = None
    pace: Annotated[PaceEntry, BeforeValidator(forms.pace)] | None = None
    presence_lease: SomeTime = default_of(contract.PoolDocument, "presence_lease_s")
    aside: Duration = default_of(contract.PoolDocument, "aside_s")
    misses_until_away: int = Field(
        default=default_of(contract.PoolDocument, "misses_until_away"), ge=1
    )
    dedupe_horizon: SomeTime = default_of(contract.PoolDocument, "dedupe_horizon_s")
    default_sla_policy: Name | None = None
    customer_notices: Annotated[CustomerNoticesEntry, BeforeValidator(forms.under("receipt"))] = (
        CustomerNoticesEntry()
    )
    managers: Ids = ()
    staff: Ids = ()
