"""Whom a row is for, and whether he can be reached, as far as the configuration tells."""

from services.notifier.core.model import Notification, NotifierState, person_of
from shared.contracts.configuration import Person


def recipient(state: NotifierState, notification_id: str) -> Person | None:
    """Who is to be written to, as he is configured; None: nobody is, or the row is not known."""
    row = state.notifications.get(notification_id)
    return None if row is None else _recipient(state, row)


def unreachable(state: NotifierState, row: Notification) -> str | None:
    """Why nobody can be told; None if somebody can.

    What only the sender knows, such as the secret of a webhook, it tells as an outcome.
    """
    return _obstacle(_recipient(state, row), row.target[1])


def _recipient(state: NotifierState, row: Notification) -> Person | None:
    """By the document in force, except that a recovery follows who was told of the opening."""
    now = person_of(state, row.person, state.taken.hash)
    if row.purpose != "recovery" or _obstacle(now, row.target[1]) is None:
        return now
    # Gone, or by another method, since: the address that took the news takes its end as well.
    then = person_of(state, row.person, row.told_under)
    return now if _obstacle(then, row.target[1]) else then


def _obstacle(person: Person | None, method: str) -> str | None:
    if person is None:
        return "unknown_person: the configuration of people names nobody with this id"
    match method:
        case "email":
            return None if person.email else "no_address: the person has no email address"
        case "webhook":
            return None if person.webhook else "no_webhook: the person has no webhook"
        case _:
            return f"unknown_method: there is no contact method {method!r}"
