"""The pure core behind the shape that the runner asks for."""

from collections.abc import Iterator, Mapping, Sequence

from services.outage.core import state as stored
from services.outage.core.decide import HEARS, decide
from services.outage.core.evolve import evolve
from services.outage.core.state import OutageState
from services.outage.core.turn import SERVICE
from shared.contracts.configuration import INSTALLATION, Document
from shared.contracts.event import Event
from shared.contracts.outage import ChannelFailedOver, ChannelRestored, NoticeRequested
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.runner.core import Core


class OutageCore:
    """Implements shared.runner.core.Core[OutageState]."""

    service = SERVICE
    version = "1"
    log = SYSTEM_LOG
    hears = HEARS

    def empty(self, documents: Mapping[str, Document]) -> OutageState:
        return OutageState(documents)

    def decide(self, state: OutageState, event: Event, now: int) -> Iterator[Event]:
        return decide(state, event, now)

    def evolve(self, state: OutageState, fact: Event) -> None:
        evolve(state, fact)

    def deadline(self, state: OutageState) -> int | None:
        due = state.due()
        return None if due is None else due[0]

    def destinations(self, fact: Event) -> Sequence[tuple[str, str]]:
        """The log of the installation, and that of whom it concerns.

        Evidence that was noted is in the log already (see watching.py), and goes nowhere.
        """
        if fact.kind in HEARS:  # type: ignore[attr-defined]  # every event of the catalogue has one
            return ()
        if isinstance(fact, ChannelFailedOver | ChannelRestored):
            return ((POOL_LOG, fact.pool), (SYSTEM_LOG, INSTALLATION))
        if isinstance(fact, NoticeRequested):
            return ((PEOPLE_LOG, fact.person), (SYSTEM_LOG, INSTALLATION))
        return ((SYSTEM_LOG, INSTALLATION),)

    def take_changed(self, state: OutageState) -> list[tuple[str, bytes | None]]:
        return stored.take_changed(state)

    def load(self, state: OutageState, entities: Mapping[str, bytes]) -> None:
        stored.load(state, entities)


outage_core: Core[OutageState] = OutageCore()
