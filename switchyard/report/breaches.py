"""E1: every running clock that reaches its due time pages somebody."""

from dataclasses import dataclass, field
from typing import Literal

from shared.contracts.configuration import PoolDocument, SlaTarget
from shared.contracts.escalation import (
    EscalationAcknowledged,
    EscalationOpened,
    EscalationResolved,
    PageRequested,
    SlaBreached,
    SlaCancelled,
    SlaClockStarted,
    SlaMet,
)
from shared.contracts.routing import InteractionQueued
from shared.contracts.topics import PEOPLE_LOG
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding, Verdict

# Something due less than this before the log's end (logical) may still be on its way.
PATIENCE_MS = 900_000
# A tick may come this late, while a shard is taken over. Who ends it meanwhile stops the page.
TICK_MS = 60_000


@dataclass(slots=True)
class Clock:
    started: SlaClockStarted
    topic: str | None
    priority: str | None
    state: Literal["running", "met", "cancelled"] = "running"
    breach: SlaBreached | None = None


@dataclass(slots=True)
class Run:
    """One cycle of an escalation."""

    opened: EscalationOpened
    stopped_ms: int | None = None  # acknowledged or resolved
    pages: list[PageRequested] = field(default_factory=list)


class PagedCheck:
    """From clock to breach to escalation to page to the person's own log."""

    def __init__(self, documents: dict[str, PoolDocument]) -> None:
        self._finding = Finding("E1", "every running clock that reaches its due time pages")
        self._documents = documents
        self._queued: dict[str, InteractionQueued] = {}
        self._told: set[str] = set()  # pages that reached the person's log
        self._end_ms = 0
        self.clocks: dict[str, Clock] = {}
        self.runs: dict[tuple[str, int], Run] = {}

    def see(self, entry: Entry) -> None:
        event = entry.event
        self._end_ms = max(self._end_ms, event.at_ms)
        match event:
            case InteractionQueued() as queued:
                self._queued[queued.interaction_id] = queued
            case SlaClockStarted() as started:
                queued_as = self._queued.get(started.interaction_id)
                self.clocks[_key(started)] = Clock(
                    started,
                    None if queued_as is None else queued_as.topic,
                    None if queued_as is None else queued_as.priority,
                )
            case SlaMet() | SlaCancelled() as stopped:
                self._stop(stopped)
            case SlaBreached() as breach:
                clock = self.clocks.get(_key(breach))
                if clock is not None:
                    clock.breach = breach
            case PageRequested() as page if entry.record.topic == PEOPLE_LOG:
                self._told.add(page.page_id)
            case _:
                self._follow_run(event)

    def _stop(self, stopped: SlaMet | SlaCancelled) -> None:
        clock = self.clocks.get(_key(stopped))
        if clock is None:
            return
        clock.state = "met" if isinstance(stopped, SlaMet) else "cancelled"
        if stopped.at_ms > clock.started.due_at_ms and clock.breach is None:
            self._finding.broken(f"{_key(stopped)}: {clock.state} after its due time, untold")

    def _follow_run(self, event: object) -> None:
        match event:
            case EscalationOpened() as opened:
                self.runs[opened.escalation_id, opened.cycle] = Run(opened)
            case EscalationAcknowledged() | EscalationResolved() as stopped:
                run = self.runs.get((stopped.escalation_id, stopped.cycle))
                if run is not None and run.stopped_ms is None:
                    run.stopped_ms = stopped.at_ms
            case PageRequested() as page:
                run = self.runs.get((page.escalation_id, page.cycle))
                if run is not None:
                    run.pages.append(page)
            case _:
                pass  # not about paging

    def verdict(self) -> Verdict:
        for key, clock in self.clocks.items():
            self._check_clock(key, clock)
        for run in self.runs.values():
            self._check_run(run)
        return self._finding.verdict()

    def _check_clock(self, key: str, clock: Clock) -> None:
        due = clock.started.due_at_ms
        if clock.breach is None:
            if clock.state == "running" and due + PATIENCE_MS < self._end_ms:
                self._finding.broken(f"{key}: due, and never told")
            return
        target = self._target(clock)
        if target is None or target.escalation_policy is None:
            return  # a breach that is told and pages nobody, as configured
        self._finding.exercised += 1
        if (key, 1) not in self.runs:
            self._finding.broken(f"{key}: breached, and no escalation opened")

    def _check_run(self, run: Run) -> None:
        opened, first = run.opened, run.opened.levels[0]
        first_due = opened.at_ms + first.after_ms
        stopped = run.stopped_ms is not None and run.stopped_ms < first_due + TICK_MS
        paged = {page.person for page in run.pages if page.level == 1}
        if not stopped and first_due + PATIENCE_MS < self._end_ms and not paged:
            self._finding.broken(f"{opened.escalation_id}: opened, and nobody was paged")
        for page in run.pages:
            late = page.at_ms + PATIENCE_MS < self._end_ms
            if late and page.page_id not in self._told:
                self._finding.broken(f"{page.page_id}: never reached the log of {page.person}")

    def _target(self, clock: Clock) -> SlaTarget | None:
        """The first target that fits, as the policy's rule says."""
        started = clock.started
        document = self._documents.get(started.config)
        if document is None:
            return None
        for policy in document.sla_policies:
            if policy.name != started.policy:
                continue
            for target in policy.targets:
                if _fits(target, clock):
                    return target
        return None


def _fits(target: SlaTarget, clock: Clock) -> bool:
    return (
        target.metric == clock.started.metric
        and (not target.channels or clock.started.channel in target.channels)
        and (not target.topics or clock.topic in target.topics)
        and (not target.priorities or clock.priority in target.priorities)
    )


def _key(fact: SlaClockStarted | SlaMet | SlaCancelled | SlaBreached) -> str:
    return f"{fact.interaction_id}#{fact.metric}/{fact.instance}"
