"""The notifier's facts, each with an id derived from what it is about."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, TypedDict

from services.notifier.core.model import Cause, Notification, NotifierState, cycle_key
from shared.contracts.configuration import PEOPLE
from shared.contracts.escalation import PageAcknowledged, PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptEnded,
    AttemptInDoubt,
    AttemptLeased,
    LedgerTrimmed,
    NotificationEnded,
    NotificationOpened,
    RecallNoted,
    RetryScheduled,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.system import ConfigChanged, ConfigTaken, EventRejected
from shared.contracts.words import NotificationEnd

SERVICE = "notifier"
RecallReason = Literal["acknowledged", "resolved", "superseded"]


class _Said(TypedDict):
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

    def opened_page(self, page: PageRequested) -> NotificationOpened:
        return NotificationOpened(
            event_id=f"{page.page_id}/opened",
            notification_id=page.page_id,
            person=page.person,
            method=page.method,
            escalation_id=page.escalation_id,
            cycle=page.cycle,
            expires_at_ms=page.expires_at_ms,
            page=page,
            **self._said(page.pool),
        )

    def opened_notice(self, notice: NoticeRequested) -> NotificationOpened:
        return NotificationOpened(
            event_id=f"{notice.notice_id}/opened",
            notification_id=notice.notice_id,
            person=notice.person,
            method=notice.method,
            incident_id=notice.incident_id,
            expires_at_ms=notice.expires_at_ms,
            notice=notice,
            **self._said(notice.pool),
        )

    def leased(self, row: Notification, lease_until_ms: int) -> AttemptLeased:
        attempt_id = f"{row.id}/{row.attempts + 1}"
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
            **self._said(_cause(row).pool),
        )

    def in_doubt(self, row: Notification) -> AttemptInDoubt:
        return AttemptInDoubt(
            event_id=f"{current_attempt(row)}/in_doubt",
            attempt_id=current_attempt(row),
            notification_id=row.id,
            person=row.person,
            **self._said(_cause(row).pool),
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
            **self._said(_cause(row).pool),
        )

    def ended(self, row: Notification, end: NotificationEnd, reason: str) -> NotificationEnded:
        return NotificationEnded(
            event_id=f"{row.id}/ended",
            notification_id=row.id,
            person=row.person,
            end=end,
            reason=reason,
            attempts=row.attempts,
            possible_repeats=row.possible_repeats,
            **self._said(_cause(row).pool),
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
            **self._said(self.event.pool),
        )

    def trimmed(self, due_ms: int, person: str) -> LedgerTrimmed:
        bucket = self.state.buckets[due_ms, person]
        return LedgerTrimmed(
            event_id=f"{person}#ledger/{due_ms}/trimmed",
            person=person,
            due_ms=due_ms,
            notifications=len(bucket.notifications),
            recalls=len(bucket.recalls),
            **self._said(PEOPLE),
        )

    def taken(self, change: ConfigChanged) -> ConfigTaken:
        said = self._said(PEOPLE)
        said["config"] = change.hash
        return ConfigTaken(
            event_id=f"{change.event_id}/taken/{SERVICE}",
            hash=change.hash,
            version=change.version,
            service=SERVICE,
            **said,
        )

    def rejected(self, *, code: str, field: str, message: str) -> EventRejected:
        return EventRejected(
            event_id=f"{self.event.event_id}/rejected/{SERVICE}",
            code=code,
            field=field,
            message=message,
            **self._said(self.event.pool),
        )

    def _said(self, pool: str) -> _Said:
        return {
            "pool": pool,
            "at_ms": self.now,
            "by": SERVICE,
            "cause": self.event.event_id,
            "config": self.state.taken.hash,
        }


def message_id(row: Notification) -> str:
    """The same for every try, and safe as the left side of a Message-ID (RFC 5322, 3.6.4)."""
    kind = "notice" if row.incident_id else "page"
    return f"{kind}.{blake2b(row.id.encode(), digest_size=16).hexdigest()}"


def current_attempt(row: Notification) -> str:
    return f"{row.id}/{row.attempts}"


def _cause(row: Notification) -> Cause:
    assert row.cause is not None, f"{row.id} has ended: nothing follows for it any more"
    return row.cause
