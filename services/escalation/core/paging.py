"""Escalations: opened by a breach, paged level by level, ended by people or by the clock."""

from collections.abc import Iterator

from services.escalation.core.facts import RecallReason, ResolveReason, Teller
from services.escalation.core.model import Case, Clock, Escalation
from services.escalation.core.state import EscalationState
from shared.contracts.escalation import PageAcknowledged
from shared.contracts.event import Event


def open_(state: EscalationState, case: Case, clock: Clock, tell: Teller) -> Iterator[Event]:
    policy = state.escalation_policy(state.pools[case.pool], clock)
    if policy is None:
        return
    yield tell.opened(case, clock, policy)
    yield from wake(case, clock, tell)


def wake(case: Case, clock: Clock, tell: Teller) -> Iterator[Event]:
    """Page every level that is due, in order, each person once; then see whether that was all."""
    escalation = clock.escalation
    if escalation is None or escalation.status != "paging":
        return
    while (step := escalation.due_step(tell.now_ms)) is not None:
        for person in escalation.levels[step[1] - 1].people:
            yield tell.page(case, clock, escalation, step, person)
    if escalation.next_step() is None and escalation.exhausted_at_ms() <= tell.now_ms:
        yield tell.exhausted(case, clock, escalation)


def acknowledge(state: EscalationState, event: PageAcknowledged, tell: Teller) -> Iterator[Event]:
    """Only the cycle that the acknowledgement names is stopped; a second one says nothing new."""
    found = state.find(event.pool, event.escalation_id)
    if found is None or found[1].escalation is None:
        yield tell.rejected(
            code="unknown_escalation",
            field="escalation_id",
            message="no such escalation is open in this pool: it is resolved, or never was",
            status=404,
        )
        return
    case, clock = found
    escalation = found[1].escalation
    if event.cycle != escalation.cycle:
        yield tell.rejected(
            code="stale_cycle",
            field="cycle",
            message=f"the escalation is in cycle {escalation.cycle}; acknowledge that one",
            status=409,
        )
    elif escalation.status != "acknowledged":
        yield tell.acknowledged(event, escalation)
        yield from _recall(case, clock, escalation, "acknowledged", tell)


def resolve(case: Case, clock: Clock, reason: ResolveReason, tell: Teller) -> Iterator[Event]:
    """The clock ended, and with it its escalation, acknowledged or not."""
    escalation = clock.escalation
    if escalation is None:
        return
    recalled = escalation.status == "acknowledged"
    yield tell.resolved(case, clock, escalation, reason)
    if not recalled:
        yield from _recall(case, clock, escalation, "resolved", tell)


def _recall(
    case: Case, clock: Clock, escalation: Escalation, reason: RecallReason, tell: Teller
) -> Iterator[Event]:
    for person in list(escalation.paged):
        yield tell.recalled(case, clock, escalation, person, reason)
