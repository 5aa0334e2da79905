"""What the escalation service decides: SLA clocks, escalations, pages; and the acknowledgement.

Ids: clock `<interaction_id>#<metric>/<instance>`, escalation id the same, page
`<escalation_id>:c<cycle>:r<round>:l<level>:<person>:<method>`.
"""

from typing import Literal

from pydantic import Field

from shared.contracts.event import Command, Fact, Milliseconds, Record
from shared.contracts.words import Channel, Metric


class DueExplanation(Record):
    """How a due time came about: the rule, the calendar, and the open time that was counted."""

    target: str  # "60 s", "3 business days", "4 h of open time"
    calendar: str  # its name, or "always"
    counted_from_ms: Milliseconds
    intervals: tuple[tuple[int, int], ...] = ()  # the first few open intervals counted, ms
    intervals_left_out: int = 0


class SlaClockStarted(Fact):
    kind: Literal["sla_clock_started"] = "sla_clock_started"
    interaction_id: str
    metric: Metric
    instance: int = 1
    queue: str
    channel: Channel
    language: str
    policy: str
    started_at_ms: Milliseconds
    due_at_ms: Milliseconds
    met_by: Literal["assignment", "reply", "close"] = "assignment"
    escalation_policy: str | None = None  # which one a breach runs; None: nobody is paged
    why: DueExplanation


class SlaMet(Fact):
    """Fulfilled; `late_ms` > 0 where the breach had been told before."""

    kind: Literal["sla_met"] = "sla_met"
    interaction_id: str
    metric: Metric
    instance: int = 1
    due_at_ms: Milliseconds
    late_ms: int = 0


class SlaCancelled(Fact):
    kind: Literal["sla_cancelled"] = "sla_cancelled"
    interaction_id: str
    metric: Metric
    instance: int = 1
    reason: Literal["abandoned", "expired", "transferred", "closed"]


class SlaBreached(Fact):
    """Told once. `at_ms` says when it was decided, `due_at_ms` when the promise ran out."""

    kind: Literal["sla_breached"] = "sla_breached"
    interaction_id: str
    metric: Metric
    instance: int = 1
    queue: str
    channel: Channel
    language: str
    due_at_ms: Milliseconds


class LevelCopy(Record):
    """One escalation level as it was when the escalation began; later edits change no open run."""

    after_ms: int  # since the escalation opened
    people: tuple[str, ...]  # person ids, never empty
    method: str = "email"  # a ContactMethod; a later version may know more


class EscalationOpened(Fact):
    kind: Literal["escalation_opened"] = "escalation_opened"
    escalation_id: str
    interaction_id: str
    metric: Metric
    cycle: int
    policy: str
    levels: tuple[LevelCopy, ...]
    rounds: int  # how often the levels are gone through in all
    round_ms: int  # from the start of one round to the start of the next
    queue: str
    channel: Channel
    language: str
    due_at_ms: Milliseconds


class PageRequested(Fact):
    """One decision to page one person once. Also written to people-log, keyed by `person`."""

    kind: Literal["page_requested"] = "page_requested"
    page_id: str
    escalation_id: str
    interaction_id: str
    metric: Metric
    cycle: int
    round: int
    level: int
    person: str
    method: str
    queue: str
    channel: Channel
    language: str
    due_at_ms: Milliseconds
    expires_at_ms: Milliseconds  # after this the page is of no use and is given up


class PageRecalled(Fact):
    """No page of this cycle may leave any more for this person. Also in people-log."""

    kind: Literal["page_recalled"] = "page_recalled"
    escalation_id: str
    cycle: int
    person: str
    reason: Literal["acknowledged", "resolved", "superseded"]


class PageAcknowledged(Command):
    """A person acknowledges; the gateway writes it to pool-log and, per person, to people-log."""

    kind: Literal["page_acknowledged"] = "page_acknowledged"
    escalation_id: str
    cycle: int
    person: str
    page_id: str | None = None
    via: Literal["link", "api", "cli", "voice", "sms"]


class EscalationAcknowledged(Fact):
    kind: Literal["escalation_acknowledged"] = "escalation_acknowledged"
    escalation_id: str
    cycle: int
    person: str
    after_ms: int  # from the first page of the cycle


class EscalationResolved(Fact):
    kind: Literal["escalation_resolved"] = "escalation_resolved"
    escalation_id: str
    cycle: int
    reason: Literal["met", "cancelled"]


class EscalationExhausted(Fact):
    """Every level of every round was paged and nobody acknowledged: an alarm."""

    kind: Literal["escalation_exhausted"] = "escalation_exhausted"
    escalation_id: str
    cycle: int
    pages: int = Field(ge=1)
