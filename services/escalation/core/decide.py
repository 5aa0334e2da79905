"""What follows from an event: its own effect first, then everything that time has made due."""

from collections.abc import Iterator

from services.escalation.core import clocks, paging
from services.escalation.core.facts import CancelReason, Teller
from services.escalation.core.model import MetBy
from services.escalation.core.plan import Plan
from services.escalation.core.state import EscalationState
from shared.contracts.configuration import Document, PoolDocument
from shared.contracts.escalation import PageAcknowledged
from shared.contracts.event import Event
from shared.contracts.routing import (
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionExpired,
    InteractionQueued,
    MessageRecorded,
    TransferredOut,
)
from shared.contracts.system import ConfigChanged, Tick
from shared.hours.zones import UnknownZoneError


def decide(state: EscalationState, event: Event, now_ms: int) -> Iterator[Event]:
    """Say what follows; change nothing.

    The event's own effect comes before what is due: an ending exactly at the due time is in time,
    and an acknowledgement stops a page that is due but was not yet told. An ending after the due
    time first tells the breach of its own clock.
    """
    tell = Teller(state, event, now_ms)
    yield from _effect(state, event, tell)
    yield from _overdue(state, tell)


def _effect(state: EscalationState, event: Event, tell: Teller) -> Iterator[Event]:
    match event:
        case InteractionQueued():
            return clocks.start(state, event, tell)
        case InteractionAssigned():
            return _keep(state, event, clocks.KEPT_BY_ASSIGNMENT, tell)
        case MessageRecorded(direction="out"):
            return _keep(state, event, clocks.KEPT_BY_REPLY, tell)
        case InteractionClosed():
            return _closed(state, event, tell)
        case InteractionAbandoned():
            return _cancel(state, event, "abandoned", tell)
        case InteractionExpired():
            return _cancel(state, event, "expired", tell)
        case TransferredOut():
            return _moved(state, event, tell)
        case PageAcknowledged():
            return paging.acknowledge(state, event, tell)
        case ConfigChanged():
            return _configure(state, event, tell)
        case Tick():
            return iter(())
        case _:  # a customer's own message keeps no promise; other kinds are not heard
            return iter(())


def _overdue(state: EscalationState, tell: Teller) -> Iterator[Event]:
    """Everything due by now in the whole shard, the oldest first; ids break ties."""
    while (first := state.timers.first()) is not None and first[0] <= tell.now_ms:
        case = state.cases[first[1]]
        clock = next(it for it in case.clocks if it.wakes_at_ms() == first[0])
        if clock.breached:
            yield from paging.wake(case, clock, tell)
        else:
            yield from clocks.breach(state, case, clock, tell)


_OfInteraction = (
    InteractionAssigned
    | MessageRecorded
    | InteractionClosed
    | InteractionAbandoned
    | InteractionExpired
    | TransferredOut
)


def _keep(
    state: EscalationState, event: _OfInteraction, kept: frozenset[MetBy], tell: Teller
) -> Iterator[Event]:
    case = state.case(event.pool, event.interaction_id)
    if case is not None:
        yield from clocks.keep(state, case, kept, tell)


def _cancel(
    state: EscalationState, event: _OfInteraction, reason: CancelReason, tell: Teller
) -> Iterator[Event]:
    case = state.case(event.pool, event.interaction_id)
    if case is not None:
        yield from clocks.cancel(state, case, reason, tell)


def _moved(state: EscalationState, event: TransferredOut, tell: Teller) -> Iterator[Event]:
    """Clocks end here and start there. An earlier leaving, heard late, ends no later stay."""
    case = state.case(event.pool, event.interaction_id)
    if case is not None and case.hop < event.hop:
        yield from clocks.cancel(state, case, "transferred", tell)


def _closed(state: EscalationState, event: InteractionClosed, tell: Teller) -> Iterator[Event]:
    """Solving keeps every promise. Any other outcome ends the work, but answers nobody."""
    solved = event.outcome == "solved"
    kept = clocks.KEPT_BY_SOLVING if solved else clocks.KEPT_BY_CLOSE
    yield from _keep(state, event, kept, tell)
    yield from _cancel(state, event, "closed", tell)


def _configure(state: EscalationState, event: ConfigChanged, tell: Teller) -> Iterator[Event]:
    """Running clocks keep their due times: a change counts for those that start after it."""
    pool = state.pools.get(event.pool)
    if pool is not None and event.version <= pool.config.version:
        return
    refusal = _refusal(state.documents[event.hash])
    if refusal is not None:
        yield tell.rejected(code="invalid_configuration", field="hash", message=refusal, status=422)
        return
    yield tell.config_taken(event)


def _refusal(document: Document) -> str | None:
    """Why a document cannot be run under; the pool then stays with the one it has."""
    if not isinstance(document, PoolDocument):
        return "the document is not a pool's: publish it as the people's"
    try:
        Plan(document)
    except UnknownZoneError as error:
        return str(error)
    return None
