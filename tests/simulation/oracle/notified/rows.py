"""Rows of the ledger as people-log tells them: one of each notification, in the order of facts."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.contracts.escalation import PageRecalled
from shared.contracts.event import Fact
from shared.contracts.notification import (
    AttemptEnded,
    AttemptInDoubt,
    AttemptLeased,
    DeliveryReported,
    NotificationBundled,
    NotificationEnded,
    NotificationHeld,
    NotificationOpened,
    NotificationReopened,
    RecallNoted,
    ReceiptNoted,
    RetryScheduled,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import AlertGrouped, GroupFlushed
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.troubles import TroubleReported
from switchyard.report.reading import Entry
from tests.simulation.topics import Broker

RowFact = (
    NotificationOpened
    | NotificationHeld
    | NotificationBundled
    | NotificationReopened
    | NotificationEnded
    | AttemptLeased
    | AttemptInDoubt
    | RetryScheduled
    | ReceiptNoted
)
Place = tuple[int, int, int]  # partition, offset of the input it was decided on, number there


@dataclass(frozen=True, slots=True)
class Said:
    """A fact about a row, and where it was decided."""

    fact: RowFact
    place: Place

    @property
    def decision(self) -> tuple[int, int]:
        return self.place[:2]


@dataclass(slots=True)
class Row:
    """`facts`: all about it, in order. `outcomes`: what senders told of its attempts, first."""

    opened: NotificationOpened
    facts: list[Said] = field(default_factory=list)
    outcomes: dict[str, AttemptEnded] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.opened.notification_id

    @property
    def cause_id(self) -> str:
        return self.opened.cause_id or self.id

    @property
    def target(self) -> tuple[str, str]:
        return self.opened.person, self.opened.method

    @property
    def leases(self) -> list[AttemptLeased]:
        return [it.fact for it in self.facts if isinstance(it.fact, AttemptLeased)]

    @property
    def ends(self) -> list[Said]:
        return [it for it in self.facts if isinstance(it.fact, NotificationEnded)]

    @property
    def end(self) -> NotificationEnded | None:
        """The last one; None: it is open."""
        for it in reversed(self.facts):
            if isinstance(it.fact, NotificationEnded):
                return it.fact
            if isinstance(it.fact, NotificationReopened):
                return None
        return None

    @property
    def reopened(self) -> int:
        return sum(isinstance(it.fact, NotificationReopened) for it in self.facts)


@dataclass(slots=True)
class Ledger:
    """`heard`: causes and commands in the order of each partition, with their offsets."""

    rows: dict[str, Row] = field(default_factory=dict)
    carried: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    carrier: dict[str, str] = field(default_factory=dict)
    chains: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    notices: dict[str, NoticeRequested] = field(default_factory=dict)
    of_person: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    recalled: dict[tuple[str, int, str], int] = field(default_factory=dict)  # from which offset on
    reports: list[tuple[int, DeliveryReported]] = field(default_factory=list)
    troubles: list[TroubleReported] = field(default_factory=list)
    grouped: list[AlertGrouped] = field(default_factory=list)
    flushes: list[GroupFlushed] = field(default_factory=list)
    leased_on: dict[str, tuple[int, int]] = field(default_factory=dict)  # attempt: its decision
    orphans: list[str] = field(default_factory=list)  # facts of rows that nobody opened
    clock: defaultdict[int, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # by partition: when facts were decided, and on which offset
    end_ms: int = 0

    def offset_at(self, partition: int, at_ms: int) -> int:
        """The last input that was decided on by then."""
        place = bisect_right(self.clock[partition], (at_ms, 1 << 62))
        return self.clock[partition][place - 1][1] if place else -1

    def read(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.record.topic == PEOPLE_LOG:
                self.end_ms = max(self.end_ms, entry.event.at_ms)
                if entry.source is not None and entry.source.shard.startswith("notifier"):
                    partition = int(entry.source.shard.rpartition("-")[2])
                    self.clock[partition].append((entry.event.at_ms, entry.source.offset))
                self._see(entry)
        for decisions in self.clock.values():  # some facts stand in another partition
            decisions.sort()

    def hear_groups(self, broker: Broker) -> None:
        """What rooms heard; the users' report has no need of it."""
        for record in broker.topic(PEOPLE_LOG):
            event = record.event() if record.kind == "alert_grouped" else None
            if isinstance(event, AlertGrouped):
                self.grouped.append(event)

    def _see(self, entry: Entry) -> None:
        event = entry.event
        match event:
            case NotificationOpened():
                row = self.rows[event.notification_id] = Row(event)
                self.chains[row.cause_id].append(row)
                self.of_person[event.person].append(row)
                self._fact(entry, event)
            case NotificationBundled():
                self.carrier[event.notification_id] = event.carrier
                if event.notification_id in self.rows:
                    self.carried[event.carrier].append(self.rows[event.notification_id])
                self._fact(entry, event)
            case AttemptEnded():
                row_of = self.rows.get(event.notification_id)
                if row_of is not None:
                    row_of.outcomes.setdefault(event.attempt_id, event)
            case AttemptLeased():
                self.leased_on[event.attempt_id] = _place(entry)[:2]
                self._fact(entry, event)
            case (
                NotificationHeld()
                | NotificationReopened()
                | NotificationEnded()
                | AttemptInDoubt()
                | RetryScheduled()
                | ReceiptNoted()
            ):
                self._fact(entry, event)
            case _:
                self._heard(entry)

    def _heard(self, entry: Entry) -> None:
        """What is not about a row that is there."""
        match entry.event:
            case NoticeRequested() as notice:
                self.notices[notice.notice_id] = notice
            case PageRecalled() as told:
                key = (told.escalation_id, told.cycle, told.person)
                self._recall(key, entry.record.offset)
            case RecallNoted() as noted:  # also because the person himself acknowledged
                self._recall((noted.escalation_id, noted.cycle, noted.person), _place(entry)[1])
            case DeliveryReported() as report:
                self.reports.append((entry.record.offset, report))
            case TroubleReported() as trouble:
                self.troubles.append(trouble)
            case GroupFlushed() as flushed:
                self.flushes.append(flushed)
            case _:
                pass  # judged by the users' own checker

    def _recall(self, key: tuple[str, int, str], offset: int) -> None:
        self.recalled[key] = min(offset, self.recalled.get(key, offset))

    def _fact(self, entry: Entry, fact: RowFact) -> None:
        row = self.rows.get(fact.notification_id)
        if row is None:
            self.orphans.append(fact.event_id)
        else:
            row.facts.append(Said(fact, _place(entry)))


def _place(entry: Entry) -> Place:
    assert entry.source is not None, "the notifier's facts say where they were decided"
    assert isinstance(entry.event, Fact)
    return entry.record.partition, entry.source.offset, entry.source.number
