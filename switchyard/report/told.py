"""O3: who was told that something is down is told that it is over."""

from collections import defaultdict
from dataclasses import dataclass, field

from shared.contracts.notification import AttemptEnded, AttemptInDoubt, NotificationEnded
from shared.contracts.outage import IncidentResolved, NoticeRequested
from shared.contracts.topics import PEOPLE_LOG, SYSTEM_LOG
from switchyard.report.breaches import PATIENCE_MS
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding, Verdict

PROMISE = "who was told of an outage is told of its end"
_ARRIVED = frozenset({"accepted", "delivered"})
# An unknown outcome may have arrived as well; nobody is left with a doubt.
_MAY_HAVE_ARRIVED = frozenset({*_ARRIVED, "unknown"})


@dataclass(slots=True)
class _Told:
    """One person by one contact method, of one incident."""

    before: set[str] = field(default_factory=set)  # notices of the opening and of updates
    recovery: NoticeRequested | None = None


class ToldCheck:
    """Follows notices from the request to the end. An incident that goes on is not broken."""

    def __init__(self) -> None:
        self._told: defaultdict[str, dict[tuple[str, str], _Told]] = defaultdict(dict)
        self._resolved: dict[str, int] = {}
        self._may_have_arrived: set[str] = set()
        self.ended: dict[str, NotificationEnded] = {}
        self._end_ms = 0

    def see(self, entry: Entry) -> None:
        self._end_ms = max(self._end_ms, entry.event.at_ms)
        match entry.event:
            case IncidentResolved() as resolved if entry.record.topic == SYSTEM_LOG:
                self._resolved[resolved.incident_id] = resolved.at_ms
            case NoticeRequested() as notice if entry.record.topic == PEOPLE_LOG:
                self._asked(notice)
            case AttemptEnded(outcome=outcome) as ended if outcome in _MAY_HAVE_ARRIVED:
                self._may_have_arrived.add(ended.notification_id)
            case AttemptInDoubt() as doubt:
                self._may_have_arrived.add(doubt.notification_id)
            case NotificationEnded() as ended:
                self.ended[ended.notification_id] = ended
                if ended.end in _ARRIVED:
                    self._may_have_arrived.add(ended.notification_id)
            case _:
                pass  # not about who was told

    def _asked(self, notice: NoticeRequested) -> None:
        of_incident = self._told[notice.incident_id]
        told = of_incident.setdefault((notice.person, notice.method), _Told())
        if notice.purpose == "recovery":
            told.recovery = notice
        else:
            told.before.add(notice.notice_id)

    def verdict(self) -> Verdict:
        finding = Finding("O3", PROMISE)
        for incident_id, resolved_ms in self._resolved.items():
            for (person, method), told in self._told[incident_id].items():
                if told.before & self._may_have_arrived:
                    finding.exercised += 1
                    problem = self._problem(told, resolved_ms)
                    if problem is not None:
                        finding.broken(f"{incident_id}: {person} by {method}: {problem}")
        return finding.verdict()

    def _problem(self, told: _Told, resolved_ms: int) -> str | None:
        """What is wrong with the recovery notice; None: nothing, or it may still be on its way."""
        notice = told.recovery
        if notice is None:
            late = resolved_ms + PATIENCE_MS < self._end_ms
            return "nobody asked that he be told of the end" if late else None
        ended = self.ended.get(notice.notice_id)
        if ended is None:
            late = notice.expires_at_ms + PATIENCE_MS < self._end_ms
            return "the news of the end never came to an end" if late else None
        if ended.end in _ARRIVED:
            return None
        return f"the news of the end: {ended.end}, {ended.reason}"
