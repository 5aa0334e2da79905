"""E1 and E4 by the calendar on the wall: due times counted minute by minute, and whom to page."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.contracts.configuration import Calendar, Document, PoolDocument, SlaTarget
from shared.contracts.escalation import (
    EscalationExhausted,
    EscalationOpened,
    PageRequested,
    SlaBreached,
    SlaCancelled,
    SlaClockStarted,
    SlaMet,
)
from shared.contracts.routing import InteractionQueued
from shared.contracts.topics import POOL_LOG
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding

_MINUTE_MS = 60_000
_SLACK_MS = 60_000  # what is due so short before the log's end may be on its way
_TABLE_MINUTES = 3 * 1440


class PromiseCheck:
    """Every promise starts, is due when the calendar says, and is told when it is missed."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self.due = Finding("E1 due", "each promise starts, and is due by the calendar")
        self.told = Finding("E1 told", "each promise that is missed is told once, not too early")
        self.somebody = Finding("E4", "every level that is paged has people, and all are paged")
        self._started: dict[str, SlaClockStarted] = {}
        self._breached: dict[str, SlaBreached] = {}
        self._ended: dict[str, SlaMet | SlaCancelled] = {}
        self._queued: list[tuple[InteractionQueued, str]] = []
        self._config: dict[str, str] = {}  # by pool, what the escalation service runs under
        self._runs: dict[tuple[str, int], EscalationOpened] = {}
        self._paged: dict[tuple[str, int], dict[tuple[int, int], set[str]]] = {}
        self._exhausted: list[tuple[str, int]] = []
        self._end_ms = 0

    def read(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.record.topic == POOL_LOG:
                self._see(entry)
        self._judge_clocks()
        self._judge_pages()

    def _see(self, entry: Entry) -> None:
        self._end_ms = max(self._end_ms, entry.event.at_ms - _SLACK_MS)
        match entry.event:
            case InteractionQueued() as queued:
                self._queued.append((queued, queued.config))
            case SlaClockStarted() as started:
                key = _key(started)
                if key in self._started:
                    self.due.broken(f"{key}: started twice")
                self._started[key] = started
            case SlaBreached() as breach:
                key = _key(breach)
                if key in self._breached:
                    self.told.broken(f"{key}: told twice")
                self._breached[key] = breach
            case SlaMet() | SlaCancelled() as ended:
                self._ended[_key(ended)] = ended
            case EscalationOpened() as opened:
                self._runs[opened.escalation_id, opened.cycle] = opened
            case PageRequested() as page:
                steps = self._paged.setdefault((page.escalation_id, page.cycle), {})
                steps.setdefault((page.round, page.level), set()).add(page.person)
            case EscalationExhausted() as exhausted:
                self._exhausted.append((exhausted.escalation_id, exhausted.cycle))
            case _:
                pass

    def _judge_clocks(self) -> None:
        for queued, config in self._queued:
            self._judge_stay(queued, config)
        for key, started in self._started.items():
            breach, ended = self._breached.get(key), self._ended.get(key)
            self.told.exercised += 1
            if breach is not None and breach.at_ms < started.due_at_ms:
                self.told.broken(f"{key}: told before it was due")
            late = ended is not None and ended.at_ms > started.due_at_ms
            missed = started.due_at_ms < self._end_ms if ended is None else late
            if breach is None and missed:
                self.told.broken(f"{key}: due, and nobody was told")

    def _judge_stay(self, queued: InteractionQueued, config: str) -> None:
        """The clocks that this stay must have, unless an earlier pool had done the work."""
        document = self._documents[config]
        assert isinstance(document, PoolDocument)
        for target in _targets(document, queued):
            if target.met_by == "assignment" and (queued.answered or queued.replied):
                continue
            if target.met_by == "reply" and queued.replied:
                continue
            key = f"{queued.interaction_id}#{target.metric}/{queued.hop + 1}"
            started = self._started.get(key)
            self.due.exercised += 1
            if started is None:
                self.due.broken(f"{key}: queued, and its promise never started")
            else:
                self._judge_due(key, started, document, queued)

    def _judge_due(
        self,
        key: str,
        started: SlaClockStarted,
        queued_under: PoolDocument,
        queued: InteractionQueued,
    ) -> None:
        """By the document that the clock names: it may be newer than the router's."""
        document = self._documents.get(started.config, queued_under)
        assert isinstance(document, PoolDocument)
        fitting = [it for it in _targets(document, queued) if it.metric == started.metric]
        if not fitting:
            self.due.broken(f"{key}: no target fits it")
            return
        wanted = _due(fitting[0], document, queued.waiting_since_ms)
        if wanted != started.due_at_ms:
            off_ms = started.due_at_ms - wanted
            self.due.broken(f"{key}: due {off_ms} ms off what the calendar says")

    def _judge_pages(self) -> None:
        for run, steps in self._paged.items():
            opened = self._runs.get(run)
            for (round_, level), people in steps.items():
                self.somebody.exercised += 1
                wanted = set(opened.levels[level - 1].people) if opened else set()
                if not wanted or wanted != people:
                    self.somebody.broken(f"{run[0]}: round {round_} level {level} paged {people}")
        for run in self._exhausted:
            levels = {level for _, level in self._paged.get(run, {})}
            if run in self._runs and len(levels) < len(self._runs[run].levels):
                self.somebody.broken(f"{run[0]}: exhausted, but not all levels were paged")


def _key(fact: SlaClockStarted | SlaBreached | SlaMet | SlaCancelled) -> str:
    return f"{fact.interaction_id}#{fact.metric}/{fact.instance}"


def _targets(document: PoolDocument, queued: InteractionQueued) -> list[SlaTarget]:
    """The first target that fits, per metric."""
    queue = next((it for it in document.queues if it.name == queued.queue), None)
    name = (queue.sla_policy if queue else None) or document.default_sla_policy
    policy = next((it for it in document.sla_policies if it.name == name), None)
    found: dict[str, SlaTarget] = {}
    for target in policy.targets if policy else ():
        fits = (
            (not target.channels or queued.channel in target.channels)
            and (not target.topics or queued.topic in target.topics)
            and (not target.priorities or queued.priority in target.priorities)
        )
        if fits:
            found.setdefault(target.metric, target)
    return list(found.values())


def _due(target: SlaTarget, document: PoolDocument, start_ms: int) -> int:
    calendar = next((it for it in document.calendars if it.name == target.calendar), None)
    if target.calendar_days is not None:
        assert calendar is not None
        zone = ZoneInfo(calendar.timezone)
        there = datetime.fromtimestamp(start_ms // 1000, zone) + timedelta(
            days=target.calendar_days
        )
        return int(there.timestamp()) * 1000 + start_ms % 1000
    assert target.open_s is not None
    if calendar is None:
        return start_ms + target.open_s * 1000
    return _after_open_time(calendar, start_ms, target.open_s * 1000)


def _after_open_time(calendar: Calendar, start_ms: int, open_ms: int) -> int:
    """Walk over the minutes; edges of hours are whole minutes, so only the first one is cut."""
    spans = tuple((it.opens_min, it.closes_min) for it in calendar.week["mon"])
    base_ms = start_ms // 86_400_000 * 86_400_000
    minutes = _open_minutes(calendar.timezone, spans, base_ms)
    first = bisect_left(minutes, start_ms // _MINUTE_MS * _MINUTE_MS)
    into_ms = start_ms - minutes[first] if minutes[first] <= start_ms else 0
    total_ms = into_ms + open_ms
    whole, rest_ms = divmod(total_ms, _MINUTE_MS)
    if rest_ms == 0:  # at the end of a minute, not at the beginning of the next open one
        return minutes[first + whole - 1] + _MINUTE_MS
    return minutes[first + whole] + rest_ms


@lru_cache(maxsize=256)
def _open_minutes(
    timezone: str, spans: tuple[tuple[int, int], ...], base_ms: int
) -> tuple[int, ...]:
    """Every open minute (its first ms) of three days, by what the wall clock shows in it."""
    zone = ZoneInfo(timezone)
    found = []
    for at_ms in range(base_ms, base_ms + _TABLE_MINUTES * _MINUTE_MS, _MINUTE_MS):
        wall = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(zone)
        shown = wall.hour * 60 + wall.minute
        if any(opens <= shown < closes for opens, closes in spans):
            found.append(at_ms)
    return tuple(found)
