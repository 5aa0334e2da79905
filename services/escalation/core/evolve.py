"""The only way state changes: by this service's own facts, in place."""

from services.escalation.core.model import Case, Clock, Escalation, Level, PoolConfig, case_key
from services.escalation.core.state import EscalationState, intern_words
from shared.contracts.escalation import (
    EscalationAcknowledged,
    EscalationExhausted,
    EscalationOpened,
    EscalationResolved,
    PageRecalled,
    PageRequested,
    SlaBreached,
    SlaCancelled,
    SlaClockStarted,
    SlaMet,
)
from shared.contracts.event import Event
from shared.contracts.system import ConfigTaken, EventRejected, EventSkipped


def evolve(state: EscalationState, fact: Event) -> None:
    match fact:
        case ConfigTaken():
            state.put_config(PoolConfig(pool=fact.pool, hash=fact.hash, version=fact.version))
        case SlaClockStarted():
            _started(state, fact)
        case SlaBreached():
            case, clock = _clock_of(state, fact)
            clock.breached = True
            state.touch(case)
        case SlaMet() | SlaCancelled():
            _stopped(state, fact)
        case EscalationOpened():
            _opened(state, fact)
        case PageRequested():
            _paged(state, fact)
        case EscalationAcknowledged() | EscalationExhausted():
            case, clock, escalation = _escalation_of(state, fact.pool, fact.escalation_id)
            acknowledged = isinstance(fact, EscalationAcknowledged)
            escalation.status = "acknowledged" if acknowledged else "exhausted"
            state.touch(case)
        case EscalationResolved():
            case, clock, _ = _escalation_of(state, fact.pool, fact.escalation_id)
            _remove(state, case, clock, fact.at_ms)
        case PageRecalled() | EventRejected() | EventSkipped():
            pass  # they tell others; nothing here depends on them
        case _:
            raise TypeError(f"not a fact of this service: {type(fact).__name__}")


def _started(state: EscalationState, fact: SlaClockStarted) -> None:
    case = state.case(fact.pool, fact.interaction_id)
    if case is None or case.hop != fact.instance - 1:
        case = Case(
            key=case_key(fact.pool, fact.interaction_id),
            hop=fact.instance - 1,
            queue=fact.queue,
            channel=fact.channel,
            language=fact.language,
        )
        state.put_case(case)
    clock = Clock(
        metric=fact.metric,
        due_ms=fact.due_at_ms,
        met_by=fact.met_by,
        escalation_policy=fact.escalation_policy,
        config=fact.config,
    )
    intern_words(clock)
    case.clocks.append(clock)
    state.touch(case)
    state.forget_stubs(state.pools[fact.pool], fact.at_ms)


def _stopped(state: EscalationState, fact: SlaMet | SlaCancelled) -> None:
    case, clock = _clock_of(state, fact)
    if clock.escalation is None:
        _remove(state, case, clock, fact.at_ms)
        return
    clock.stopped = True  # `escalation_resolved` follows
    state.touch(case)


def _opened(state: EscalationState, fact: EscalationOpened) -> None:
    found = state.find(fact.pool, fact.escalation_id)
    assert found is not None, "an escalation without its clock"
    case, clock = found
    clock.escalation = Escalation(
        cycle=fact.cycle,
        levels=tuple(Level(it.after_ms, it.people, it.method) for it in fact.levels),
        rounds=fact.rounds,
        round_ms=fact.round_ms,
        opened_ms=fact.at_ms,
    )
    state.touch(case)


def _paged(state: EscalationState, fact: PageRequested) -> None:
    case, _, escalation = _escalation_of(state, fact.pool, fact.escalation_id)
    escalation.round, escalation.level = fact.round, fact.level
    escalation.pages += 1
    escalation.last_page_ms = fact.at_ms
    if escalation.first_page_ms is None:
        escalation.first_page_ms = fact.at_ms
    if fact.person not in escalation.paged:
        escalation.paged.append(fact.person)
    state.touch(case)


def _remove(state: EscalationState, case: Case, clock: Clock, at_ms: int) -> None:
    case.clocks.remove(clock)
    if not case.clocks:
        state.end_case(case, at_ms)
    state.touch(case)


def _clock_of(
    state: EscalationState, fact: SlaBreached | SlaMet | SlaCancelled
) -> tuple[Case, Clock]:
    case = state.case(fact.pool, fact.interaction_id)
    clock = case.clock(fact.metric) if case else None
    assert case is not None, "a fact about a clock that does not run"
    assert clock is not None, "a fact about a clock that does not run"
    assert case.instance == fact.instance, "a fact about an earlier instance"
    return case, clock


def _escalation_of(
    state: EscalationState, pool: str, escalation_id: str
) -> tuple[Case, Clock, Escalation]:
    found = state.find(pool, escalation_id)
    assert found is not None, "a fact about an escalation that is not open"
    case, clock = found
    assert clock.escalation is not None, "a fact about an escalation that is not open"
    return case, clock, clock.escalation
