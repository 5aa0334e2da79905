"""O3: who was told that something is down is told that it is over.

By the method that told him, or by another one of his: a later hop of his rules, or a digest. Where
the channel is down again before he could be told, he is owed the end of that outage instead.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from shared.contracts.notification import (
    AttemptEnded,
    AttemptInDoubt,
    AttemptLeased,
    NotificationBundled,
    NotificationEnded,
    NotificationOpened,
    NotificationReopened,
    ReceiptNoted,
)
from shared.contracts.outage import IncidentResolved, NoticeRequested
from shared.contracts.topics import PEOPLE_LOG, SYSTEM_LOG
from switchyard.report.breaches import PATIENCE_MS
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding, Verdict

PROMISE = "who was told of an outage is told of its end"
_ARRIVED = frozenset({"accepted", "delivered"})
# An unknown outcome may have arrived as well; nobody is left with a doubt.
_MAY_HAVE_ARRIVED = frozenset({*_ARRIVED, "unknown"})
# Said once more after a doubt, where no provider knows it for the same; then it is left at that.
_TOLD = _MAY_HAVE_ARRIVED


@dataclass(slots=True)
class _Told:
    """One person by one contact method, of one incident."""

    before: set[str] = field(default_factory=set)  # notices of the opening and of updates
    recovery: NoticeRequested | None = None


_Reader = tuple[str, str]  # person, contact method
_Line = tuple[str, str, str]  # channel, person, contact method


class ToldCheck:
    """Follows notices from the request to the end. An incident that goes on is not broken."""

    def __init__(self) -> None:
        self._told: defaultdict[str, dict[_Reader, _Told]] = defaultdict(dict)
        self._openings: defaultdict[_Line, list[NoticeRequested]] = defaultdict(list)
        self._resolved: dict[str, int] = {}
        self._may_have_arrived: set[str] = set()
        self._ended: defaultdict[str, dict[str, NotificationEnded]] = defaultdict(dict)
        self._causes: dict[str, str] = {}  # of rows that are not called as their cause
        self._carried: defaultdict[str, list[str]] = defaultdict(list)  # rows by their digest
        self._open: Counter[str] = Counter()  # rows of a cause that have not ended
        self._undelivered: set[str] = set()  # rows, as the provider said later
        self._received: set[str] = set()
        self._sent_again: set[str] = set()  # causes of dead letters that an operator sent again
        self._end_ms = 0

    def see(self, entry: Entry) -> None:
        self._end_ms = max(self._end_ms, entry.event.at_ms)
        match entry.event:
            case IncidentResolved() as resolved if entry.record.topic == SYSTEM_LOG:
                self._resolved[resolved.incident_id] = resolved.at_ms
            case NoticeRequested() as notice if entry.record.topic == PEOPLE_LOG:
                self._asked(notice)
            case NotificationOpened(notification_id=row, cause_id=cause):
                if cause and cause != row:
                    self._causes[row] = cause
                self._open[self._cause(row)] += 1
            case NotificationBundled(notification_id=row, carrier=carrier):
                self._carried[carrier].append(row)
            case AttemptLeased(notification_id=row):
                self._undelivered.discard(row)  # that was of an earlier try
            case AttemptEnded(outcome=outcome) as ended if outcome in _MAY_HAVE_ARRIVED:
                self._may_have(ended.notification_id)
            case AttemptInDoubt() as doubt:
                self._may_have(doubt.notification_id)
            case ReceiptNoted(notification_id=row, status="undelivered"):
                self._undelivered.add(row)
            case ReceiptNoted(notification_id=row):
                self._may_have(row)
                self._received.add(row)
            case NotificationEnded() as ended:
                cause = self._cause(ended.notification_id)
                self._ended[cause][ended.notification_id] = ended
                self._open[cause] -= 1
                if ended.end in _MAY_HAVE_ARRIVED:
                    self._may_have(ended.notification_id)
            case NotificationReopened(notification_id=row):
                cause = self._cause(row)
                self._ended[cause].pop(row, None)
                self._open[cause] += 1
                self._sent_again.add(cause)
            case _:
                pass  # not about who was told

    def ends(self) -> dict[str, NotificationEnded]:
        """By the id of what was asked to be told, as `end_of`."""
        found = ((cause, self.end_of(cause)) for cause in self._ended)
        return {cause: end for cause, end in found if end is not None}

    def end_of(self, cause_id: str) -> NotificationEnded | None:
        """How one person came to hear of a cause, or not; None: that is still to come.

        Of the rows of its chain the one that got through counts, else the last one to end. What a
        provider told later of a message counts more than that it took it.
        """
        rows = self._ended.get(cause_id, {})
        for row, ended in rows.items():
            if row in self._undelivered:
                continue
            if ended.end in _TOLD:
                return ended
            if row in self._received:  # it had been given up, and did arrive
                return ended.model_copy(update={"end": "delivered"})
        if not rows or self._open[cause_id]:
            return None
        row, last = list(rows.items())[-1]
        if row not in self._undelivered:
            return last
        return last.model_copy(update={"end": "dead_lettered", "reason": "undelivered"})

    def _cause(self, row: str) -> str:
        return self._causes.get(row, row)

    def _may_have(self, row: str) -> None:
        for one in (row, *self._carried.get(row, ())):
            self._may_have_arrived.add(self._cause(one))

    def _asked(self, notice: NoticeRequested) -> None:
        of_incident = self._told[notice.incident_id]
        told = of_incident.setdefault((notice.person, notice.method), _Told())
        if notice.purpose == "recovery":
            told.recovery = notice
        else:
            told.before.add(notice.notice_id)
        if notice.purpose == "opening":
            line = (notice.channel, notice.person, notice.method)
            self._openings[line].append(notice)

    def verdict(self) -> Verdict:
        finding = Finding("O3", PROMISE)
        for incident_id in self._resolved:
            for (person, method), told in self._told[incident_id].items():
                if told.before & self._may_have_arrived:
                    finding.exercised += 1
                    problem = self._problem(incident_id, (person, method))
                    if problem is not None:
                        finding.broken(f"{incident_id}: {person} by {method}: {problem}")
        return finding.verdict()

    def _problem(self, incident_id: str, reader: _Reader) -> str | None:
        """What is wrong with the news of the end; None: nothing, or it may still be on its way."""
        followed = {incident_id}
        while not self._arrived_otherwise(incident_id, reader):
            recovery = self._told[incident_id][reader].recovery
            next_opening = self._superseded_by(recovery)
            if next_opening is None:
                return self._unheard(recovery, self._resolved[incident_id])
            incident_id = next_opening.incident_id
            if incident_id in followed or incident_id not in self._resolved:
                return None  # down again, and its end is still to come
            followed.add(incident_id)
        return None

    def _arrived_otherwise(self, incident_id: str, reader: _Reader) -> bool:
        """Whether the person heard of the end by another contact method of his."""
        return any(
            told.recovery is not None and self._has_arrived(told.recovery)
            for other, told in self._told[incident_id].items()
            if other[0] == reader[0] and other != reader
        )

    def _superseded_by(self, recovery: NoticeRequested | None) -> NoticeRequested | None:
        """The opening that made the news of the end untrue before it arrived; None: none did."""
        ended = self.end_of(recovery.notice_id) if recovery else None
        if recovery is None or ended is None:
            return None
        # Sent again by an operator until newer news made it untrue, it gave way as well.
        tried_again = ended.end == "dead_lettered" and recovery.notice_id in self._sent_again
        if ended.end != "superseded" and not tried_again:
            return None
        line = (recovery.channel, recovery.person, recovery.method)
        later = (
            opening
            for opening in self._openings[line]
            if opening.at_ms >= recovery.at_ms and opening.incident_id != recovery.incident_id
        )
        return min(later, key=lambda it: (it.at_ms, it.notice_id), default=None)

    def _has_arrived(self, notice: NoticeRequested) -> bool:
        ended = self.end_of(notice.notice_id)
        return ended is not None and ended.end in _TOLD

    def _unheard(self, recovery: NoticeRequested | None, resolved_ms: int) -> str | None:
        if recovery is None:
            late = resolved_ms + PATIENCE_MS < self._end_ms
            return "nobody asked that he be told of the end" if late else None
        ended = self.end_of(recovery.notice_id)
        if ended is None:
            late = recovery.expires_at_ms + PATIENCE_MS < self._end_ms
            return "the news of the end never came to an end" if late else None
        if ended.end in _TOLD:
            return None
        return f"the news of the end: {ended.end}, {ended.reason}"
