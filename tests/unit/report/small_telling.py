"""What a notifier tells beside the small clean log: chains, rooms, digests, receipts."""

from typing import Any

from shared.contracts.configuration import PEOPLE
from shared.contracts.customers import CustomerNoticeRequested, customer_of
from shared.contracts.event import Event
from shared.contracts.explanation import WaitEstimate
from shared.contracts.notification import (
    AttemptEnded,
    AttemptLeased,
    NotificationBundled,
    NotificationEnded,
    NotificationHeld,
    NotificationOpened,
    ReceiptNoted,
)
from shared.contracts.rooms import Alert, GroupFlushed
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import CustomerNoticePurpose, NotificationEnd
from tests.unit.report.small_log import MINUTE, POOL, T0, Log

LATER = T0 + 45 * MINUTE


def tell(log: Log, *facts: Event) -> None:
    """Facts of the notifier, decided on the newest record of its log."""
    log.decide("notifier", log.people, *((PEOPLE_LOG, fact) for fact in facts))


def ask(log: Log, cause: Event, service: str = "notifier") -> None:
    """A cause, as the service that asks for it says it on its own log."""
    log.decide(service, log.people if service == "notifier" else log.pool, (PEOPLE_LOG, cause))


def opened(row: str, person: str = "mia", at_ms: int = LATER, **more: Any) -> NotificationOpened:
    told = {"method": "email", "expires_at_ms": at_ms + 60 * MINUTE, "cause_id": row}
    return NotificationOpened.model_validate(
        _head(f"{row}/opened", at_ms) | {"notification_id": row, "person": person} | told | more
    )


def leased(row: str, number: int = 1, at_ms: int = LATER, **more: Any) -> AttemptLeased:
    return AttemptLeased.model_validate(
        _head(f"{row}/{number}/leased", at_ms)
        | {
            "attempt_id": f"{row}/{number}", "notification_id": row, "person": "mia",
            "method": "email", "number": number, "message_id": row,
            "lease_until_ms": at_ms + 30_000,
        }
        | more
    )  # fmt: skip


def outcome(row: str, what: str = "accepted", number: int = 1, at_ms: int = LATER) -> AttemptEnded:
    head = _head(f"{row}/{number}/ended", at_ms)
    return AttemptEnded.model_validate(
        head
        | {"attempt_id": f"{row}/{number}", "notification_id": row, "person": "mia"}
        | {"outcome": what}
    )


def ended(
    row: str, end: NotificationEnd = "accepted", at_ms: int = LATER, **more: Any
) -> NotificationEnded:
    told = {"reason": end, "attempts": 1, "possible_repeats": 0}
    return NotificationEnded.model_validate(
        _head(f"{row}/ended", at_ms)
        | {"notification_id": row, "person": "mia", "end": end}
        | told
        | more
    )


def held(row: str, why: str = "quiet_hours", at_ms: int = LATER) -> NotificationHeld:
    head = _head(f"{row}/held", at_ms)
    return NotificationHeld.model_validate(
        head | {"notification_id": row, "person": "mia", "why": why, "until_ms": at_ms + MINUTE}
    )


def bundled(row: str, carrier: str, at_ms: int = LATER) -> NotificationBundled:
    head = _head(f"{row}/bundled", at_ms)
    return NotificationBundled.model_validate(
        head | {"notification_id": row, "person": "mia", "carrier": carrier}
    )


def noted(row: str, status: str, at_ms: int = LATER) -> ReceiptNoted:
    head = _head(f"{row}/receipt/{status}", at_ms)
    return ReceiptNoted.model_validate(
        head | {"notification_id": row, "person": "mia", "status": status}
    )


def flushed(name: str, *alerts: str, at_ms: int = LATER) -> GroupFlushed:
    head = _head(name, at_ms)
    found = tuple(Alert(alert_id=it, starts_at_ms=at_ms) for it in alerts)
    return GroupFlushed.model_validate(
        head
        | {"announcement_id": name, "person": "floor", "route": "0", "number": 1}
        | {"because": "first", "alerts": found, "expires_at_ms": at_ms + 60 * MINUTE}
    )


def customer_notice(
    name: str,
    at_ms: int = LATER,
    *,
    purpose: CustomerNoticePurpose = "receipt",
    wait: WaitEstimate | None = None,
) -> CustomerNoticeRequested:
    key = f"{POOL}:{name}"
    return CustomerNoticeRequested(
        event_id=f"{key}#customer_notice/{purpose}", pool=POOL, at_ms=at_ms, by="router",
        notice_id=f"{key}:{purpose}", person=customer_of(key), interaction_id=key,
        purpose=purpose, channel="email", language="en", wait=wait,
        expires_at_ms=at_ms + 60 * MINUTE,
    )  # fmt: skip


def trouble(at_ms: int = LATER) -> TroubleReported:
    name = "trouble:provider:email:1:ivo:webhook"
    return TroubleReported.model_validate(
        _head(name, at_ms)
        | {"trouble_id": name, "person": "ivo", "method": "webhook", "trouble_with": "provider"}
        | {"about": "email", "detail": "535", "expires_at_ms": at_ms + 60 * MINUTE}
    )


def through(log: Log, row: str, person: str = "mia", **more: Any) -> None:
    """A row that is opened, sent and taken."""
    tell(log, opened(row, person, **more), leased(row), ended(row))


def _head(event_id: str, at_ms: int) -> dict[str, Any]:
    return {"event_id": event_id, "pool": PEOPLE, "at_ms": at_ms, "by": "notifier"}
