"""What notices of an outage say in one language; placeholders stand in braces.

A name stands where no grammar bends it: "the {channel} channel", never a bare subject.
"""

from pydantic import BaseModel, ConfigDict

from shared.contracts.words import IncidentStatus, Severity, Signal


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ByPurpose(_Words):
    opening: str
    update: str
    recovery: str


class ToAudience(_Words):
    """How a message to one audience begins."""

    subject: ByPurpose
    lead: ByPurpose


class Steps(_Words):
    """What staff are to do; each is one sentence."""

    heading: str
    moved: str  # there is a backup
    some_held: str  # … which does not reach everybody
    held: str  # there is no backup
    finish: str
    nothing: str
    comes_back: str
    back: str  # at recovery


class NoticeLabels(_Words):
    incident: str
    title: str
    channel: str
    backups: str
    pools: str
    severity: str
    status: str
    opened_by: str
    since: str
    until: str
    lasted: str
    as_of: str
    moved: str
    parked: str
    returned: str


class FoundWell(_Words):
    """The evidence at recovery: what was seen of a channel that works."""

    heading: str
    by: dict[Signal, str]


class NoticePhrases(_Words):
    it: ToAudience
    managers: ToAudience
    staff: ToAudience
    steps: Steps
    goes_on: str  # where contacts go meanwhile, for managers
    next_update: str
    last: str
    message: str
    evidence: str
    alternatives: str
    no_backup: str
    footer: str
    short_moved: str  # after the subject for managers, where there is room
    short_held: str
    labels: NoticeLabels
    severities: dict[Severity, str]
    statuses: dict[IncidentStatus, str]
    signals: dict[Signal, str]
    found_well: FoundWell
