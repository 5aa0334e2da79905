"""What the board shows of some pools, from sums that the view keeps: nothing is counted here.

The cost grows with pools, queues and languages, not with interactions, agents or clocks.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import islice
from typing import Any

from services.gateway.adapters.view.incidents import Incident
from services.gateway.adapters.view.model import Activity, Pool
from services.gateway.adapters.view.view import View
from shared.contracts.words import CHANNELS, Channel

QUEUES_SHOWN = 40
LANGUAGES_SHOWN = 40
PAGES_SHOWN = 12
INCIDENTS_SHOWN = 12
RESOLVED_SHOWN_MS = 3_600_000  # an outage that is over stays on the wall for an hour
_ACTIVITIES: tuple[Activity, ...] = ("ready", "busy", "away", "offline")


def snapshot(view: View, pools: Sequence[str], *, now_ms: int, within_ms: int) -> dict[str, Any]:
    """All times are instants, so that nothing changes while only time passes.

    Args:
        pools: which; their documents are here.
        within_ms: a clock that is due within this time is at risk; the same at every call.
    """
    there = [view.board.pool(name) for name in pools]
    return {
        "pools": list(pools),
        "waiting": _waiting(view, there),
        "agents": _agents(view, there),
        "clocks": _clocks(there, now_ms, within_ms),
        "pages": _pages(there),
        "incidents": _incidents(view, frozenset(pools), now_ms),
        "channels": _channels(view, pools),
    }


def _waiting(view: View, there: Sequence[Pool]) -> dict[str, Any]:
    queues: list[tuple[int, str, str, int | None]] = []
    languages: Counter[str] = Counter()
    for pool in there:
        for name, line in pool.lines.items():
            languages.update(line.by_language)
            queues.append((len(line), pool.name, name, line.oldest_ms()))
        entry = view.directory.entry(pool.name)
        known = entry.document.queues if entry is not None else ()
        queues += [(0, pool.name, it.name, None) for it in known if it.name not in pool.lines]
    oldest = min(((q[3], q[1], q[2]) for q in queues if q[3] is not None), default=None)
    shown = nsmallest(QUEUES_SHOWN, queues, key=lambda q: (-q[0], q[1], q[2]))
    spoken = sorted(languages.items(), key=lambda it: (-it[1], it[0]))
    return {
        "total": sum(q[0] for q in queues),
        "offered": sum(len(pool.by_state["offered"]) for pool in there),
        "assigned": sum(len(pool.by_state["assigned"]) for pool in there),
        "parked": sum(len(pool.by_state["parked"]) for pool in there),
        "longest": {"since_ms": oldest[0], "pool": oldest[1], "queue": oldest[2]}
        if oldest is not None
        else None,
        "queues": [
            {"waiting": count, "pool": pool, "queue": queue, "oldest_ms": since}
            for count, pool, queue, since in shown
        ],
        "queues_left_out": len(queues) - len(shown),
        "languages": [
            {"language": tag, "waiting": count} for tag, count in spoken[:LANGUAGES_SHOWN]
        ],
        "languages_left_out": max(0, len(spoken) - LANGUAGES_SHOWN),
    }


def _agents(view: View, there: Sequence[Pool]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for pool in there:
        entry = view.directory.entry(pool.name)
        told = {name: pool.activities[name] for name in _ACTIVITIES}
        present = told["ready"] + told["busy"] + told["away"]
        # Agents of whom the router never told anything are offline, too.
        told["offline"] = max(0, (len(entry.agents) if entry is not None else 0) - present)
        sums.update(told)
    return {name: sums[name] for name in _ACTIVITIES}


def _clocks(there: Sequence[Pool], now_ms: int, within_ms: int) -> dict[str, Any]:
    found = [pool.clocks.at_risk(now_ms, within_ms) for pool in there]
    return {
        "at_risk": sum(count for count, _ in found),
        "next_due_ms": min((due for _, due in found if due is not None), default=None),
        "missed": sum(len(pool.clocks.missed) for pool in there),
        "within_ms": within_ms,
    }


def _pages(there: Sequence[Pool]) -> dict[str, Any]:
    first = sorted(
        (each for pool in there for each in islice(pool.unacknowledged.values(), PAGES_SHOWN)),
        key=lambda each: (each.opened_at_ms, each.id),
    )[:PAGES_SHOWN]
    return {
        "open": sum(len(pool.unacknowledged) for pool in there),
        "oldest_ms": first[0].opened_at_ms if first else None,
        "first": [
            {
                "pool": each.pool,
                "queue": each.queue,
                "language": each.language,
                "metric": each.metric,
                "opened_at_ms": each.opened_at_ms,
                "exhausted": each.state == "exhausted",
                "people": sorted({page.person for page in each.pages.values()}),
            }
            for each in first
        ],
    }


def _incidents(view: View, pools: frozenset[str], now_ms: int) -> list[dict[str, Any]]:
    recent: Iterable[Incident] = (
        it
        for it in reversed(view.outages.incidents.values())
        if it.resolved_at_ms is not None and it.resolved_at_ms > now_ms - RESOLVED_SHOWN_MS
    )
    shown = [it for it in (*view.outages.open.values(), *recent) if not pools.isdisjoint(it.pools)]
    return [_incident(it, pools) for it in shown[:INCIDENTS_SHOWN]]


def _incident(it: Incident, pools: frozenset[str]) -> dict[str, Any]:
    moves = it.moves_of(pools)
    return {
        "incident_id": it.id,
        "channel": it.channel,
        "title": it.title,
        "severity": it.severity,
        "state": it.status,
        "opened_at_ms": it.opened_at_ms,
        "next_update_at_ms": it.next_update_at_ms,
        "resolved_at_ms": it.resolved_at_ms,
        "moved": moves.moved,
        "parked": moves.parked,
        "returned": moves.returned,
    }


def _channels(view: View, pools: Sequence[str]) -> list[dict[str, Any]]:
    entries = [view.directory.entry(pool) for pool in pools]
    used = {name for entry in entries if entry is not None for name in entry.channels}
    return [_channel(view, name, frozenset(pools)) for name in CHANNELS if name in used]


def _channel(view: View, name: Channel, pools: frozenset[str]) -> dict[str, Any]:
    """Well where its outage was declared for other pools alone."""
    state = view.outages.channels.get(name)
    if state is None:
        return {"channel": name, "health": "healthy", "since_ms": None}
    incident = view.outages.open.get(state.incident_id or "")
    elsewhere = incident is not None and pools.isdisjoint(incident.pools)
    return {
        "channel": name,
        "health": "healthy" if elsewhere else state.health,
        "since_ms": state.since_ms,
    }
