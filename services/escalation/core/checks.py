"""Promises that could not be kept by anybody, found before a document is published."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.contracts.configuration import Calendar, EscalationPolicy, PoolDocument, SlaTarget
from shared.hours.open_hours import HORIZON_DAYS, NeverOpensError, OpenHours, overlapping
from shared.hours.zones import UnknownZoneError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `path` is where in the document: `sla_policies[0].targets[1]`."""

    path: str
    problem: str
    remedy: str


def problems(document: PoolDocument, now_ms: int) -> Iterator[Problem]:
    """What is wrong with the calendars, targets and escalation policies of one pool.

    Pure: `now_ms` says from when on a calendar must open, and targets must fall due.
    """
    hours: dict[str, OpenHours] = {}
    for number, calendar in enumerate(document.calendars):
        path = f"calendars[{number}]"
        yield from _shape(calendar, path)
        try:
            hours[calendar.name] = OpenHours(calendar)
            hours[calendar.name].next_open(now_ms)
        except UnknownZoneError as error:
            yield Problem(f"{path}.timezone", str(error), "use an IANA name like Europe/Riga")
        except NeverOpensError:
            yield Problem(path, "it never opens in the next five years", "give it open hours")
    for number, policy in enumerate(document.sla_policies):
        for place, target in enumerate(policy.targets):
            yield from _target(target, hours, now_ms, f"sla_policies[{number}].targets[{place}]")
    for number, escalation in enumerate(document.escalation_policies):
        yield from _rounds(escalation, f"escalation_policies[{number}]")


def _shape(calendar: Calendar, path: str) -> Iterator[Problem]:
    places = {f"week.{day}": spans for day, spans in calendar.week.items()}
    places |= {f"dated.{day}": spans for day, spans in calendar.dated.items()}
    for place, spans in places.items():
        if overlapping(spans):
            yield Problem(
                f"{path}.{place}",
                "its hours overlap, or close before they open",
                "write separate spans; 24:00 ends a day, and a night is two spans",
            )
    for day in (*calendar.holidays, *calendar.dated):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Problem(path, f"{day!r} is not a date", "write it as 2026-12-24")


def _target(
    target: SlaTarget, hours: dict[str, OpenHours], now_ms: int, path: str
) -> Iterator[Problem]:
    lengths = [target.open_s, target.business_days, target.calendar_days]
    if sum(length is not None for length in lengths) != 1:
        yield Problem(
            path, "it needs exactly one length", "set open_s, business_days or calendar_days"
        )
        return
    if target.calendar is None and target.business_days is not None:
        yield Problem(path, "business days need a calendar", "name one, or use calendar_days")
    if target.calendar not in hours:
        return  # none, or one whose own problem is told
    try:
        opened = hours[target.calendar].next_open(now_ms)
        _reach(target, hours[target.calendar], opened)
    except NeverOpensError:
        yield Problem(
            path, f"it is not due within {HORIZON_DAYS} days", "shorten it, or open the calendar"
        )


def _reach(target: SlaTarget, hours: OpenHours, start_ms: int) -> int:
    if target.open_s is not None:
        return hours.after_open_time(start_ms, target.open_s * 1000)
    if target.business_days is not None:
        return hours.after_open_days(start_ms, target.business_days)
    return hours.after_calendar_days(start_ms, target.calendar_days or 0)


def _rounds(policy: EscalationPolicy, path: str) -> Iterator[Problem]:
    last_s = max(level.after_s for level in policy.levels)
    if policy.rounds > 1 and last_s >= policy.round_s:
        yield Problem(
            f"{path}.round_s",
            f"a round of {policy.round_s} s ends before its last level, at {last_s} s",
            f"make it longer than {last_s} s, or the level earlier",
        )
