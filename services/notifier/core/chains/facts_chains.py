"""The facts of rows as they begin, are heard of again, and are sent again."""

from typing import TypedDict

from services.notifier.core.chains.progress import row_id
from services.notifier.core.facts import Saying
from services.notifier.core.model import Cause, Notification
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import (
    HopCopy,
    NotificationOpened,
    NotificationReopened,
    ReceiptNoted,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import HopReason, ReceiptStatus


class _Content(TypedDict, total=False):
    escalation_id: str
    cycle: int
    incident_id: str | None
    page: PageRequested
    notice: NoticeRequested
    customer_notice: CustomerNoticeRequested
    trouble: TroubleReported
    verification: VerificationRequested
    group: GroupFlushed


def opened(
    say: Saying,
    cause: Cause,
    method: str,
    *,
    hops: tuple[HopCopy, ...] = (),
    hop: int = 1,
    because: HopReason = "first",
) -> NotificationOpened:
    """A row for any cause. `hops`: of the first row of a chain."""
    notification_id = row_id(id_of(cause), hop)
    return NotificationOpened(
        event_id=f"{notification_id}/opened",
        notification_id=notification_id,
        person=cause.person,
        method=method,
        expires_at_ms=cause.expires_at_ms,
        cause_id=id_of(cause),
        hop=hop,
        hops=hops,
        because=because,
        **_content(cause),
        **say.said(cause.pool),
    )


def received(say: Saying, row: Notification, status: ReceiptStatus, detail: str) -> ReceiptNoted:
    return ReceiptNoted(
        event_id=f"{row.id}/receipt/{row.attempts}/{status}",
        notification_id=row.id,
        person=row.person,
        status=status,
        detail=detail,
        **say.said_of(row),
    )


def reopened(say: Saying, row: Notification, expires_at_ms: int) -> NotificationReopened:
    redrives = row.redrives + 1
    return NotificationReopened(
        event_id=f"{row.id}/reopened/{redrives}",
        notification_id=row.id,
        person=row.person,
        redrives=redrives,
        expires_at_ms=expires_at_ms,
        **say.said_of(row),
    )


def id_of(cause: Cause) -> str:
    match cause:
        case PageRequested():
            return cause.page_id
        case NoticeRequested() | CustomerNoticeRequested():
            return cause.notice_id
        case TroubleReported():
            return cause.trouble_id
        case VerificationRequested():
            return cause.verification_id
        case GroupFlushed():
            return cause.announcement_id


def _content(cause: Cause) -> _Content:
    match cause:
        case PageRequested(escalation_id=escalation_id, cycle=cycle):
            return {"escalation_id": escalation_id, "cycle": cycle, "page": cause}
        case NoticeRequested(incident_id=incident_id):
            return {"incident_id": incident_id, "notice": cause}
        case CustomerNoticeRequested():
            return {"customer_notice": cause}
        case TroubleReported():
            return {"trouble": cause}
        case VerificationRequested():
            return {"verification": cause}
        case GroupFlushed():
            return {"group": cause}
