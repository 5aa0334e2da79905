"""The shape of each configuration file, as people write it. Editors get it as JSON Schema.

Defaults and limits are those of `shared.contracts.configuration`, so that they stand once.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from shared.configuration.values import (
    WORDS,
    WORDS_JSON,
    Cap,
    Caps,
    Channels,
    Date,
    Duration,
    Hours,
    Id,
    Ids,
    Languages,
    Length,
    Name,
    Names,
    Patience,
    Skills,
    SomeTime,
    Tag,
    Week,
    Words,
)
from shared.contracts import configuration as contract
from shared.contracts.configuration import Setting
from shared.contracts.words import Channel, ContactMethod, Metric


def _default(model: type[BaseModel], field: str) -> Any:
    return model.model_fields[field].default


class CalendarEntry(Setting):
    """Open hours. A day that is not in `week` is closed."""

    name: Name
    timezone: str
    week: Week
    holidays: tuple[Date, ...] = ()
    dated: dict[Date, Hours] = Field(default_factory=dict)


class CalendarsFile(Setting):
    """`calendars.yaml`."""

    calendars: tuple[CalendarEntry, ...] = ()


class TargetEntry(Setting):
    """A promise. The first target that fits an interaction wins, per metric."""

    metric: Metric
    within: Length
    channels: Channels = ()
    topics: Words = ()
    priorities: Names = ()
    calendar: Name | None = None
    met_by: Literal["assignment", "reply", "close"] | None = None
    escalation_policy: Name | None = None


class SlaEntry(Setting):
    name: Name
    targets: Annotated[tuple[TargetEntry, ...], Field(min_length=1)]


class SlaFile(Setting):
    """`sla.yaml`."""

    policies: tuple[SlaEntry, ...] = ()


class LevelEntry(Setting):
    """Whom to page, and how long after the escalation opened."""

    after: Duration = 0
    people: Annotated[tuple[Id, ...], Field(min_length=1), WORDS, WORDS_JSON]
    method: ContactMethod = _default(contract.EscalationLevel, "method")


class EscalationEntry(Setting):
    name: Name
    levels: Annotated[tuple[LevelEntry, ...], Field(min_length=1)]
    rounds: int = Field(default=_default(contract.EscalationPolicy, "rounds"), ge=1, le=100)
    round_length: SomeTime = _default(contract.EscalationPolicy, "round_s")


class EscalationFile(Setting):
    """`escalation.yaml`."""

    policies: tuple[EscalationEntry, ...] = ()


class PersonEntry(Setting):
    """A member of staff who can be told, or a system that speaks for some: a chat room, a list."""

    id: Id
    locale: Tag = _default(contract.Person, "locale")
    timezone: str = _default(contract.Person, "timezone")
    email: str | None = None
    webhook: str | None = None


class RetriesEntry(Setting):
    """Waits before tries 2, 3, …; the last one repeats."""

    waits: Annotated[tuple[SomeTime, ...], Field(min_length=1)] = _default(
        contract.RetrySchedule, "waits_s"
    )
    lease: SomeTime = _default(contract.RetrySchedule, "lease_s")


class PeopleFile(Setting):
    """`people.yaml`."""

    people: tuple[PersonEntry, ...] = ()
    retries: RetriesEntry = RetriesEntry()
    page_expires: SomeTime = _default(contract.PeopleDocument, "page_expires_s")


class ProbeEntry(Setting):
    """A look at something from outside: a GET that must end 2xx, or a connection."""

    name: Name
    http: str | None = None
    tcp: str | None = None
    every: SomeTime = _default(contract.Probe, "every_s")
    timeout: Patience = _default(contract.Probe, "timeout_s")


class WatchedEntry(Setting):
    """When a channel counts as down, and when as well again."""

    probes: tuple[ProbeEntry, ...] = ()
    silent_after: SomeTime | None = None
    bad_in_a_row: int = Field(default=_default(contract.WatchedChannel, "bad_in_a_row"), ge=1)
    good_in_a_row: int = Field(default=_default(contract.WatchedChannel, "good_in_a_row"), ge=1)
    recovered_in_a_row: int = Field(
        default=_default(contract.WatchedChannel, "recovered_in_a_row"), ge=1
    )
    recovered_for: Duration = _default(contract.WatchedChannel, "recovered_for_s")
    failed_over_for: Duration = _default(contract.WatchedChannel, "failed_over_for_s")


class PromisesEntry(Setting):
    """How long after one update of an incident the next one is promised."""

    critical: SomeTime = _default(contract.Promises, "critical_s")
    major: SomeTime = _default(contract.Promises, "major_s")
    minor: SomeTime = _default(contract.Promises, "minor_s")


class OutageFile(Setting):
    """`outage.yaml`."""

    it: Ids = ()
    references: tuple[ProbeEntry, ...] = ()
    channels: dict[Channel, WatchedEntry] = Field(default_factory=dict)
    promises: PromisesEntry = PromisesEntry()
    notice_expires: SomeTime = _default(contract.OutageDocument, "notice_expires_s")


class ChannelEntry(Setting):
    """How the pool treats one channel."""

    units: int = Field(default=_default(contract.ChannelSettings, "units"), ge=0)
    offer_expires: SomeTime = _default(contract.ChannelSettings, "offer_expires_s")
    wrap_up: Duration = _default(contract.ChannelSettings, "wrap_up_s")
    presence_grace: Duration = _default(contract.ChannelSettings, "presence_grace_s")
    auto_accept: bool = _default(contract.ChannelSettings, "auto_accept")
    min_language_level: int = Field(
        default=_default(contract.ChannelSettings, "min_language_level"), ge=0, le=5
    )
    backups: Channels = ()


class QueueEntry(Setting):
    name: Name
    skills: Skills = Field(default_factory=dict)
    expires_after: SomeTime | None = None
    sla_policy: Name | None = None


class RuleEntry(Setting):
    """First match wins; a rule without `when` matches everything."""

    name: Name
    when: dict[str, Annotated[tuple[str, ...], Field(min_length=1), WORDS, WORDS_JSON]] = Field(
        default_factory=dict
    )
    queue: Name
    skills: Skills = Field(default_factory=dict)
    priority: Name | None = None


class PriorityEntry(Setting):
    name: Name
    head_start: Duration = 0


class AgentEntry(Setting):
    """What is not given comes from `defaults`, and then from the built-in defaults."""

    id: Id
    skills: Skills | None = None
    languages: Languages | None = None
    capacity_units: Cap | None = None
    channels: Caps | None = None


class AgentDefaults(Setting):
    skills: Skills = Field(default_factory=dict)
    languages: Languages = Field(default_factory=dict)
    capacity_units: Cap = _default(contract.Agent, "capacity_units")
    channels: Caps = Field(default_factory=dict)


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
    strategy: Literal["longest_ready"] = _default(contract.PoolDocument, "strategy")
    presence_lease: SomeTime = _default(contract.PoolDocument, "presence_lease_s")
    aside: Duration = _default(contract.PoolDocument, "aside_s")
    misses_until_away: int = Field(
        default=_default(contract.PoolDocument, "misses_until_away"), ge=1
    )
    dedupe_horizon: SomeTime = _default(contract.PoolDocument, "dedupe_horizon_s")
    default_sla_policy: Name | None = None
    managers: Ids = ()
    staff: Ids = ()
