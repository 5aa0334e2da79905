"""Whether a person can be reached by a contact method, as far as the configuration tells."""

from services.notifier.core.model import Notification, NotifierState, person_of


def unreachable(state: NotifierState, row: Notification) -> str | None:
    """Why nobody can be told, by the document in force now; None if somebody can.

    What only the sender knows, such as the secret of a webhook, it tells as an outcome.
    """
    method = row.content.method if row.content else ""
    person = person_of(state, row.person)
    if person is None:
        return "unknown_person: the configuration of people names nobody with this id"
    match method:
        case "email":
            return None if person.email else "no_address: the person has no email address"
        case "webhook":
            return None if person.webhook else "no_webhook: the person has no webhook"
        case _:
            return f"unknown_method: there is no contact method {method!r}"
