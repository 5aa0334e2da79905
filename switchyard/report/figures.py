"""What the manager wants to know of a day, counted from the checked logs."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts.configuration import PEOPLE
from shared.contracts.escalation import EscalationAcknowledged, EscalationExhausted, PageRequested
from shared.contracts.topics import POOL_LOG
from shared.contracts.words import ParkReason
from switchyard.report.breaches import Clock
from switchyard.report.checker import Checker
from switchyard.report.conserved import Sum, sum_of
from switchyard.report.ledger import Stay
from switchyard.report.moved import newest_stays
from switchyard.report.numbers import Day, Share, percentile
from switchyard.report.reading import Entry
from switchyard.report.telling import Telling, TellingCount
from switchyard.report.timeline import Outage, Reader

# Two computations of a deadline agree when they are this close, the tolerance of the source.
AGREEMENT_MS = 60_000
# Attributes that a sender may set: when the source opened the case, and its own deadline.
OPENED, TARGET = "case_opened", "case_target"


@dataclass(frozen=True, slots=True)
class Line:
    """One queue, language or channel. Waits are until an agent took it, milliseconds."""

    name: str
    received: int
    answered: int
    in_time: Share  # of first replies that were due: given in time
    p50_ms: int | None
    p90_ms: int | None
    max_ms: int | None


@dataclass(frozen=True, slots=True)
class Paged:
    """One person: pages asked for, how they ended, and how long until the acknowledgement."""

    person: str
    pages: int
    ends: dict[str, int]
    acknowledged: int
    median_ms: int | None
    longest_ms: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    day: Day
    sum: Sum
    unanswered_closed: int  # among the abandoned: closed before an agent took them
    transfers: int
    in_time: Share
    by_channel: tuple[Line, ...]
    by_queue: tuple[Line, ...]
    by_language: tuple[Line, ...]
    breaches: tuple[tuple[str, str, int], ...]  # metric, queue, count; most first
    told_late_ms: int | None  # worst time from due to told
    pages: int
    paged: tuple[Paged, ...]
    telling: Telling
    exhausted: tuple[str, ...]  # escalations that nobody acknowledged, still open or not
    oldest_open: tuple[tuple[str, int], ...]  # id and age at the end of the log
    parked: tuple[str, ...]
    parked_for: dict[ParkReason, tuple[str, ...]]
    agreement: Share
    dead_letters: int
    outages: tuple[Outage, ...]  # that began on the day, oldest first


def figures(
    checker: Checker,
    read: Sequence[Entry],
    day: Day,
    *,
    dead_letters: Iterable[int],
    locales: Mapping[str, str],
) -> Figures:
    """Count one day.

    Args:
        checker: has read the logs.
        read: what it read.
        day: interactions count by their arrival, pages, breaches and outages by their decision.
        dead_letters: when each dead letter was written.
        locales: language of each person.
    """
    stays = [stay for stay in checker.ledger.stays.values() if stay.began_ms in day]
    counted = [stay for stay in stays if stay.bucket is not None]
    first = _first_replies(checker)
    line = _Lines(counted, first)
    pages, telling = _Pages(), TellingCount()
    for entry in read:
        if entry.event.at_ms in day:
            pages.see(entry)
            telling.see(entry)
    ended, newest = checker.told.ends(), newest_stays(checker.ledger)
    end_ms = checker.ledger.end_ms
    told = [clock for clock in checker.paged.clocks.values() if _told_in(clock, day)]
    open_stays = sorted((s for s in counted if s.bucket == "open"), key=lambda s: s.began_ms)
    return Figures(
        day=day,
        sum=sum_of(stays),
        unanswered_closed=sum(1 for s in counted if s.state == "closed" and not s.answered),
        transfers=sum(1 for s in stays if s.state == "transferred"),
        in_time=_in_time(counted, first),
        by_channel=line.by(lambda stay: stay.channel),
        by_queue=line.by(lambda stay: f"{stay.pool}/{stay.queue or '(none)'}"),
        by_language=line.by(lambda stay: stay.language),
        breaches=_breaches(told),
        told_late_ms=max(
            (c.breach.at_ms - c.breach.due_at_ms for c in told if c.breach), default=None
        ),
        pages=sum(pages.asked.values()),
        paged=pages.people({k: v.end for k, v in ended.items()}),
        telling=telling.telling(ended, newest, end_ms),
        exhausted=tuple(pages.exhausted),
        oldest_open=tuple((s.interaction_id, end_ms - s.began_ms) for s in open_stays),
        parked=tuple(s.interaction_id for s in counted if s.bucket == "parked"),
        parked_for=_parked_for(counted),
        agreement=_agreement(stays),
        dead_letters=sum(1 for at_ms in dead_letters if at_ms in day),
        outages=_outages(checker, day, Reader(newest, ended, locales, end_ms)),
    )


def _parked_for(stays: Iterable[Stay]) -> dict[ParkReason, tuple[str, ...]]:
    found: defaultdict[ParkReason, list[str]] = defaultdict(list)
    for stay in stays:
        if stay.bucket == "parked" and stay.park_reason is not None:
            found[stay.park_reason].append(stay.interaction_id)
    return {reason: tuple(ids) for reason, ids in sorted(found.items())}


def _outages(checker: Checker, day: Day, reader: Reader) -> tuple[Outage, ...]:
    return tuple(
        reader.outage(incident, opened)
        for incident, opened in checker.outages.opened()
        if opened.at_ms in day
    )


def _first_replies(checker: Checker) -> dict[str, Clock]:
    return {
        clock.started.interaction_id: clock
        for clock in checker.paged.clocks.values()
        if clock.started.metric == "first_reply"
    }


def _in_time(stays: Iterable[Stay], first: dict[str, Clock]) -> Share:
    """Met in time, of those that were met or broken; cancelled and running ones are neither."""
    clocks = [first[s.interaction_id] for s in stays if s.interaction_id in first]
    broken = sum(1 for clock in clocks if clock.breach is not None)
    met = sum(1 for clock in clocks if clock.breach is None and clock.state == "met")
    return Share(met, met + broken)


@dataclass(slots=True)
class _Lines:
    stays: list[Stay]
    first: dict[str, Clock]

    def by(self, name: Callable[[Stay], str]) -> tuple[Line, ...]:
        groups: defaultdict[str, list[Stay]] = defaultdict(list)
        for stay in self.stays:
            groups[name(stay)].append(stay)
        ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        return tuple(self._line(key, group) for key, group in ordered)

    def _line(self, name: str, group: list[Stay]) -> Line:
        answered = [stay for stay in group if stay.bucket == "answered"]
        waits = [stay.waited_ms for stay in answered if stay.waited_ms is not None]
        return Line(
            name=name,
            received=len(group),
            answered=len(answered),
            in_time=_in_time(group, self.first),
            p50_ms=percentile(waits, 50),
            p90_ms=percentile(waits, 90),
            max_ms=max(waits, default=None),
        )


@dataclass(slots=True)
class _Pages:
    asked: Counter[str] = field(default_factory=Counter)
    requests: list[PageRequested] = field(default_factory=list)
    acknowledged: list[EscalationAcknowledged] = field(default_factory=list)
    exhausted: list[str] = field(default_factory=list)

    def see(self, entry: Entry) -> None:
        if entry.record.topic != POOL_LOG or entry.event.pool == PEOPLE:
            return
        match entry.event:
            case PageRequested() as page:
                self.asked[page.person] += 1
                self.requests.append(page)
            case EscalationAcknowledged() as acknowledged:
                self.acknowledged.append(acknowledged)
            case EscalationExhausted(escalation_id=key):
                self.exhausted.append(key)
            case _:
                pass  # not about pages

    def people(self, ended: dict[str, str]) -> tuple[Paged, ...]:
        ends: defaultdict[str, Counter[str]] = defaultdict(Counter)
        asked_at: dict[tuple[str, int, str], int] = {}
        for page in self.requests:
            ends[page.person][ended.get(page.page_id, "open")] += 1
            asked_at.setdefault((page.escalation_id, page.cycle, page.person), page.at_ms)
        after: defaultdict[str, list[int]] = defaultdict(list)
        for ack in self.acknowledged:
            asked = asked_at.get((ack.escalation_id, ack.cycle, ack.person))
            after[ack.person].append(ack.after_ms if asked is None else ack.at_ms - asked)
        return tuple(
            Paged(
                person=person,
                pages=count,
                ends=dict(sorted(ends[person].items())),
                acknowledged=len(after[person]),
                median_ms=percentile(after[person], 50),
                longest_ms=max(after[person], default=None),
            )
            for person, count in sorted(self.asked.items(), key=lambda item: (-item[1], item[0]))
        )


def _told_in(clock: Clock, day: Day) -> bool:
    return clock.breach is not None and clock.breach.at_ms in day


def _breaches(told: Iterable[Clock]) -> tuple[tuple[str, str, int], ...]:
    counts = Counter(
        (clock.started.metric, f"{clock.started.pool}/{clock.started.queue}") for clock in told
    )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((metric, queue, count) for (metric, queue), count in ordered)


def _agreement(stays: Iterable[Stay]) -> Share:
    """Due times that equal the source's own, give or take the delay of the arrival."""
    matched = compared = 0
    for stay in stays:
        opened, target = stay.attributes.get(OPENED), stay.attributes.get(TARGET)
        if stay.resolution_due_ms is None or opened is None or target is None:
            continue
        compared += 1
        delay = max(0, stay.began_ms - _ms(opened))
        matched += abs(stay.resolution_due_ms - _ms(target)) <= AGREEMENT_MS + delay
    return Share(matched, compared)


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)
