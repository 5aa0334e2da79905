"""The notifier's core in the shape that the runner asks for."""

from collections.abc import Iterator, Mapping, Sequence

from services.notifier.core import storage
from services.notifier.core.decide import decide
from services.notifier.core.evolve import evolve
from services.notifier.core.facts import SERVICE
from services.notifier.core.ledger import indexes
from services.notifier.core.model import NotifierState
from shared.contracts.configuration import PEOPLE, Document
from shared.contracts.event import Event
from shared.contracts.topics import PEOPLE_LOG


class NotifierCore:
    """Implements `shared.runner.core.Core`. It holds nothing: all state is in `NotifierState`."""

    service = SERVICE
    version = "3"
    log = PEOPLE_LOG
    hears = frozenset(
        {
            "page_requested",
            "page_recalled",
            "page_acknowledged",
            "notice_requested",
            "attempt_ended",
            "tick",
            "config_changed",
        }
    )

    def empty(self, documents: Mapping[str, Document]) -> NotifierState:
        return NotifierState(documents=documents)

    def decide(self, state: NotifierState, event: Event, now: int) -> Iterator[Event]:
        return decide(state, event, now)

    def evolve(self, state: NotifierState, fact: Event) -> None:
        evolve(state, fact)

    def deadline(self, state: NotifierState) -> int | None:
        firsts = (state.due.first(), state.forget.first())
        return min((first[0] for first in firsts if first is not None), default=None)

    def destinations(self, fact: Event) -> Sequence[tuple[str, str]]:
        """People-log, keyed by the person; what concerns everybody by `*`."""
        return ((PEOPLE_LOG, getattr(fact, "person", PEOPLE)),)

    def take_changed(self, state: NotifierState) -> list[tuple[str, bytes | None]]:
        return storage.take_changed(state)

    def load(self, state: NotifierState, entities: Mapping[str, bytes]) -> None:
        storage.restore(state, entities)
        for row in state.notifications.values():
            indexes.enter(state, row)
        for recall in state.recalls.values():
            indexes.enter_recall(state, recall)
