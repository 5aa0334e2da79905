"""Outages: evidence, what people say, what the outage service decides. Key: the installation.

Ids: incident `<channel>-<number>`, notice `<incident_id>:n<sequence>:<person>:<method>`.
`pool` is INSTALLATION on all events here but the two that are told to a pool.
"""

from typing import Literal

from pydantic import Field

from shared.contracts.event import Command, Event, Fact, Milliseconds, Record
from shared.contracts.words import (
    Audience,
    Channel,
    ChannelHealth,
    IncidentStatus,
    NoticePurpose,
    ProbeOutcome,
    Severity,
    Signal,
)


class ContactsSeen(Event):
    """How many contacts one gateway took in by channel since its record before.

    Told each period, also when nothing came. `gap_ms` is the time since the record before, capped
    at two periods: silence is measured in this heard time, so a silent gateway silences no channel.
    """

    kind: Literal["contacts_seen"] = "contacts_seen"
    gateway: str
    counts: dict[Channel, int] = Field(default_factory=dict)
    gap_ms: int


class ProbeEnded(Event):
    """One look at a channel from outside. `detail` holds codes, no content."""

    kind: Literal["probe_ended"] = "probe_ended"
    channel: Channel
    probe: str  # its name in the configuration
    outcome: ProbeOutcome
    detail: str = ""
    took_ms: int = 0


class IncidentDeclared(Command):
    """A person says that a channel is down: contacts move at once, and people are told."""

    kind: Literal["incident_declared"] = "incident_declared"
    channel: Channel
    pools: tuple[str, ...] = ()  # empty: every pool that has the channel
    severity: Severity = "critical"
    title: str = ""
    message: str = ""  # as the person wrote it, in his language
    next_update_s: int | None = Field(default=None, gt=0)


class IncidentUpdatePosted(Command):
    """News of an open incident, by a person. It goes to everybody, and renews the promise."""

    kind: Literal["incident_update_posted"] = "incident_update_posted"
    incident_id: str
    status: Literal["investigating", "identified", "monitoring"] | None = None
    severity: Severity | None = None
    message: str = ""
    next_update_s: int | None = Field(default=None, gt=0)


class IncidentResolveRequested(Command):
    """A person says that it is over: contacts go back at once, and people are told."""

    kind: Literal["incident_resolve_requested"] = "incident_resolve_requested"
    incident_id: str
    message: str = ""


class Evidence(Record):
    """One reason to believe that a channel is down, or is well again."""

    signal: Signal
    at_ms: Milliseconds
    detail: str


class ChannelHealthChanged(Fact):
    """`number` counts the changes of this channel, for the id."""

    kind: Literal["channel_health_changed"] = "channel_health_changed"
    channel: Channel
    number: int
    before: ChannelHealth
    health: ChannelHealth
    incident_id: str | None = None
    evidence: tuple[Evidence, ...] = ()


class IncidentOpened(Fact):
    kind: Literal["incident_opened"] = "incident_opened"
    incident_id: str
    channel: Channel
    pools: tuple[str, ...]
    severity: Severity
    title: str
    message: str = ""
    opened_by: Signal
    evidence: tuple[Evidence, ...] = ()
    next_update_at_ms: Milliseconds


class IncidentUpdated(Fact):
    """News, by a person or, when a promised time came and nobody had written, from the facts."""

    kind: Literal["incident_updated"] = "incident_updated"
    incident_id: str
    sequence: int  # 1 is the opening
    automatic: bool
    status: IncidentStatus
    severity: Severity
    message: str = ""
    next_update_at_ms: Milliseconds
    moved: int = 0
    parked: int = 0
    returned: int = 0


class IncidentResolved(Fact):
    kind: Literal["incident_resolved"] = "incident_resolved"
    incident_id: str
    sequence: int
    resolved_by: Literal["probe", "person"]
    message: str = ""
    lasted_ms: int
    moved: int = 0
    parked: int = 0
    returned: int = 0


class ChannelFailedOver(Fact):
    """To one pool: this channel's waiting and coming interactions go to a backup, or are parked.

    In pool-log and system-log. `epoch` grows with every failover and return of the channel: an
    older one that comes late changes nothing.
    """

    kind: Literal["channel_failed_over"] = "channel_failed_over"
    channel: Channel
    incident_id: str
    epoch: int


class ChannelRestored(Fact):
    """To one pool: the channel is back, and so are its interactions that nobody has taken yet."""

    kind: Literal["channel_restored"] = "channel_restored"
    channel: Channel
    incident_id: str
    epoch: int


class NoticeRequested(Fact):
    """One decision to tell one person once. Also in people-log, keyed by `person`.

    It tells the whole picture, so that a reader who missed an earlier one misses nothing. A later
    `sequence` of the incident supersedes an earlier one that has not left for this person; the
    recovery goes to everyone who was asked to be told of the opening.
    """

    kind: Literal["notice_requested"] = "notice_requested"
    notice_id: str
    incident_id: str
    sequence: int
    purpose: NoticePurpose
    audience: Audience
    person: str
    method: str  # a ContactMethod
    channel: Channel
    backups: tuple[Channel, ...] = ()  # where contacts of this channel go meanwhile
    pools: tuple[str, ...] = ()
    severity: Severity
    status: IncidentStatus
    title: str = ""
    message: str = ""
    opened_by: Signal
    evidence: tuple[Evidence, ...] = ()
    started_at_ms: Milliseconds
    next_update_at_ms: Milliseconds | None = None  # None on the recovery
    moved: int = 0
    parked: int = 0
    returned: int = 0
    expires_at_ms: Milliseconds
