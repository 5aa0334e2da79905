"""The notifier's facts, each with an id derived from what it is about."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, TypedDict

from services.notifier.core.holding.holds import members_of
from services.notifier.core.model import Notification, cycle_key
from services.notifier.core.state import NotifierState
from shared.contracts.configuration import PEOPLE
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageAcknowledged, PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptEnded,
    AttemptInDoubt,
    AttemptLeased,
    LedgerTrimmed,
    NotificationEnded,
    RecallNoted,
    RetryScheduled,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import GroupFlushed
from shared.contracts.system import ConfigChanged, ConfigTaken, EventRejected
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import NotificationEnd

SERVICE = "notifier"
RecallReason = Literal["acknowledged", "resolved", "superseded"]


class Said(TypedDict):
    pool: str
    at_ms: int
    by: str
    cause: str | None
    config: str


@dataclass(frozen=True, slots=True)
class Saying:
    """Builds the facts that follow from one event, decided at `now`."""

    state: NotifierState
    event: Event
    now: int

    def leased(self, row: Notification, lease_until_ms: int) -> AttemptLeased:
        attempt_id = f"{row.id}/{row.attempts + 1}"
        root = self.state.roots.get(row.root_key)
        return AttemptLeased(
            event_id=f"{attempt_id}/leased",
            attempt_id=attempt_id,
            notification_id=row.id,
            person=row.person,
            method=row.target[1],
            number=row.attempts + 1,
            message_id=message_id(row),
            lease_until_ms=lease_until_ms,
            possible_repeat=row.in_doubt,
            priority=row.priority,
            shorter=row.shorter,
            thread=root.provider_id if root else "",
            members=tuple(member.id for member in members_of(self.state, row)),
            **self.said_of(row),
        )

    def in_doubt(self, row: Notification) -> AttemptInDoubt:
        return AttemptInDoubt(
            event_id=f"{current_attempt(row)}/in_doubt",
            attempt_id=current_attempt(row),
            notification_id=row.id,
            person=row.person,
            **self.said_of(row),
        )

    def retry(self, row: Notification, ended: AttemptEnded, at_ms: int) -> RetryScheduled:
        return RetryScheduled(
            event_id=f"{ended.attempt_id}/retry",
            attempt_id=ended.attempt_id,
            notification_id=row.id,
            person=row.person,
            outcome=ended.outcome,
            detail=ended.detail,
            retry_at_ms=at_ms,
            **self.said_of(row),
        )

    def ended(
        self, row: Notification, end: NotificationEnd, reason: str, provider_id: str = ""
    ) -> NotificationEnded:
        again = f"/{row.redrives}" if row.redrives else ""  # what is sent again ends again
        return NotificationEnded(
            event_id=f"{row.id}/ended{again}",
            notification_id=row.id,
            person=row.person,
            end=end,
            reason=reason,
            attempts=row.attempts,
            possible_repeats=row.possible_repeats,
            provider_id=provider_id,
            **self.said_of(row),
        )

    def recalled(
        self, event: PageRecalled | PageAcknowledged, reason: RecallReason, until_ms: int
    ) -> RecallNoted:
        key = cycle_key(event.escalation_id, event.cycle, event.person)
        return RecallNoted(
            event_id=f"{key}/recall_noted",
            escalation_id=event.escalation_id,
            cycle=event.cycle,
            person=event.person,
            reason=reason,
            until_ms=until_ms,
            **self.said(self.event.pool),
        )

    def trimmed(self, due_ms: int, person: str) -> LedgerTrimmed:
        bucket = self.state.buckets[due_ms, person]
        return LedgerTrimmed(
            event_id=f"{person}#ledger/{due_ms}/trimmed",
            person=person,
            due_ms=due_ms,
            notifications=len(bucket.notifications),
            recalls=len(bucket.recalls),
            **self.said(PEOPLE),
        )

    def taken(self, change: ConfigChanged) -> ConfigTaken:
        said = self.said(PEOPLE)
        said["config"] = change.hash
        return ConfigTaken(
            event_id=f"{change.event_id}/taken/{SERVICE}",
            hash=change.hash,
            version=change.version,
            service=SERVICE,
            **said,
        )

    def rejected(
        self, *, code: str, field: str, message: str, pool: str | None = None
    ) -> EventRejected:
        return EventRejected(
            event_id=f"{self.event.event_id}/rejected/{SERVICE}",
            code=code,
            field=field,
            message=message,
            **self.said(self.event.pool if pool is None else pool),
        )

    def said_of(self, row: Notification) -> Said:
        """Of a fact about a row; a digest is of no pool, what it carries may be of several."""
        if row.cause is None:  # or has ended, and was emptied
            return self.said(PEOPLE if row.members else self.event.pool)
        return self.said(row.cause.pool)

    def said(self, pool: str) -> Said:
        return {
            "pool": pool,
            "at_ms": self.now,
            "by": SERVICE,
            "cause": self.event.event_id,
            "config": self.state.taken.hash,
        }


def message_id(row: Notification) -> str:
    """The same for every try, and safe as the left side of a Message-ID (RFC 5322, 3.6.4)."""
    return f"{_kind(row)}.{blake2b(row.id.encode(), digest_size=16).hexdigest()}"


def _kind(row: Notification) -> str:
    match row.cause:
        case PageRequested():
            return "page"
        case NoticeRequested():
            return "notice"
        case CustomerNoticeRequested():
            return "customer"
        case TroubleReported():
            return "trouble"
        case VerificationRequested():
            return "code"
        case GroupFlushed():
            return "group"
        case None:
            return "digest"


def current_attempt(row: Notification) -> str:
    return f"{row.id}/{row.attempts}"
