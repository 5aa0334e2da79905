"""The facts of what is held and bundled, each with an id derived from what it is about."""

from collections.abc import Sequence

from services.notifier.core.facts import Saying
from services.notifier.core.model import Notification
from shared.contracts.configuration import PEOPLE
from shared.contracts.notification import (
    NotificationBundled,
    NotificationHeld,
    NotificationOpened,
)
from shared.contracts.words import HeldWhy


def held(say: Saying, row: Notification, why: HeldWhy, until_ms: int) -> NotificationHeld:
    """The id is new for each hold of a row, also where two of them end at one time."""
    return NotificationHeld(
        event_id=f"{row.id}/held/{say.now}/{until_ms}",
        notification_id=row.id,
        person=row.person,
        why=why,
        until_ms=until_ms,
        **say.said_of(row),
    )


def digest_id(row: Notification, now: int) -> str:
    return f"digest:{row.person}:{row.target[1]}:{now}"


def opened_digest(say: Saying, rows: Sequence[Notification]) -> NotificationOpened:
    """It is of use for as long as anything that it carries."""
    carrier = digest_id(rows[0], say.now)
    return NotificationOpened(
        event_id=f"{carrier}/opened",
        notification_id=carrier,
        person=rows[0].person,
        method=rows[0].target[1],
        expires_at_ms=max(row.expires_at_ms for row in rows),
        members=tuple(row.id for row in rows),
        **say.said(PEOPLE),
    )


def bundled(say: Saying, row: Notification, carrier: str) -> NotificationBundled:
    return NotificationBundled(
        event_id=f"{row.id}/bundled/{carrier}",
        notification_id=row.id,
        person=row.person,
        carrier=carrier,
        **say.said_of(row),
    )
