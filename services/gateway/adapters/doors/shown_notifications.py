"""How tellings look in answers: codes, times and ids; no address, and nothing a customer wrote."""

from typing import Any

from services.gateway.adapters.view.told import Row, Telling

_ROW = (
    "method", "hop", "because", "attempts", "tried_at_ms", "possible_repeats", "receipt",
    "outcome", "detail", "reason", "redrives", "carrier", "opened_at_ms", "ended_at_ms",
    "expires_at_ms",
)  # fmt: skip
_TELLING = (
    "person", "about", "state", "incident_id", "escalation_id", "interaction_id", "cycle",
    "purpose", "opened_at_ms", "changed_at_ms",
)  # fmt: skip


def touches(known: Telling, mine: frozenset[str] | None) -> bool:
    """Whether it is of these pools; what concerns no pool is for keys of all."""
    return mine is None or not mine.isdisjoint(known.pools)


def telling(known: Telling, mine: frozenset[str] | None) -> dict[str, Any]:
    """`why`: what it waits for, how it got through, or what it came to nothing by."""
    rows = sorted(known.rows.values(), key=lambda row: (row.hop, row.opened_at_ms, row.id))
    return {
        "notification_id": known.id,
        **{name: getattr(known, name) for name in _TELLING},
        "pools": [pool for pool in known.pools if mine is None or pool in mine],
        "attempts": sum(row.attempts for row in rows),
        "why": why(known.state, rows),
        "rows": [_row(row) for row in rows],
    }


def story(known: Telling, mine: frozenset[str] | None) -> dict[str, Any]:
    """`facts`: all that the log tells of it, in order."""
    facts = known.story.read(personal=False)
    for record in facts:
        notice = record.get("notice")
        if mine is not None and notice:
            notice["pools"] = [pool for pool in notice["pools"] if pool in mine]
    return {"facts": facts, "left_out": known.story.left_out}


def why(state: str, rows: list[Row]) -> dict[str, Any]:
    """Of the row that says most: that got through, that goes on, or that was the last."""
    match state:
        case "told":
            row = next(row for row in rows if row.arrived)
            code, detail = row.receipt or row.end, row.reason
        case "waiting":
            row = next(row for row in reversed(rows) if not row.end)
            code, detail = row.why, row.detail
        case "unsure":
            row = next(row for row in reversed(rows) if row.unsure)
            code, detail = row.end or row.why, row.reason or row.detail
        case "superseded":
            row = next(row for row in reversed(rows) if row.end == "superseded")
            code, detail = row.end, row.reason
        case _:
            row = rows[-1]
            code, detail = ("undelivered", row.detail) if row.undelivered else (row.end, row.reason)
    until_ms = row.until_ms if not row.end else None
    return {"code": code, "method": row.method, "until_ms": until_ms, "detail": detail}


def _row(row: Row) -> dict[str, Any]:
    return {
        "notification_id": row.id,
        "state": row.end or row.why,
        "until_ms": row.until_ms if not row.end else None,
        **{name: getattr(row, name) for name in _ROW},
    }
