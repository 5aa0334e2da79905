"""The people who can be told: their document, and which of their addresses they confirmed."""

from collections.abc import Mapping

from shared.contacts import address_hash
from shared.contracts.configuration import Document
from shared.contracts.contacts import ContactVerified, VerificationRequested
from shared.contracts.people import ADDRESS_OF, PeopleDocument, Person
from shared.contracts.words import ContactMethod

Key = tuple[str, ContactMethod]


class People:
    """Followed from people-log; the documents come from the configuration topic.

    As many entries as there are people and methods: codes are asked for those who exist.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._current: tuple[int, str] | None = None  # version, hash
        self._verified: dict[Key, str] = {}
        self._asked: dict[Key, VerificationRequested] = {}
        self._roll: tuple[str, dict[str, Person]] = ("", {})

    def take(self, config_hash: str, version: int) -> None:
        """An older version changes nothing; every partition tells of each."""
        if self._current is None or version > self._current[0]:
            self._current = version, config_hash

    @property
    def version(self) -> tuple[int, str] | None:
        return self._current

    def document(self) -> PeopleDocument | None:
        """None: nothing was applied, or it has not come yet."""
        found = self._documents.get(self._current[1]) if self._current else None
        return found if isinstance(found, PeopleDocument) else None

    def person(self, person: str) -> Person | None:
        document = self.document()
        if document is None or self._current is None:
            return None
        if self._roll[0] != self._current[1]:
            self._roll = self._current[1], {it.id: it for it in document.people}
        return self._roll[1].get(person)

    def asked(self, event: VerificationRequested) -> None:
        known = self._asked.get((event.person, event.method))
        if known is None or known.at_ms <= event.at_ms:
            self._asked[event.person, event.method] = event

    def verified(self, fact: ContactVerified) -> None:
        self._verified[fact.person, fact.method] = fact.address_hash

    def last_asked(self, person: str, method: ContactMethod) -> VerificationRequested | None:
        """The last code that was sent by this method."""
        return self._asked.get((person, method))

    def is_verified(self, person: Person, method: ContactMethod) -> bool:
        """Whether he confirmed the address that the method uses now."""
        address = address_of(person, method)
        confirmed = self._verified.get((person.id, method))
        return address is not None and confirmed == address_hash(address)


def address_of(person: Person, method: ContactMethod) -> str | None:
    found: str | None = getattr(person, ADDRESS_OF[method])
    return found or None
