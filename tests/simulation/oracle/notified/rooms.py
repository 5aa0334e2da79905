"""Rooms hear of every alert that goes on for long enough, in a message of its group."""

from collections import defaultdict

from shared.contracts.rooms import AlertGrouped, GroupFlushed
from switchyard.report.verdict import Finding
from tests.simulation.oracle.notified.people import People
from tests.simulation.oracle.notified.rows import Ledger

_TAKEOVER_MS = 420_000
_Group = tuple[str, str, tuple[tuple[str, str], ...]]


def check_rooms(ledger: Ledger, people: People) -> Finding:
    finding = Finding("rooms", "an alert that goes on is told to its room with the next look")
    told: defaultdict[_Group, list[GroupFlushed]] = defaultdict(list)
    for flushed in ledger.flushes:
        told[flushed.person, flushed.route, flushed.group].append(flushed)
    ends: dict[tuple[str, str, str], int] = {}
    for it in ledger.grouped:
        if it.alert.ends_at_ms is not None:
            ends[it.person, it.route, it.alert.alert_id] = it.at_ms
    for it in ledger.grouped:
        if not it.route or it.alert.ends_at_ms is not None:
            continue
        if people.document(it.config).inhibitions:
            continue  # another one may keep it back
        by_ms = max(it.first_ms, it.at_ms + it.interval_ms) + _TAKEOVER_MS
        if min(ends.get((it.person, it.route, it.alert.alert_id), by_ms), ledger.end_ms) < by_ms:
            continue
        finding.exercised += 1
        if not any(_tells(flushed, it, by_ms) for flushed in told[it.person, it.route, it.group]):
            finding.broken(f"{it.alert.alert_id}: {it.person} never heard of it by {it.route}")
    return finding


def _tells(flushed: GroupFlushed, grouped: AlertGrouped, by_ms: int) -> bool:
    in_time = grouped.at_ms <= flushed.at_ms <= by_ms
    return in_time and any(it.alert_id == grouped.alert.alert_id for it in flushed.alerts)
