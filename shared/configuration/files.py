"""The shape of the files that all pools share, as people write it. Editors get it as JSON Schema.

Defaults and limits are those of `shared.contracts.configuration`, so that they stand once.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from shared.configuration.values import (
    WORDS,
    WORDS_JSON,
    Channels,
    Date,
    Duration,
    Hours,
    Id,
    Ids,
    Length,
    MethodOrRules,
    Name,
    Names,
    Patience,
    SomeTime,
    Week,
    Words,
)
from shared.contracts import configuration as contract
from shared.contracts.setting import Setting
from shared.contracts.words import Channel, Metric


def default_of(model: type[BaseModel], field: str) -> Any:
    """The contract's default of this field."""
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
    method: MethodOrRules = "rules"


class EscalationEntry(Setting):
    name: Name
    levels: Annotated[tuple[LevelEntry, ...], Field(min_length=1)]
    rounds: int = Field(default=default_of(contract.EscalationPolicy, "rounds"), ge=1, le=100)
    round_length: SomeTime = default_of(contract.EscalationPolicy, "round_s")


class EscalationFile(Setting):
    """`escalation.yaml`."""

    policies: tuple[EscalationEntry, ...] = ()


class ProbeEntry(Setting):
    """A look at something from outside: a GET that must end 2xx, or a connection."""

    name: Name
    http: str | None = None
    tcp: str | None = None
    every: SomeTime = default_of(contract.Probe, "every_s")
    timeout: Patience = default_of(contract.Probe, "timeout_s")


class WatchedEntry(Setting):
    """When a channel counts as down, and when as well again."""

    probes: tuple[ProbeEntry, ...] = ()
    silent_after: SomeTime | None = None
    bad_in_a_row: int = Field(default=default_of(contract.WatchedChannel, "bad_in_a_row"), ge=1)
    good_in_a_row: int = Field(default=default_of(contract.WatchedChannel, "good_in_a_row"), ge=1)
    recovered_in_a_row: int = Field(
        default=default_of(contract.WatchedChannel, "recovered_in_a_row"), ge=1
    )
    recovered_for: Duration = default_of(contract.WatchedChannel, "recovered_for_s")
    failed_over_for: Duration = default_of(contract.WatchedChannel, "failed_over_for_s")


class PromisesEntry(Setting):
    """How long after one update of an incident the next one is promised."""

    critical: SomeTime = default_of(contract.Promises, "critical_s")
    major: SomeTime = default_of(contract.Promises, "major_s")
    minor: SomeTime = default_of(contract.Promises, "minor_s")


class OutageFile(Setting):
    """`outage.yaml`."""

    it: Ids = ()
    references: tuple[ProbeEntry, ...] = ()
    channels: dict[Channel, WatchedEntry] = Field(default_factory=dict)
    promises: PromisesEntry = PromisesEntry()
    notice_expires: SomeTime = default_of(contract.OutageDocument, "notice_expires_s")
