"""The story of one history for people: what happened when, and the way of what went wrong."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from shared.contracts.event import Event
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from switchyard.cli.sentences import sentence
from switchyard.report.verdict import Verdict
from tests.simulation.histories import DAY_MS, History
from tests.simulation.story import clock_time
from tests.simulation.topics import SeenRecord

_SUMMED = 600_000  # arrivals are summed over ten minutes
_TOLD = frozenset(
    {
        "page_requested", "page_acknowledged", "sla_breached", "escalation_exhausted",
        "channel_health_changed", "incident_opened", "incident_updated", "incident_resolved",
        "channel_failed_over", "channel_restored", "config_taken", "event_skipped",
    }
)  # fmt: skip
_SHORT = 40  # lines of one interaction's way at the beginning and the end


def story(history: History, verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Line by line: the setting, the timeline, the invariants, and the way of each offender."""
    yield from _setting(history)
    yield from timeline(history)
    yield ""
    yield from invariants(verdicts)
    for verdict in verdicts:
        if verdict.violations:
            for offender in verdict.evidence[:2]:
                yield from way_of(history, offender)


def _setting(history: History) -> Iterator[str]:
    world = history.world
    kind = "with transactions" if world.broker.transactions else "without transactions"
    yield f"History {history.seed}: begins {clock_time(history.began_ms)} UTC, a broker {kind}."
    for name, document in sorted(world.centre.pools.items()):
        zones = sorted({it.timezone for it in document.calendars})
        yield f"  pool {name}: {len(document.agents)} agents, calendars in {', '.join(zones)}"
    yield f"  {history.customers.arrived} contacts in {DAY_MS // 60_000} minutes"
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(world.story.faults.items()))
    yield f"  faults: {faults}"
    yield ""


def timeline(history: History) -> Iterator[str]:
    """Arrivals in sums; every fault, page, breach and failover by itself."""
    lines = [(at_ms, text) for at_ms, text in history.world.story.lines]
    arrivals: Counter[int] = Counter()
    seen: set[str] = set()
    for record in _records(history):
        if record.kind == "interaction_received":
            arrivals[record.at_ms // _SUMMED * _SUMMED] += 1
        elif record.kind in _TOLD and (event := _event(record)) and event.event_id not in seen:
            seen.add(event.event_id)
            about = getattr(event, "interaction_id", "") or getattr(event, "escalation_id", "")
            lines.append((record.at_ms, f"{event.pool} {about} {sentence(event)}"))
    lines += [(at_ms, f"{count} contacts in ten minutes") for at_ms, count in arrivals.items()]
    for at_ms, text in sorted(lines):
        yield f"{clock_time(at_ms)}  {text}"


def invariants(verdicts: Iterable[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        count = f"{verdict.exercised} times"
        yield f"{verdict.name:<14} {verdict.state:<14} {count:<12} {verdict.promise}"
        for offender in verdict.evidence:
            yield f"               ! {offender}"


def way_of(history: History, offender: str) -> Iterator[str]:
    """Every record that names what the evidence is about, in the order of time."""
    key = subject_of(offender)
    yield ""
    yield f"The way of {key}:"
    whole = re.compile(rb"[\"/:]?" + re.escape(key.encode()) + rb"(?![0-9])")
    found = [it for it in _records(history) if whole.search(it.value)]
    found.sort(key=lambda it: it.at_ms)
    left_out = max(0, len(found) - 2 * _SHORT)
    for number, record in enumerate(found):
        if left_out and number == _SHORT:
            yield f"  … {left_out} records …"
        if left_out and _SHORT <= number < len(found) - _SHORT:
            continue
        event = _event(record)
        told = sentence(event) if event else "(unreadable)"
        place = f"{record.topic}/{record.partition}@{record.offset}"
        yield f"  {clock_time(record.at_ms)} {place:<20} {record.kind:<22} {told}"


def subject_of(offender: str) -> str:
    """The interaction or incident that a piece of evidence begins with."""
    head = re.split(r"[#\s]", offender, maxsplit=1)[0].rstrip(":")
    found = re.match(r"[\w.-]+:\d+", head)
    return found.group() if found else head


def _records(history: History) -> Iterator[SeenRecord]:
    for topic in (POOL_LOG, PEOPLE_LOG, SYSTEM_LOG):
        yield from history.world.broker.topic(topic)


def _event(record: SeenRecord) -> Event | None:
    try:
        return record.event()
    except (KeyError, ValidationError):
        return None
