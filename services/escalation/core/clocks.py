"""SLA clocks: started, met, cancelled, breached."""

from collections.abc import Iterator

from services.escalation.core import paging
from services.escalation.core.due import due
from services.escalation.core.facts import CancelReason, Teller
from services.escalation.core.model import Case, Clock, MetBy
from services.escalation.core.state import EscalationState
from shared.contracts.event import Event
from shared.contracts.routing import InteractionQueued

# A stronger ending keeps a weaker promise: who writes has taken it, who solves has answered.
KEPT_BY_ASSIGNMENT: frozenset[MetBy] = frozenset({"assignment"})
KEPT_BY_REPLY: frozenset[MetBy] = frozenset({"assignment", "reply"})
KEPT_BY_CLOSE: frozenset[MetBy] = frozenset({"close"})
KEPT_BY_SOLVING: frozenset[MetBy] = frozenset({"assignment", "reply", "close"})


def start(state: EscalationState, event: InteractionQueued, tell: Teller) -> Iterator[Event]:
    """Start what is promised, from the instant since which the customer waits.

    A known (interaction, hop) is a repeat. What an agent of an earlier pool has already done is
    not promised again here.
    """
    pool = state.pools.get(event.pool)
    if pool is None or _known(state, event):
        return
    done = _done_before(event)
    plan = state.plan(pool)
    for policy, target in plan.targets(event):
        if target.met_by not in done:
            hours = plan.hours.get(target.calendar) if target.calendar else None
            yield tell.started(event, policy, target, due(target, hours, event.waiting_since_ms))


def keep(
    state: EscalationState, case: Case, kept: frozenset[MetBy], tell: Teller
) -> Iterator[Event]:
    """The running clocks of the case that this ending fulfils are met; late ones late."""
    for clock in list(case.clocks):
        if clock.met_by in kept:
            yield from _breach_first(state, case, clock, tell)
            yield tell.met(case, clock)
            yield from paging.resolve(case, clock, "met", tell)


def cancel(
    state: EscalationState, case: Case, reason: CancelReason, tell: Teller
) -> Iterator[Event]:
    """Nothing is promised any more for what still runs."""
    for clock in list(case.clocks):
        yield from _breach_first(state, case, clock, tell)
        yield tell.cancelled(case, clock, reason)
        yield from paging.resolve(case, clock, "cancelled", tell)


def breach(state: EscalationState, case: Case, clock: Clock, tell: Teller) -> Iterator[Event]:
    """The promise ran out: told once, and whoever is to know is paged."""
    yield tell.breached(case, clock)
    yield from paging.open_(state, case, clock, tell)


def _breach_first(
    state: EscalationState, case: Case, clock: Clock, tell: Teller
) -> Iterator[Event]:
    """An ending after the due time ends a breached clock; one exactly at it is in time."""
    if not clock.breached and tell.now_ms > clock.due_ms:
        yield from breach(state, case, clock, tell)


def _known(state: EscalationState, event: InteractionQueued) -> bool:
    case = state.case(event.pool, event.interaction_id)
    return case is not None and case.hop >= event.hop


def _done_before(event: InteractionQueued) -> frozenset[MetBy]:
    if event.replied:
        return KEPT_BY_REPLY
    return KEPT_BY_ASSIGNMENT if event.answered else frozenset()
