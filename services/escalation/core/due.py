"""When a promise is due, and how that came about."""

from dataclasses import dataclass

from shared.contracts.configuration import SlaTarget
from shared.contracts.escalation import DueExplanation
from shared.hours.open_hours import DAY_MS, NeverOpensError, OpenHours

INTERVALS_SHOWN = 5
ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Due:
    at_ms: int
    why: DueExplanation


def due(target: SlaTarget, hours: OpenHours | None, start_ms: int) -> Due:
    """The instant a target that starts at `start_ms` is due; the end is within the promise.

    Without hours all time is open, and days are 24 h. So they are, with a word about it in the
    explanation, under a calendar that never opens: such a configuration is refused before it is
    published, and a clock that could never be due would page nobody.
    """
    if hours is None:
        return _always(target, start_ms, ALWAYS)
    try:
        return _counted(target, hours, start_ms)
    except NeverOpensError:
        name = f"{hours.calendar.name} (no such opening in five years: counted as {ALWAYS})"
        return _always(target, start_ms, name)


def _counted(target: SlaTarget, hours: OpenHours, start_ms: int) -> Due:
    if target.calendar_days is not None:
        at_ms = hours.after_calendar_days(start_ms, target.calendar_days)
        return Due(at_ms, _why(target, hours.calendar.name, start_ms))
    counted_from = hours.next_open(start_ms)
    if target.business_days is not None:
        at_ms = hours.after_open_days(start_ms, target.business_days)
        return Due(at_ms, _why(target, hours.calendar.name, counted_from))
    at_ms = hours.after_open_time(start_ms, _open_ms(target))
    shown = hours.intervals(counted_from, at_ms, most=INTERVALS_SHOWN)
    left_out = hours.count(counted_from, at_ms) - len(shown)
    return Due(at_ms, _why(target, hours.calendar.name, counted_from, tuple(shown), left_out))


def _always(target: SlaTarget, start_ms: int, calendar: str) -> Due:
    days = target.business_days or target.calendar_days
    at_ms = start_ms + (_open_ms(target) if days is None else days * DAY_MS)
    return Due(at_ms, _why(target, calendar, start_ms, ((start_ms, at_ms),)))


def _why(
    target: SlaTarget,
    calendar: str,
    counted_from_ms: int,
    intervals: tuple[tuple[int, int], ...] = (),
    left_out: int = 0,
) -> DueExplanation:
    return DueExplanation(
        target=length_of(target),
        calendar=calendar,
        counted_from_ms=counted_from_ms,
        intervals=intervals,
        intervals_left_out=left_out,
    )


def length_of(target: SlaTarget) -> str:
    """The length of a target in words: `60 s`, `4 h of open time`, `3 business days`."""
    for days, kind in ((target.business_days, "business"), (target.calendar_days, "calendar")):
        if days is not None:
            return f"{days} {kind} day{'s' if days > 1 else ''}"
    seconds, unit = target.open_s or 0, "s"
    if seconds % 3600 == 0:
        seconds, unit = seconds // 3600, "h"
    elif seconds % 60 == 0 and seconds > 60:  # 60 s reads better than 1 min
        seconds, unit = seconds // 60, "min"
    return f"{seconds} {unit}" + (" of open time" if target.calendar else "")


def _open_ms(target: SlaTarget) -> int:
    if target.open_s is None:
        raise ValueError("a target needs one of open_s, business_days, calendar_days")
    return target.open_s * 1000
