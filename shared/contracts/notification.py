"""The notification ledger: lease before sending, outcome after. Key of people-log: the person."""

from typing import Literal

from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.event import Command, Event, Fact, Milliseconds, Record
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import (
    AttemptOutcome,
    Criterion,
    HeldWhy,
    HopReason,
    NotificationEnd,
    ReceiptStatus,
)


class HopCopy(Record):
    """One hop of a chain as it was when the chain began; later edits change no open chain."""

    method: str
    succeed_by_ms: int  # since its message may be sent
    succeed_on: Criterion = "accepted"


class NotificationOpened(Fact):
    """One row of the ledger: one cause to one person by one contact method.

    `cause_id` is the id of the page, notice or whatever the message will be made from. The first
    row of a chain is called so, too; a later one `<cause_id>+<hop>`. A digest is called
    `digest:<person>:<method>:<ms>`, and says what its members say.
    """

    kind: Literal["notification_opened"] = "notification_opened"
    notification_id: str
    person: str
    method: str
    escalation_id: str = ""  # of a page
    cycle: int = 0
    incident_id: str | None = None  # of a notice
    expires_at_ms: Milliseconds
    cause_id: str = ""  # empty: `notification_id`
    hop: int = 1
    hops: tuple[HopCopy, ...] = ()  # the chain, on its first row; empty: this row alone
    because: HopReason = "first"
    members: tuple[str, ...] = ()  # of a digest: the rows that it stands for
    page: PageRequested | None = None
    notice: NoticeRequested | None = None
    customer_notice: CustomerNoticeRequested | None = None
    trouble: TroubleReported | None = None
    verification: VerificationRequested | None = None
    group: GroupFlushed | None = None


class NotificationHeld(Fact):
    """It waits for a time that has nothing to do with its provider; the ledger says why."""

    kind: Literal["notification_held"] = "notification_held"
    notification_id: str
    person: str
    why: HeldWhy
    until_ms: Milliseconds


class NotificationBundled(Fact):
    """From here on it ends as its carrier does: a digest of the same person and method."""

    kind: Literal["notification_bundled"] = "notification_bundled"
    notification_id: str
    person: str
    carrier: str


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
    priority: int = 5  # 0 goes first: 0 openings and pages, 1 recoveries, 4 updates, 9 digests
    shorter: bool = False  # the provider found it too big
    thread: str = ""  # what the provider called the first message of its thread
    members: tuple[str, ...] = ()  # of a digest, without those that ended meanwhile


class AttemptEnded(Event):
    """What came of a try, appended by the process that made it."""

    kind: Literal["attempt_ended"] = "attempt_ended"
    attempt_id: str
    notification_id: str
    person: str
    outcome: AttemptOutcome
    detail: str = ""  # the provider's answer, without addresses or text
    retry_after_ms: int | None = None
    provider_id: str = ""  # what the provider calls the message


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


class DeliveryReported(Event):
    """What a provider tells later of a message that it took, or had seemed not to take.

    Told by the gateway. A status of a lower rank that comes late changes nothing.
    """

    kind: Literal["delivery_reported"] = "delivery_reported"
    notification_id: str
    person: str
    status: ReceiptStatus
    detail: str = ""  # codes, no addresses
    provider_id: str = ""


class ReceiptNoted(Fact):
    """The newest that is known of a message's way; `undelivered` starts the next hop."""

    kind: Literal["receipt_noted"] = "receipt_noted"
    notification_id: str
    person: str
    status: ReceiptStatus
    detail: str = ""


class RedriveRequested(Command):
    """An operator sends a dead letter again: one try, as long as it is still of use."""

    kind: Literal["redrive_requested"] = "redrive_requested"
    notification_id: str
    person: str


class NotificationReopened(Fact):
    kind: Literal["notification_reopened"] = "notification_reopened"
    notification_id: str
    person: str
    redrives: int
    expires_at_ms: Milliseconds


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
    provider_id: str = ""  # what the provider calls the message
