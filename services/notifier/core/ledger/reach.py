"""Whom a row is for, and whether he can be reached, as far as the configuration tells."""

from services.notifier.core.causes.verifications import is_verified
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState, person_of
from shared.contracts.people import ADDRESS_OF, Person
from shared.contracts.words import BY_RULES, CONTACT_METHODS, ContactMethod


def recipient(state: NotifierState, notification_id: str) -> Person | None:
    """Who is to be written to, as he is configured; None: nobody is, or the row is not known.

    A customer has no address here: that is in what he is told, and the sender reads it.
    """
    row = state.notifications.get(notification_id)
    return None if row is None else _recipient(state, row)


def unreachable(state: NotifierState, row: Notification) -> str | None:
    """Why nobody can be told; None if somebody can.

    What only the sender knows, such as the secret of a webhook, it tells as an outcome.
    """
    if row.customer_notice is not None:
        return None  # his address is for the sender alone to read
    method = row.target[1]
    obstacle = _obstacle(_recipient(state, row), method)
    if obstacle or row.verification or (row.purpose == "recovery" and row.told_under):
        return obstacle  # a code makes sure; and who was told of an outage is told of its end
    if not is_usable(state, row.person, method):
        return (
            "unverified: the person has not confirmed this address; send him a code, or configure "
            "`require_verified: false`"
        )
    return None


def address_of(person: Person | None, method: str) -> str | None:
    """Where a contact method reaches a person; None: nowhere, or it is none that is known."""
    field = _FIELDS.get(method)
    return (getattr(person, field) or None) if person is not None and field else None


def methods_of(state: NotifierState, person_id: str) -> tuple[ContactMethod, ...]:
    """The contact methods by which a person may be told, in the order of CONTACT_METHODS."""
    person = person_of(state, person_id)
    return tuple(
        method
        for method in CONTACT_METHODS
        if address_of(person, method) and is_usable(state, person_id, method)
    )


def is_usable(state: NotifierState, person_id: str, method: str) -> bool:
    """Whether an address need not be confirmed, or is."""
    document = state.people
    if document is None or not document.require_verified:
        return True
    return is_verified(state, person_id, method)


def _recipient(state: NotifierState, row: Notification) -> Person | None:
    """By the document in force, except that a recovery follows who was told of the opening."""
    if row.customer_notice is not None:
        return Person(id=row.person, locale=row.customer_notice.language)
    now = person_of(state, row.person, state.taken.hash)
    if row.purpose != "recovery" or _obstacle(now, row.target[1]) is None:
        return now
    # Gone, or by another method, since: the address that took the news takes its end as well.
    then = person_of(state, row.person, row.told_under)
    return now if _obstacle(then, row.target[1]) else then


def _obstacle(person: Person | None, method: str) -> str | None:
    if person is None:
        return "unknown_person: the configuration of people names nobody with this id"
    if address_of(person, method):
        return None
    if method == BY_RULES:
        return "no_address: the person has no contact method that could be used"
    if method not in _FIELDS:
        return f"unknown_method: there is no contact method {method!r}"
    if method == "webhook":
        return "no_webhook: the person has no webhook"
    return f"no_address: the person has nothing that {method} could write to"


_FIELDS: dict[str, str] = dict(ADDRESS_OF.items())
