"""By which contact methods a person can be reached, and by which he is told of outages."""

from collections.abc import Iterable, Mapping

from shared.configuration.people_file import PersonEntry
from shared.configuration.values import MethodOrRules
from shared.contracts.people import ADDRESS_OF, Recipient
from shared.contracts.words import BY_RULES, CONTACT_METHODS, ContactMethod

_TOLD_BY_EACH: tuple[ContactMethod, ...] = ("email", "webhook")


def has(person: PersonEntry, method: str) -> bool:
    """Whether he has an address for it; for `rules`, whether he has any address."""
    if method == BY_RULES:
        return bool(methods(person))
    return any(known == method for known in methods(person))


def methods(person: PersonEntry) -> tuple[ContactMethod, ...]:
    """All contact methods that he has an address for, the one that is taken first at first."""
    return tuple(it for it in CONTACT_METHODS if getattr(person, ADDRESS_OF[it]) is not None)


def recipients(ids: Iterable[str], known: Mapping[str, PersonEntry]) -> tuple[Recipient, ...]:
    """Each person once by each way in which he is told; who cannot be reached is left out."""
    return tuple(
        Recipient(person=person, method=method)
        for person in dict.fromkeys(ids)
        if person in known
        for method in _told_by(known[person])
    )


def _told_by(person: PersonEntry) -> Iterable[MethodOrRules]:
    """By his rules; else by e-mail and webhook; else by each other address that he has.

    A telephone number is one address: it gets a message, and not a call about the same as well.
    """
    mine = methods(person)
    if person.rules is not None:
        return ("rules",) if mine else ()
    if by_each := [method for method in mine if method in _TOLD_BY_EACH]:
        return by_each
    first: dict[str, ContactMethod] = {}
    for method in mine:
        first.setdefault(ADDRESS_OF[method], method)
    return first.values()
