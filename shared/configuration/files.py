"""The shape of each configuration file, as people write it. Editors get it as JSON Schema.

Defaults and limits are those of `shared.contracts.configuration`, so that they stand once.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from shared.configuration import forms
from shared.configuration.languages import canonical_tag
from shared.contracts import configuration as contract
from shared.contracts.configuration import LanguageLevel, Setting, Span
from shared.contracts.words import Channel, Metric


def _tag(value: Any) -> str:
    tag = canonical_tag(value) if isinstance(value, str) else None
    if tag is None:
        remedy = "write a BCP 47 tag such as en, he or pt-BR"
        raise forms.FormError(f"`{value}` is not a language tag", remedy)
    return tag


def _default(model: type[BaseModel], field: str) -> Any:
    return model.model_fields[field].default


def _json(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_NAMED_NUMBERS: Any = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
]
_DURATION: Any = [
    {"type": "integer", "minimum": 0},
    {"type": "string", "pattern": rf"^{forms.DURATION}$"},
]
_HOURS: Any = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "null"},
]
_LEVEL: Any = {"type": "integer", "minimum": 0, "maximum": 5}
_LANGUAGES: Any = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}},
    {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                _LEVEL,
                {"type": ["null", "string"]},
                {
                    "type": "object",
                    "properties": {"spoken": _LEVEL, "written": _LEVEL},
                    "additionalProperties": False,
                },
            ]
        },
    },
]

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # of pools, queues, skills, policies, …
Name = Annotated[str, Field(pattern=rf"^{NAME.pattern}$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$")]
Tag = Annotated[str, BeforeValidator(_tag), _json(type="string")]
Duration = Annotated[int, BeforeValidator(forms.duration_s), _json(anyOf=_DURATION)]
SomeTime = Annotated[Duration, Field(gt=0)]
Date = Annotated[str, BeforeValidator(forms.iso_date), _json(type="string", format="date")]
Hours = Annotated[tuple[Span, ...], BeforeValidator(forms.hours), _json(anyOf=_HOURS)]
Week = Annotated[
    dict[str, Hours],
    BeforeValidator(forms.week),
    _json(type="object", additionalProperties={"anyOf": _HOURS}),
]
Level = Annotated[int, Field(ge=1, le=5)]
Skills = Annotated[dict[Name, Level], BeforeValidator(forms.skills), _json(anyOf=_NAMED_NUMBERS)]
Languages = Annotated[
    dict[Tag, LanguageLevel], BeforeValidator(forms.languages), _json(anyOf=_LANGUAGES)
]
Cap = Annotated[int, Field(ge=0)]
Caps = Annotated[
    dict[Channel, Cap | None], BeforeValidator(forms.channels), _json(anyOf=_NAMED_NUMBERS)
]
Length = Annotated[dict[str, int], BeforeValidator(forms.length), _json(anyOf=[{"type": "string"}])]


def _words_of(item: Any) -> Any:
    one_or_many: Any = {"anyOf": [item, {"type": "array", "items": item}]}
    return BeforeValidator(forms.words), WithJsonSchema(one_or_many)


_WORDS, _WORDS_JSON = _words_of({"type": "string"})
Words = Annotated[tuple[str, ...], _WORDS, _WORDS_JSON]
Names = Annotated[tuple[Name, ...], _WORDS, _WORDS_JSON]
Channels = Annotated[tuple[Channel, ...], _WORDS, _WORDS_JSON]


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
    people: Annotated[tuple[Id, ...], Field(min_length=1), _WORDS, _WORDS_JSON]
    method: Literal["email"] = "email"


class EscalationEntry(Setting):
    name: Name
    levels: Annotated[tuple[LevelEntry, ...], Field(min_length=1)]
    rounds: int = Field(default=_default(contract.EscalationPolicy, "rounds"), ge=1, le=100)
    round_length: SomeTime = _default(contract.EscalationPolicy, "round_s")


class EscalationFile(Setting):
    """`escalation.yaml`."""

    policies: tuple[EscalationEntry, ...] = ()


class PersonEntry(Setting):
    """A member of staff who can be paged."""

    id: Id
    locale: Tag = _default(contract.Person, "locale")
    timezone: str = _default(contract.Person, "timezone")
    email: str | None = None


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


class QueueEntry(Setting):
    name: Name
    skills: Skills = Field(default_factory=dict)
    expires_after: SomeTime | None = None
    sla_policy: Name | None = None


class RuleEntry(Setting):
    """First match wins; a rule without `when` matches everything."""

    name: Name
    when: dict[str, Annotated[tuple[str, ...], Field(min_length=1), _WORDS, _WORDS_JSON]] = Field(
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
