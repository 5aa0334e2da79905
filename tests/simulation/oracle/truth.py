"""What only the world knows: what was truly written and arrived, and whether all came to rest."""

from collections import defaultdict
from collections.abc import Iterable

from shared.contracts.notification import (
    NotificationBundled,
    NotificationEnded,
    NotificationReopened,
)
from shared.contracts.topics import DEAD_LETTERS
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding
from tests.simulation.histories import History


def check_written(history: History, entries: Iterable[Entry]) -> Finding:
    """E3 at the provider: one message id per notification; accepted means it was written."""
    finding = Finding("E3 truth", "every try carries one message id; accepted was written")
    ids: dict[str, set[str]] = defaultdict(set)
    for written in history.provider.written:
        ids[written.lease.notification_id].add(written.lease.message_id)
    for key, found in ids.items():
        finding.exercised += 1
        if len(found) > 1:
            finding.broken(f"{key}: written under {len(found)} message ids")
    carriers: dict[str, str] = {}  # of what went in a digest
    for entry in entries:
        match entry.event:
            case NotificationBundled(notification_id=key, carrier=carrier):
                carriers[key] = carrier
            case NotificationReopened(notification_id=key):
                carriers.pop(key, None)  # by hand it goes on its own
            case NotificationEnded(notification_id=key, end="accepted" | "delivered"):
                if carriers.get(key, key) not in ids:
                    finding.broken(f"{key}: accepted, and never written")
            case _:
                pass
    return finding


def check_rest(history: History) -> Finding:
    """Nothing is unread, undecided or due; nobody waits or is offered; no decision raised."""
    finding = Finding("rest", "everything comes to rest, and no decision ever raises")
    now_ms = history.world.now_ms
    for (service, partition), owner in history.installation.owners.items():
        finding.exercised += 1
        name = f"{service}-{partition}"
        if owner.shard is None:
            finding.broken(f"{name}: nobody holds it")
            continue
        lag = owner.log.lag(owner.shard.meta.next_offset)
        if lag:
            finding.broken(f"{name}: {lag} records were never read")
        deadline_ms = owner.shard.deadline_ms()
        if deadline_ms is not None and deadline_ms <= now_ms - 60_000:
            finding.broken(f"{name}: due since {now_ms - deadline_ms} ms, and nothing happens")
    for log in history.world.broker.logs.values():
        for record in log.records:
            if record.kind == "event_skipped":
                finding.broken(f"{record.source}: {record.value.decode()[:300]}")
    return finding


def check_dead_letters(history: History) -> Finding:
    """Whoever would have decided on an unreadable record puts it aside."""
    finding = Finding("dead letters", "what cannot be read is put aside by each who would hear it")
    letters = {record.value for record in history.world.broker.topic(DEAD_LETTERS)}
    for (topic, partition), log in sorted(history.world.broker.logs.items()):
        for record in log.records:
            if record.value != b'{"v": "?"':
                continue
            for service, core in sorted(history.world.cores.items()):
                if core.log != topic or (record.kind and record.kind not in core.hears):
                    continue
                if record.kind == "tick" and record.by != service:
                    continue
                finding.exercised += 1
                wanted = f'"partition":{partition},"offset":{record.offset},'.encode()
                by = f'"service":"{service}"'.encode()
                if not any(wanted in letter and by in letter for letter in letters):
                    finding.broken(f"{topic}/{partition}@{record.offset}: {service} lost it")
    return finding
