"""Quiet hours by the clock on the wall: what can wait does not leave in them, and is not dropped.

What can wait are news of minor outages and of groups in which nothing is grave. The end of an
outage is left out here: whether it may wait depends on who heard of its beginning.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shared.contracts.notification import AttemptLeased, NotificationHeld, NotificationOpened
from shared.contracts.people import QuietHours
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.people import People
from tests.simulation.oracle.notified.rows import Ledger, Row

_LOUD = frozenset({"major", "critical"})
_JUMP_MS = 2 * 3_600_000  # so near to a jump of the clocks, what is quiet is a matter of reading


def check_quiet(ledger: Ledger, people: People) -> Finding:
    finding = Finding("quiet", "nothing that can wait leaves in a person's quiet hours")
    for row in ledger.rows.values():
        for said in row.facts:
            fact = said.fact
            if not isinstance(fact, AttemptLeased | NotificationHeld):
                continue
            person = people.person(fact.config, row.opened.person)
            if person is None or person.quiet is None:
                continue
            holds = is_quiet(person.quiet, person.timezone, fact.at_ms)
            if isinstance(fact, AttemptLeased):
                waits = _can_wait(ledger, row, fact)
                finding.exercised += waits
                if holds and waits:
                    finding.broken(f"{fact.attempt_id}: leased in quiet hours")
            elif fact.why == "quiet_hours":
                finding.exercised += 1
                sure = not _clocks_jump(person.timezone, fact.at_ms)
                if row.opened.page is not None or (sure and not holds):
                    finding.broken(f"{row.id}: held for quiet hours, at {fact.at_ms}")
    return finding


def is_quiet(quiet: QuietHours, zone: str, at_ms: int) -> bool:
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    minute, start, end = local.hour * 60 + local.minute, quiet.start_minute, quiet.end_minute
    today, yesterday = local.weekday(), (local.weekday() - 1) % 7
    if start < end:
        return today in quiet.days and start <= minute < end
    begun_today = today in quiet.days and minute >= start
    return begun_today or (yesterday in quiet.days and minute < end)


def _can_wait(ledger: Ledger, row: Row, lease: AttemptLeased) -> bool:
    members = [ledger.rows[it].opened for it in lease.members if it in ledger.rows]
    return all(_is_low(it) for it in members or [row.opened])


def _is_low(opened: NotificationOpened) -> bool:
    if opened.notice is not None:
        return opened.notice.severity not in _LOUD and opened.notice.purpose != "recovery"
    if opened.group is not None:
        return not any(it.labels.get("severity") in _LOUD for it in opened.group.alerts)
    return False


def _clocks_jump(zone: str, at_ms: int) -> bool:
    offsets = {
        datetime.fromtimestamp((at_ms + by_ms) / 1000, UTC).astimezone(ZoneInfo(zone)).utcoffset()
        for by_ms in (-_JUMP_MS, 0, _JUMP_MS)
    }
    return len(offsets) > 1
