"""The section `Outages` of the report: as text, and as plain data."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from switchyard.report.moved import Fates
from switchyard.report.numbers import duration
from switchyard.report.timeline import Notices, Outage


def outage_lines(outages: Iterable[Outage], timezone: str) -> list[str]:
    """Some seven lines for each."""
    zone = ZoneInfo(timezone)
    lines = [line for outage in outages for line in _of_one(outage, zone)]
    return ["Outages", *lines] if lines else ["Outages: none"]


def _of_one(outage: Outage, zone: ZoneInfo) -> list[str]:
    """Its head, its timeline, who was told, and its sum."""
    recovered_ms = outage.recovered_ms
    lasted = (
        "is down"
        if recovered_ms is None
        else "was on its backup for " + duration(recovered_ms - outage.failed_over_ms)
    )
    detail = f": {outage.detail}" if outage.detail else ""
    steps = (
        ("first bad signal", outage.first_signal_ms),
        ("suspect", outage.suspect_ms),
        ("failed over", outage.failed_over_ms),
        ("recovered", outage.recovered_ms),
        ("all back", outage.returned_ms if recovered_ms is not None else None),
    )
    told = ", ".join(f"{_clock(at, zone)} {what}" for what, at in steps if at is not None)
    return [
        f"  {outage.incident_id}: {outage.channel} {lasted}, found by {outage.detected_by}{detail}",
        f"    {told}",
        f"    opening told to {_told(outage.opening, zone)}",
        *_updates(outage, zone),
        *([f"    recovery told to {_told(outage.recovery, zone)}"] if recovered_ms else []),
        *_sum(outage),
    ]


def _told(notices: Notices, zone: ZoneInfo) -> str:
    if not notices.people:
        return "nobody"
    told = f"{notices.arrived} of {notices.people} in {', '.join(notices.languages)}"
    if notices.last_arrived_ms is None:
        return told
    return f"{told} by {_clock(notices.last_arrived_ms, zone)}"


def _updates(outage: Outage, zone: ZoneInfo) -> list[str]:
    if not outage.updates:
        return []
    told = [it for it in outage.updates if it.told_ms is not None]
    times = ", ".join(_clock(it.due_ms, zone) for it in outage.updates)
    late = outage.late_updates
    verdict = f"{late} LATE" if late else "all in time"
    return [f"    updates promised for {times}: {len(told)} given, {verdict}"]


def _sum(outage: Outage) -> list[str]:
    total = outage.sum
    by = f" by {', '.join(outage.backups)}" if outage.backups else ""
    stayed = total.stayed
    closes = "" if total.closes else "   DOES NOT CLOSE"
    stood = (
        f"{stayed.answered} answered there + {total.returned} returned + "
        f"{stayed.abandoned} abandoned + {stayed.expired} expired + {stayed.parked} parked + "
        f"{stayed.open} open"
    )
    return [
        f"    {total.affected} met it: {total.moved} moved{by}, {total.only_parked} parked",
        f"    = {stood}{closes}",
        f"    of {total.returned} returned: {_fates(total.then)}",
    ]


def _fates(fates: Fates) -> str:
    return ", ".join(f"{count} {what}" for what, count in asdict(fates).items())


def _clock(at_ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%H:%M")


def outage_data(outage: Outage, timezone: str) -> dict[str, Any]:
    """Every instant twice: `…_ms`, and `…_at` in ISO 8601 with the offset of the report's zone."""
    zone = ZoneInfo(timezone)
    total = outage.sum
    return {
        "incident_id": outage.incident_id,
        "channel": outage.channel,
        "pools": list(outage.pools),
        "backups": list(outage.backups),
        "open": outage.is_open,
        "detected_by": outage.detected_by,
        "detail": outage.detail,
        **_instant("first_signal", outage.first_signal_ms, zone),
        **_instant("suspect", outage.suspect_ms, zone),
        **_instant("failed_over", outage.failed_over_ms, zone),
        **_instant("recovered", outage.recovered_ms, zone),
        **_instant("returned", outage.returned_ms, zone),
        "resolved_by": outage.resolved_by,
        "opening": _notices(outage.opening, zone),
        "updates": [
            {
                **_instant("due", it.due_ms, zone),
                **_instant("told", it.told_ms, zone),
                "automatic": it.automatic,
                "in_time": it.in_time,
            }
            for it in outage.updates
        ],
        "recovery": _notices(outage.recovery, zone),
        "moved": total.moved,
        "parked": total.only_parked,
        "returned": total.returned,
        "sum": {
            "affected": total.affected,
            "answered_on_backup": total.stayed.answered,
            "returned": total.returned,
            "abandoned": total.stayed.abandoned,
            "expired": total.stayed.expired,
            "parked": total.stayed.parked,
            "open": total.stayed.open,
            "of_returned": asdict(total.then),
            "closes": total.closes,
        },
    }


def _notices(notices: Notices, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "people": notices.people,
        "arrived": notices.arrived,
        "languages": list(notices.languages),
        **_instant("first_asked", notices.first_asked_ms, zone),
        **_instant("last_arrived", notices.last_arrived_ms, zone),
        "ends": notices.ends,
    }


def _instant(name: str, at_ms: int | None, zone: ZoneInfo) -> dict[str, Any]:
    told = (
        None
        if at_ms is None
        else datetime.fromtimestamp(at_ms / 1000, zone).isoformat("T", "milliseconds")
    )
    return {f"{name}_ms": at_ms, f"{name}_at": told}
