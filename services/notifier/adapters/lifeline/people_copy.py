"""Our own copy of who operators are and how they are reached, for when nothing can be read."""

from contextlib import suppress
from dataclasses import dataclass
from os import O_CREAT, O_TRUNC, O_WRONLY, fdopen, fsync
from os import open as open_file
from pathlib import Path

from pydantic import ValidationError

from shared.contracts.configuration import canonical
from shared.contracts.people import ADDRESS_OF, PeopleDocument, Person, Recipient
from shared.contracts.words import BY_RULES, CONTACT_METHODS

_NEVER_BY_ITSELF = "statuspage"  # customers read it


@dataclass(frozen=True, slots=True)
class Operator:
    """`methods`: by which he can be reached, in the order in which they are tried; may be none."""

    person: Person
    methods: tuple[str, ...]


class PeopleCopy:
    """A file that this user alone can read: it holds addresses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: bytes | None = None

    def keep(self, document: PeopleDocument) -> None:
        """Write what operators need of it, whole or not at all, if it is not there already.

        Raises:
            OSError: it could not be written; the old copy stands.
        """
        ids = {operator.person for operator in document.operators}
        people = tuple(person for person in document.people if person.id in ids)
        content = canonical(
            PeopleDocument(people=people, operators=document.operators, retries=document.retries)
        )
        if content == self._kept:
            return
        fresh = self._path.with_suffix(".new")
        with fdopen(open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            fsync(file.fileno())
        fresh.replace(self._path)
        self._kept = content

    def read(self) -> PeopleDocument | None:
        """None where there is no copy, or none that this version can read."""
        with suppress(OSError, ValidationError):
            return PeopleDocument.model_validate_json(self._path.read_bytes())
        return None


def operators_of(document: PeopleDocument, has: frozenset[str]) -> tuple[Operator, ...]:
    """Each operator once, by his own order of methods, then by any other that reaches him.

    `has`: the contact methods of this process.
    """
    people = {person.id: person for person in document.people}
    asked: dict[str, list[str]] = {}
    for recipient in document.operators:
        if recipient.person in people:
            methods = asked.setdefault(recipient.person, [])
            methods += _asked(people[recipient.person], recipient)
    found = []
    for person_id, methods in asked.items():
        person = people[person_id]
        rest = [it for it in CONTACT_METHODS if it != _NEVER_BY_ITSELF]
        order = dict.fromkeys([*methods, *rest])
        reach = tuple(it for it in order if it in has and _address(person, it))
        found.append(Operator(person, reach))
    return tuple(found)


def _asked(person: Person, recipient: Recipient) -> list[str]:
    if recipient.method != BY_RULES:
        return [recipient.method]
    return [hop.method for hop in person.rules.high] if person.rules else []


def _address(person: Person, method: str) -> object:
    return next((getattr(person, field) for it, field in ADDRESS_OF.items() if it == method), None)
