"""E2 and E3: no page leaves after its recall, and each is decided and leased once."""

from dataclasses import dataclass

from shared.contracts.escalation import PageRecalled, PageRequested
from shared.contracts.notification import (
    AttemptEnded,
    AttemptInDoubt,
    AttemptLeased,
    NotificationEnded,
    NotificationOpened,
)
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding, Verdict

_Cycle = tuple[str, int, str]  # escalation, cycle, person


class RecallCheck:
    """E2, in the order in which the notifier decided: the input offset of each lease tells it."""

    def __init__(self) -> None:
        self._finding = Finding("E2", "nothing is leased after its recall")
        self._cycle_of: dict[str, _Cycle] = {}  # notification to what it pages for
        self._recalled: dict[_Cycle, int] = {}  # offset of the recall, in the person's partition

    def see(self, entry: Entry) -> None:
        if entry.record.topic != PEOPLE_LOG:
            return
        match entry.event:
            case PageRequested() as page:
                self._cycle_of[page.page_id] = (page.escalation_id, page.cycle, page.person)
            case NotificationOpened() as opened:
                cycle = (opened.escalation_id, opened.cycle, opened.person)
                self._cycle_of[opened.notification_id] = cycle
            case PageRecalled() as recall:
                cycle = (recall.escalation_id, recall.cycle, recall.person)
                self._recalled.setdefault(cycle, entry.record.offset)
                self._finding.exercised += 1
            case AttemptLeased() as leased:
                self._leased(entry, leased)
            case _:
                pass  # neither recalls nor leases

    def _leased(self, entry: Entry, leased: AttemptLeased) -> None:
        decided_on = entry.record.offset if entry.source is None else entry.source.offset
        for row in (leased.notification_id, *leased.members):
            cycle = self._cycle_of.get(row)
            recalled = None if cycle is None else self._recalled.get(cycle)
            if recalled is not None and decided_on >= recalled:
                where = f"leased on offset {decided_on}, {row} recalled at {recalled}"
                self._finding.broken(f"{leased.attempt_id}: {where}")

    def verdict(self) -> Verdict:
        return self._finding.verdict()


@dataclass(slots=True)
class _Attempts:
    message_id: str
    live: str | None = None
    in_doubt: bool = False


class OnceCheck:
    """E3: one decision to page, one live lease, one message id; a doubt is never hidden."""

    def __init__(self) -> None:
        self._finding = Finding("E3", "one decision to page, one lease at a time")
        self._decided: set[tuple[str, int, int, int, str, str]] = set()
        self._leased: set[str] = set()
        self._attempts: dict[str, _Attempts] = {}

    def see(self, entry: Entry) -> None:
        match entry.event:
            case PageRequested() as page if entry.record.topic == POOL_LOG:
                self._page(page)
            case AttemptLeased() as leased:
                self._lease(leased)
            case AttemptEnded(notification_id=key, attempt_id=attempt):
                self._end(key, attempt, in_doubt=False)
            case AttemptInDoubt(notification_id=key, attempt_id=attempt):
                self._end(key, attempt, in_doubt=True)
            case NotificationEnded(notification_id=key) if key in self._attempts:
                self._attempts[key].live = None
            case _:
                pass  # not about a decision or a lease

    def _page(self, page: PageRequested) -> None:
        self._finding.exercised += 1
        decision = (
            page.escalation_id, page.cycle, page.round, page.level, page.person, page.method,
        )  # fmt: skip
        if decision in self._decided:
            self._finding.broken(f"{page.page_id}: decided twice")
        self._decided.add(decision)

    def _lease(self, leased: AttemptLeased) -> None:
        if leased.attempt_id in self._leased:
            self._finding.broken(f"{leased.attempt_id}: leased twice")
            return
        self._leased.add(leased.attempt_id)
        known = self._attempts.setdefault(leased.notification_id, _Attempts(leased.message_id))
        if known.live is not None:
            self._finding.broken(f"{leased.attempt_id}: leased while {known.live} was live")
        if known.message_id != leased.message_id:
            self._finding.broken(f"{leased.attempt_id}: another message id than before")
        if known.in_doubt and not leased.possible_repeat:
            self._finding.broken(f"{leased.attempt_id}: hides that it may be a repeat")
        known.live = leased.attempt_id

    def _end(self, key: str, attempt: str, *, in_doubt: bool) -> None:
        known = self._attempts.get(key)
        if known is None:
            return
        if known.live == attempt:
            known.live = None
        known.in_doubt |= in_doubt

    def verdict(self) -> Verdict:
        return self._finding.verdict()
