"""The notifier's core in the shape that the runner asks for."""

from collections.abc import Iterator, Mapping, Sequence

from services.notifier.core import storage
from services.notifier.core.causes import evolve_troubles
from services.notifier.core.decide import decide
from services.notifier.core.evolve import evolve
from services.notifier.core.facts import SERVICE
from services.notifier.core.ledger import indexes
from services.notifier.core.ledger.renewal import renew
from services.notifier.core.rooms import evolve_rooms
from services.notifier.core.state import NotifierState
from shared.contracts.configuration import PEOPLE, Document
from shared.contracts.event import Event
from shared.contracts.system import EventRejected
from shared.contracts.topics import PEOPLE_LOG
from shared.hours.zones import ZONE_DATA


class NotifierCore:
    """Implements `shared.runner.core.Core`. It holds nothing: all state is in `NotifierState`."""

    service = SERVICE
    version = f"4+tz{ZONE_DATA}"  # other zone data, other quiet hours
    log = PEOPLE_LOG
    hears = frozenset(
        {
            "page_requested",
            "page_recalled",
            "page_acknowledged",
            "notice_requested",
            "customer_notice_requested",
            "verification_requested",
            "contact_confirmed",
            "attempt_ended",
            "delivery_reported",
            "redrive_requested",
            "trouble_reported",
            "alert_routed",
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
        agendas = (state.due, state.next_hops, state.groups_due, state.forget)
        firsts = (agenda.first() for agenda in agendas)
        return min((first[0] for first in firsts if first is not None), default=None)

    def destinations(self, fact: Event) -> Sequence[tuple[str, str]]:
        """People-log, keyed by the person; what concerns everybody by `*`.

        A refused command goes where the command was: its pool says whom it is about.
        """
        key = fact.pool if isinstance(fact, EventRejected) else getattr(fact, "person", PEOPLE)
        return ((PEOPLE_LOG, key),)

    def take_changed(self, state: NotifierState) -> list[tuple[str, bytes | None]]:
        return storage.take_changed(state)

    def load(self, state: NotifierState, entities: Mapping[str, bytes]) -> None:
        storage.restore(state, entities)
        for row in state.notifications.values():
            renew(row)
            indexes.enter(state, row)
        for recall in state.recalls.values():
            indexes.enter_recall(state, recall)
        for reported in state.troubles.values():
            evolve_troubles.enter(state, reported)
        for interaction_id, customer in state.customers.items():
            indexes.enter_customer(state, interaction_id, customer)
        evolve_rooms.load(state)
