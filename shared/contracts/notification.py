"""The notification ledger: lease before sending, outcome after. Key of people-log: the person."""

from typing import Literal

from shared.contracts.escalation import PageRequested
from shared.contracts.event import Event, Fact, Milliseconds
from shared.contracts.outage import NoticeRequested
from shared.contracts.words import AttemptOutcome, NotificationEnd


class NotificationOpened(Fact):
    """`notification_id` is the id of the page or notice that the message will be made from."""

    kind: Literal["notification_opened"] = "notification_opened"
    notification_id: str
    person: str
    method: str
    escalation_id: str = ""  # of a page
    cycle: int = 0
    incident_id: str | None = None  # of a notice
    expires_at_ms: Milliseconds
    page: PageRequested | None = None
    notice: NoticeRequested | None = None


class AttemptLeased(Fact):
    """Permission to try once, until `lease_until_ms`. The message id is the same for every try."""

    kind: Literal["attempt_leased"] = "attempt_leased"
    attempt_id: str  # `<notification_id>/<number>`
    notification_id: str
    person: str
    method: str
    number: int
    message_id: str
    lease_until_ms: Milliseconds
    possible_repeat: bool = False  # an earlier try ended in doubt


class AttemptEnded(Event):
    """What came of a try, appended by the process that made it."""

    kind: Literal["attempt_ended"] = "attempt_ended"
    attempt_id: str
    notification_id: str
    person: str
    outcome: AttemptOutcome
    detail: str = ""  # the provider's answer, without addresses or text
    retry_after_ms: int | None = None


class AttemptInDoubt(Fact):
    """The lease ran out without an outcome: it may have been sent."""

    kind: Literal["attempt_in_doubt"] = "attempt_in_doubt"
    attempt_id: str
    notification_id: str
    person: str


class RetryScheduled(Fact):
    """A try did not get through, and later may help: when the next one is due, and why."""

    kind: Literal["retry_scheduled"] = "retry_scheduled"
    attempt_id: str
    notification_id: str
    person: str
    outcome: AttemptOutcome
    detail: str = ""
    retry_at_ms: Milliseconds


class RecallNoted(Fact):
    """From here on no page of this cycle is leased for this person, also one that comes late."""

    kind: Literal["recall_noted"] = "recall_noted"
    escalation_id: str
    cycle: int
    person: str
    reason: Literal["acknowledged", "resolved", "superseded"]
    until_ms: Milliseconds  # remembered so long


class LedgerTrimmed(Fact):
    """A person's ended notifications and noted recalls that are too old to matter were dropped."""

    kind: Literal["ledger_trimmed"] = "ledger_trimmed"
    person: str
    due_ms: Milliseconds  # everything of this person that was to be forgotten at this time
    notifications: int
    recalls: int


class NotificationEnded(Fact):
    kind: Literal["notification_ended"] = "notification_ended"
    notification_id: str
    person: str
    end: NotificationEnd
    reason: str
    attempts: int
    possible_repeats: int
