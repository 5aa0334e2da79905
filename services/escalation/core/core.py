"""The pure core behind the shape that the runner asks for."""

from collections.abc import Iterator, Mapping, Sequence

from services.escalation.core.decide import decide
from services.escalation.core.evolve import evolve
from services.escalation.core.facts import SERVICE
from services.escalation.core.state import EscalationState
from shared.contracts.configuration import Document
from shared.contracts.escalation import PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG
from shared.hours.zones import ZONE_DATA
from shared.runner.core import Core


class EscalationCore:
    """Implements shared.runner.core.Core[EscalationState]."""

    service = SERVICE
    version = f"1+tz{ZONE_DATA}"  # other zone data, other due times
    log = POOL_LOG
    hears = frozenset(
        {
            "interaction_queued",
            "interaction_assigned",
            "message_recorded",
            "interaction_closed",
            "interaction_abandoned",
            "interaction_expired",
            "transferred_out",
            "page_acknowledged",
            "config_changed",
            "tick",
        }
    )

    def empty(self, documents: Mapping[str, Document]) -> EscalationState:
        return EscalationState(documents)

    def decide(self, state: EscalationState, event: Event, now: int) -> Iterator[Event]:
        return decide(state, event, now)

    def evolve(self, state: EscalationState, fact: Event) -> None:
        evolve(state, fact)

    def deadline(self, state: EscalationState) -> int | None:
        first = state.timers.first()
        return None if first is None else first[0]

    def destinations(self, fact: Event) -> Sequence[tuple[str, str]]:
        """Pages and recalls also go to the person's log, under the same event id."""
        if isinstance(fact, PageRequested | PageRecalled):
            return ((POOL_LOG, fact.pool), (PEOPLE_LOG, fact.person))
        return ((POOL_LOG, fact.pool),)

    def take_changed(self, state: EscalationState) -> list[tuple[str, bytes | None]]:
        return state.take_changed()

    def load(self, state: EscalationState, entities: Mapping[str, bytes]) -> None:
        state.load(entities)


escalation_core: Core[EscalationState] = EscalationCore()
