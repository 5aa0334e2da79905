"""Who people were under each document, by the hash that a fact names."""

from collections.abc import Mapping

from shared.contracts.configuration import Document
from shared.contracts.people import PeopleDocument, Person


class People:
    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._rolls: dict[str, dict[str, Person]] = {}

    def document(self, config: str) -> PeopleDocument:
        found = self._documents.get(config)
        return found if isinstance(found, PeopleDocument) else PeopleDocument(people=())

    def person(self, config: str, name: str) -> Person | None:
        if config not in self._rolls:
            self._rolls[config] = {it.id: it for it in self.document(config).people}
        return self._rolls[config].get(name)
