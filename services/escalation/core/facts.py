"""The facts this service tells. Every id derives from what the fact is about."""

from typing import Literal, TypedDict

from services.escalation.core.due import Due
from services.escalation.core.model import Case, Clock, Escalation, clock_id
from services.escalation.core.state import EscalationState
from shared.contracts.configuration import EscalationPolicy, SlaTarget
from shared.contracts.escalation import (
    EscalationAcknowledged,
    EscalationExhausted,
    EscalationOpened,
    EscalationResolved,
    LevelCopy,
    PageAcknowledged,
    PageRecalled,
    PageRequested,
    SlaBreached,
    SlaCancelled,
    SlaClockStarted,
    SlaMet,
)
from shared.contracts.event import Event
from shared.contracts.routing import InteractionQueued
from shared.contracts.system import ConfigChanged, ConfigTaken, EventRejected
from shared.contracts.words import Channel, Metric

SERVICE = "escalation"
LAST_PAGE_USEFUL_MS = 4 * 3_600_000  # nothing replaces a page of the last round
FIRST_CYCLE = 1
CancelReason = Literal["abandoned", "expired", "transferred", "closed"]
RecallReason = Literal["acknowledged", "resolved"]
ResolveReason = Literal["met", "cancelled"]


class _Told(TypedDict):
    pool: str
    at_ms: int
    by: str
    cause: str
    config: str


class _OfClock(TypedDict):
    interaction_id: str
    metric: Metric
    instance: int
    due_at_ms: int


class _Where(TypedDict):
    queue: str
    channel: Channel
    language: str


class Teller:
    """Fills in what all facts decided on one event have in common."""

    def __init__(self, state: EscalationState, event: Event, now_ms: int) -> None:
        self.event = event
        self.now_ms = now_ms
        self._pools = state.pools

    def config_taken(self, event: ConfigChanged) -> ConfigTaken:
        return ConfigTaken(
            event_id=f"{event.pool}#config/{event.version}/{SERVICE}",
            hash=event.hash,
            version=event.version,
            service=SERVICE,
            **{**self._told(event.pool), "config": event.hash},
        )

    def rejected(self, *, code: str, field: str, message: str, status: int) -> EventRejected:
        return EventRejected(
            event_id=f"{self.event.event_id}/rejected",
            code=code,
            field=field,
            message=message,
            status=status,
            **self._told(self.event.pool),
        )

    def started(
        self, event: InteractionQueued, policy: str, target: SlaTarget, due: Due
    ) -> SlaClockStarted:
        instance = event.hop + 1
        return SlaClockStarted(
            event_id=f"{clock_id(event.interaction_id, target.metric, instance)}/started",
            interaction_id=event.interaction_id,
            metric=target.metric,
            instance=instance,
            queue=event.queue,
            channel=event.channel,
            language=event.language,
            policy=policy,
            started_at_ms=event.waiting_since_ms,
            due_at_ms=due.at_ms,
            met_by=target.met_by,
            escalation_policy=target.escalation_policy,
            why=due.why,
            **self._told(event.pool),
        )

    def breached(self, case: Case, clock: Clock) -> SlaBreached:
        return SlaBreached(
            event_id=f"{case.clock_id(clock)}/breached",
            **_of(case, clock),
            **_where(case),
            **self._told(case.pool),
        )

    def met(self, case: Case, clock: Clock) -> SlaMet:
        late_ms = max(1, self.now_ms - clock.due_ms) if clock.breached else 0
        return SlaMet(
            event_id=f"{case.clock_id(clock)}/met",
            late_ms=late_ms,
            **_of(case, clock),
            **self._told(case.pool),
        )

    def cancelled(self, case: Case, clock: Clock, reason: CancelReason) -> SlaCancelled:
        return SlaCancelled(
            event_id=f"{case.clock_id(clock)}/cancelled",
            interaction_id=case.interaction_id,
            metric=clock.metric,
            instance=case.instance,
            reason=reason,
            **self._told(case.pool),
        )

    def opened(self, case: Case, clock: Clock, policy: EscalationPolicy) -> EscalationOpened:
        levels = tuple(
            LevelCopy(
                after_ms=level.after_s * 1000,
                people=tuple(dict.fromkeys(level.people)),  # nobody twice for one level
                method=level.method,
            )
            for level in sorted(policy.levels, key=lambda level: level.after_s)
        )
        return EscalationOpened(
            event_id=f"{case.clock_id(clock)}:c{FIRST_CYCLE}/opened",
            escalation_id=case.clock_id(clock),
            interaction_id=case.interaction_id,
            metric=clock.metric,
            cycle=FIRST_CYCLE,
            policy=policy.name,
            levels=levels,
            rounds=policy.rounds,
            round_ms=_round_ms(policy),
            due_at_ms=clock.due_ms,
            **_where(case),
            **self._told(case.pool),
        )

    def page(
        self,
        case: Case,
        clock: Clock,
        escalation: Escalation,
        step: tuple[int, int],
        person: str,
    ) -> PageRequested:
        round_, level = step
        method = escalation.levels[level - 1].method
        cycle = f"{case.clock_id(clock)}:c{escalation.cycle}"
        page_id = f"{cycle}:r{round_}:l{level}:{person}:{method}"
        last = round_ == escalation.rounds  # else the next round's page takes its place
        useful_ms = max(escalation.round_ms, LAST_PAGE_USEFUL_MS if last else 0)
        return PageRequested(
            event_id=page_id,
            page_id=page_id,
            escalation_id=case.clock_id(clock),
            interaction_id=case.interaction_id,
            metric=clock.metric,
            cycle=escalation.cycle,
            round=round_,
            level=level,
            person=person,
            method=method,
            due_at_ms=clock.due_ms,
            expires_at_ms=self.now_ms + useful_ms,
            **_where(case),
            **self._told(case.pool),
        )

    def recalled(
        self, case: Case, clock: Clock, escalation: Escalation, person: str, reason: RecallReason
    ) -> PageRecalled:
        return PageRecalled(
            event_id=f"{case.clock_id(clock)}:c{escalation.cycle}:{person}/recalled",
            escalation_id=case.clock_id(clock),
            cycle=escalation.cycle,
            person=person,
            reason=reason,
            **self._told(case.pool),
        )

    def acknowledged(
        self, event: PageAcknowledged, escalation: Escalation
    ) -> EscalationAcknowledged:
        since_ms = escalation.first_page_ms
        return EscalationAcknowledged(
            event_id=f"{event.escalation_id}:c{escalation.cycle}/acknowledged",
            escalation_id=event.escalation_id,
            cycle=escalation.cycle,
            person=event.person,
            after_ms=0 if since_ms is None else self.now_ms - since_ms,
            **self._told(event.pool),
        )

    def resolved(
        self, case: Case, clock: Clock, escalation: Escalation, reason: ResolveReason
    ) -> EscalationResolved:
        return EscalationResolved(
            event_id=f"{case.clock_id(clock)}:c{escalation.cycle}/resolved",
            escalation_id=case.clock_id(clock),
            cycle=escalation.cycle,
            reason=reason,
            **self._told(case.pool),
        )

    def exhausted(self, case: Case, clock: Clock, escalation: Escalation) -> EscalationExhausted:
        return EscalationExhausted(
            event_id=f"{case.clock_id(clock)}:c{escalation.cycle}/exhausted",
            escalation_id=case.clock_id(clock),
            cycle=escalation.cycle,
            pages=escalation.pages,
            **self._told(case.pool),
        )

    def _told(self, pool: str) -> _Told:
        known = self._pools.get(pool)
        return _Told(
            pool=pool,
            at_ms=self.now_ms,
            by=SERVICE,
            cause=self.event.event_id,
            config=known.config.hash if known else "",
        )


def _of(case: Case, clock: Clock) -> _OfClock:
    return _OfClock(
        interaction_id=case.interaction_id,
        metric=clock.metric,
        instance=case.instance,
        due_at_ms=clock.due_ms,
    )


def _where(case: Case) -> _Where:
    return _Where(queue=case.queue, channel=case.channel, language=case.language)


def _round_ms(policy: EscalationPolicy) -> int:
    """A round must outlast its last level; one that does not is made long enough to answer it."""
    last_s = max(level.after_s for level in policy.levels)
    return 1000 * (policy.round_s if policy.round_s > last_s else last_s + policy.round_s)
