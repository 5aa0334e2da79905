"""The same report for machines."""

from dataclasses import asdict
from typing import Any

from switchyard.report.figures import Line
from switchyard.report.morning import Report, actions
from switchyard.report.outage_told import outage_data
from switchyard.report.telling_told import telling_data


def as_json(report: Report) -> dict[str, Any]:
    """Plain data. `interactions`, `invariants` and `pages` keep their names.

    Times are ms; those of `outage` stand there in ISO 8601, too.
    """
    figures = report.figures
    return {
        "day": figures.day.date,
        "timezone": figures.day.timezone,
        "notes": list(report.notes),
        "sound": report.sound,
        "actions": actions(report),
        "interactions": {
            **asdict(figures.sum),
            "closes": figures.sum.closes,
            "closed_unanswered": figures.unanswered_closed,
            "transfers": figures.transfers,
        },
        "outage": [outage_data(it, figures.day.timezone) for it in figures.outages],
        "first_reply": {
            "in_time": figures.in_time.part,
            "due": figures.in_time.whole,
            "percent": figures.in_time.percent,
        },
        "queues": [_line(line) for line in figures.by_queue],
        "languages": [_line(line) for line in figures.by_language],
        "channels": [_line(line) for line in figures.by_channel],
        "breaches": [
            {"metric": metric, "queue": queue, "count": count}
            for metric, queue, count in figures.breaches
        ],
        "breach_told_late_ms": figures.told_late_ms,
        "pages": figures.pages,
        "paged": [asdict(paged) for paged in figures.paged],
        "telling": telling_data(figures.telling),
        "exhausted": list(figures.exhausted),
        "parked": list(figures.parked),
        "parked_for": {reason: len(ids) for reason, ids in figures.parked_for.items()},
        "waiting": [{"id": key, "age_ms": age} for key, age in figures.oldest_open[:20]],
        "dead_letters": figures.dead_letters,
        "agreement": {"matched": figures.agreement.part, "compared": figures.agreement.whole},
        "invariants": {it.name: it.state for it in report.verdicts},
        "checks": [asdict(it) for it in report.verdicts],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "received": line.received,
        "answered": line.answered,
        "in_time_percent": line.in_time.percent,
        "wait_p50_ms": line.p50_ms,
        "wait_p90_ms": line.p90_ms,
        "wait_max_ms": line.max_ms,
    }
