"""N1: every notification ends, with a reason."""

from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CARRIED, CustomerNoticeRequested
from shared.contracts.escalation import PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import (
    NotificationEnded,
    NotificationOpened,
    NotificationReopened,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import GroupFlushed
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.troubles import TroubleReported
from switchyard.report.breaches import PATIENCE_MS
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding, Verdict


class AccountedCheck:
    """Follows all that somebody should be told from the request to its end, row by row.

    The first row of a cause is called as the cause is, so that one which is missing is seen.
    """

    def __init__(self) -> None:
        self._finding = Finding("N1", "every notification ends, with a reason")
        self._asked: dict[str, PageRequested] = {}
        self._others: dict[str, int] = {}  # causes that nothing recalls, and when they were asked
        self._recalled: set[tuple[str, int, str]] = set()
        self.opened: dict[str, NotificationOpened] = {}
        self.ended: dict[str, NotificationEnded] = {}
        self._end_ms = 0

    def see(self, entry: Entry) -> None:
        self._end_ms = max(self._end_ms, entry.event.at_ms)
        if entry.record.topic != PEOPLE_LOG:
            return
        match entry.event:
            case PageRequested() as page:
                self._asked[page.page_id] = page
            case PageRecalled() as recall:
                self._recalled.add((recall.escalation_id, recall.cycle, recall.person))
            case NotificationOpened() as opened:
                self._finding.exercised += 1
                self.opened[opened.notification_id] = opened
            case NotificationEnded() as ended:
                self._ended(ended)
            case NotificationReopened() as again:
                self.ended.pop(again.notification_id, None)
            case event:
                cause_id = _cause_of(event)
                if cause_id is not None:
                    self._others.setdefault(cause_id, event.at_ms)

    def _ended(self, ended: NotificationEnded) -> None:
        key = ended.notification_id
        if not ended.reason:
            self._finding.broken(f"{key}: {ended.end} without a reason")
        if key in self.ended:
            self._finding.broken(f"{key}: ended {self.ended[key].end}, then {ended.end}")
        if key not in self.opened:
            self._finding.broken(f"{key}: ended, and was never opened")
        self.ended[key] = ended

    def verdict(self) -> Verdict:
        for key, opened in self.opened.items():
            if key not in self.ended and opened.expires_at_ms + PATIENCE_MS < self._end_ms:
                self._finding.broken(f"{key}: expired, and never ended")
        for key, page in self._asked.items():
            recalled = (page.escalation_id, page.cycle, page.person) in self._recalled
            late = page.at_ms + PATIENCE_MS < self._end_ms
            if key not in self.opened and late and not recalled:
                self._finding.broken(f"{key}: asked for, and never opened")
        for key, at_ms in self._others.items():
            # What is superseded is opened, too, and ended at once.
            if key not in self.opened and at_ms + PATIENCE_MS < self._end_ms:
                self._finding.broken(f"{key}: asked for, and never opened")
        return self._finding.verdict()

    def open_notifications(self) -> int:
        """Notifications that may still come to an end by themselves."""
        return sum(1 for key in self.opened if key not in self.ended)


def _cause_of(event: Event) -> str | None:
    """The id of what is to be told; None: nothing is, as of an attempt, which E3 looks at."""
    match event:
        case NoticeRequested():
            return event.notice_id
        case CustomerNoticeRequested():
            return event.notice_id if event.channel in CARRIED else None
        case GroupFlushed():
            return event.announcement_id
        case TroubleReported():
            return event.trouble_id
        case VerificationRequested():
            return event.verification_id
        case _:
            return None
