"""The router's decisions, pure: who gets what, when, and why."""

from collections.abc import Iterator, Mapping, Sequence

from services.router.core import decide as deciding
from services.router.core import evolve as evolving
from services.router.core import state as stored
from services.router.core.state import RouterState
from shared.contracts.configuration import INSTALLATION, Document
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.event import Event
from shared.contracts.routing import InteractionMoved, InteractionParked
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.runner.core import Core

__all__ = ["RouterState", "router_core"]


class _RouterCore:
    service = "router"
    version = "4"
    log = POOL_LOG
    hears = deciding.HEARS

    def empty(self, documents: Mapping[str, Document]) -> RouterState:
        return RouterState(documents)

    def decide(self, state: RouterState, event: Event, now: int) -> Iterator[Event]:
        return deciding.decide(state, event, now)

    def evolve(self, state: RouterState, fact: Event) -> None:
        evolving.evolve(state, fact)

    def deadline(self, state: RouterState) -> int | None:
        timer = state.timers.first()
        return None if timer is None else timer.at_ms

    def destinations(self, fact: Event) -> Sequence[tuple[str, str]]:
        """The log of the fact's pool; what was transferred or forwarded names the other pool.

        What an outage moved or parked is told to the outage service, too, which adds it up; what
        a customer is to hear, to the notifier.
        """
        here = (POOL_LOG, fact.pool)
        # By the exact type: isinstance costs half a microsecond with pydantic, on every fact.
        if type(fact) is InteractionMoved or (
            type(fact) is InteractionParked and fact.incident_id is not None
        ):
            return (here, (SYSTEM_LOG, INSTALLATION))
        if type(fact) is CustomerNoticeRequested:
            return (here, (PEOPLE_LOG, fact.person))
        return (here,)

    def take_changed(self, state: RouterState) -> list[tuple[str, bytes | None]]:
        return stored.take_changed(state)

    def load(self, state: RouterState, entities: Mapping[str, bytes]) -> None:
        stored.load(state, entities)


router_core: Core[RouterState] = _RouterCore()
