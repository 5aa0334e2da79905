"""How telling went on a day: what was asked to be told, in which ways, and what came of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptLeased,
    NotificationBundled,
    NotificationEnded,
    NotificationHeld,
    NotificationOpened,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import GroupFlushed
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import HeldWhy
from switchyard.report.ledger import Stay
from switchyard.report.reading import Entry
from switchyard.report.receipts import Receipts, receipts_of

Sort = Literal["pages", "notices", "rooms", "customers", "troubles", "codes"]
SORTS: tuple[Sort, ...] = ("pages", "notices", "rooms", "customers", "troubles", "codes")
_TOLD = ("accepted", "delivered")
_IN_VAIN = ("dead_lettered", "expired")


@dataclass(frozen=True, slots=True)
class Telling:
    """Messages count by their cause, however many ways and tries it took."""

    ends: dict[Sort, dict[str, int]]  # how it came to an end; `open`: on its way
    second_way: int  # pages that were sent by another contact method, too
    alerts: int  # escalations and incidents that rooms were told of
    held: dict[HeldWhy, int]  # messages that waited, and for what
    digests: int
    in_digests: int  # messages that were told in them
    possible_repeats: int  # tries made in spite of a doubt
    receipts: Receipts

    def asked(self, sort: Sort) -> int:
        return sum(self.ends.get(sort, {}).values())

    def told(self, sort: Sort) -> int:
        ends = self.ends.get(sort, {})
        return sum(ends.get(end, 0) for end in _TOLD)

    def in_vain(self, sort: Sort) -> int:
        """Nobody heard of it, and nobody will; what was not of use any more is another thing."""
        ends = self.ends.get(sort, {})
        return sum(ends.get(end, 0) for end in _IN_VAIN)

    @property
    def undelivered(self) -> int:
        return sum(self.in_vain(sort) for sort in self.ends)


@dataclass(slots=True)
class TellingCount:
    """Feed it the events of a day; then ask `telling`."""

    _asked: dict[str, Sort] = field(default_factory=dict)  # by cause
    _later_hops: dict[str, str] = field(default_factory=dict)  # rows, and the cause of each
    _second: set[str] = field(default_factory=set)  # causes of which a later hop was sent
    _groups: dict[str, GroupFlushed] = field(default_factory=dict)
    _customers: dict[str, CustomerNoticeRequested] = field(default_factory=dict)
    _held: defaultdict[HeldWhy, set[str]] = field(default_factory=lambda: defaultdict(set))
    _digests: set[str] = field(default_factory=set)
    _in_digests: set[str] = field(default_factory=set)
    _possible_repeats: int = 0

    def see(self, entry: Entry) -> None:
        if entry.record.topic != PEOPLE_LOG:
            return
        match entry.event:
            case NotificationOpened(hop=hop, because=because) as opened:
                if hop > 1 and because != "owed":
                    self._later_hops[opened.notification_id] = opened.cause_id
            case AttemptLeased(notification_id=row, members=members):
                for one in (row, *members):
                    if one in self._later_hops:
                        self._second.add(self._later_hops[one])
            case NotificationHeld(notification_id=row, why=why):
                self._held[why].add(row)
            case NotificationBundled(notification_id=row, carrier=carrier):
                self._digests.add(carrier)
                self._in_digests.add(row)
            case NotificationEnded(possible_repeats=repeats):
                self._possible_repeats += repeats
            case _:
                self._cause(entry.event)

    def _cause(self, event: Event) -> None:
        match event:
            case PageRequested():
                self._asked[event.page_id] = "pages"
            case NoticeRequested():
                self._asked[event.notice_id] = "notices"
            case CustomerNoticeRequested():
                self._asked[event.notice_id] = "customers"
                self._customers[event.notice_id] = event
            case GroupFlushed():
                self._asked[event.announcement_id] = "rooms"
                self._groups[event.announcement_id] = event
            case TroubleReported():
                self._asked[event.trouble_id] = "troubles"
            case VerificationRequested():
                self._asked[event.verification_id] = "codes"
            case _:
                pass  # nothing that somebody is to be told

    def telling(
        self,
        ended: Mapping[str, NotificationEnded],
        newest: Mapping[str, Stay],
        end_ms: int,
    ) -> Telling:
        """What came of all that was asked for.

        Args:
            ended: how each cause came to an end, see ToldCheck.
            newest: where each interaction stands.
            end_ms: of the log.
        """
        ends: defaultdict[Sort, Counter[str]] = defaultdict(Counter)
        told = set[str]()
        for cause, sort in self._asked.items():
            end = ended[cause].end if cause in ended else "open"
            ends[sort][end] += 1
            if end in _TOLD:
                told.add(cause)
        alerts = (it for key in self._groups.keys() & told for it in self._groups[key].alerts)
        return Telling(
            ends={sort: dict(sorted(counts.items())) for sort, counts in sorted(ends.items())},
            second_way=sum(1 for it in self._second if self._asked.get(it) == "pages"),
            alerts=len({it.alert_id for it in alerts}),
            held={why: len(rows) for why, rows in sorted(self._held.items())},
            digests=len(self._digests),
            in_digests=len(self._in_digests),
            possible_repeats=self._possible_repeats,
            receipts=receipts_of(
                [it for key, it in self._customers.items() if key in told], newest, end_ms
            ),
        )
