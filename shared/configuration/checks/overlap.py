"""Hours of one calendar that others leave open, over times at which any of them differs."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property

from shared.contracts.configuration import Calendar
from shared.hours.open_hours import OpenHours
from shared.hours.zones import UnknownZoneError

Interval = tuple[int, int]  # milliseconds since 1970, half-open
# A week of winter and one of summer without common holidays: zones change their clocks differently.
_WEEKS = (date(2027, 1, 11), date(2027, 7, 5))


class Hours:
    """The calendars of one document, by name."""

    def __init__(self, calendars: Iterable[Calendar]) -> None:
        self._tables = dict(_tables(calendars))
        self._uncovered: dict[tuple[str | None, frozenset[str]], Interval | None] = {}

    def known(self, name: str | None) -> bool:
        """False for a calendar that is not there, and for one in a zone that is none."""
        return name in self._tables

    def ever_opens(self, name: str) -> bool:
        calendar = self._tables[name].calendar
        return any(calendar.week.values()) or any(calendar.dated.values())

    def uncovered(self, name: str | None, others: frozenset[str]) -> Interval | None:
        """The first open time of a calendar, of a week or a special date, that others leave.

        None for a calendar is always open, in the zone of the first of the others.
        """
        key = (name, others)
        if key not in self._uncovered:
            self._uncovered[key] = next(self._gaps(name, others), None)
        return self._uncovered[key]

    def told(self, name: str | None, others: frozenset[str], interval: Interval) -> str:
        """`mon 18:00-20:00`, in the calendar's zone; with the date where it is a special one."""
        zone = self._zone(name, others)
        begin, end = (datetime.fromtimestamp(it / 1000, UTC).astimezone(zone) for it in interval)
        day = begin.strftime("%a").lower()
        if begin.date().isoformat() in self._special:
            day = f"{begin:%Y-%m-%d}"
        until = "24:00" if end.date() > begin.date() else f"{end:%H:%M}"
        return f"{day} {begin:%H:%M}-{until}"

    def _zone(self, name: str | None, others: frozenset[str]) -> tzinfo:
        return self._tables[min(others) if name is None else name].zone

    def _gaps(self, name: str | None, others: frozenset[str]) -> Iterator[Interval]:
        zone = self._zone(name, others)
        for day in self._days():
            begin, end = _midnight_ms(day, zone), _midnight_ms(day + timedelta(days=1), zone)
            covered = sorted(
                it for other in others for it in self._tables[other].intervals(begin, end)
            )
            whole = ((begin, end),)
            own = whole if name is None else self._tables[name].intervals(begin, end)
            yield from _less(own, covered)

    def _days(self) -> Iterator[date]:
        for monday in _WEEKS:
            yield from (monday + timedelta(days=number) for number in range(7))
        yield from (date.fromisoformat(day) for day in sorted(self._special))

    @cached_property
    def _special(self) -> frozenset[str]:
        """Dates on which some calendar is not what its week says."""
        calendars = [it.calendar for it in self._tables.values()]
        return frozenset(day for it in calendars for day in (*it.holidays, *it.dated))


def _tables(calendars: Iterable[Calendar]) -> Iterator[tuple[str, OpenHours]]:
    for calendar in calendars:
        with suppress(UnknownZoneError):  # it is told of calendars.yaml
            yield calendar.name, OpenHours(calendar)


def _midnight_ms(day: date, zone: tzinfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1000


def _less(at: Iterable[Interval], covered: Iterable[Interval]) -> Iterator[Interval]:
    """What of the intervals is in none of the covered ones, which are in order."""
    for begin, end in at:
        reached = begin
        for opens, closes in covered:
            if opens < end and closes > reached:
                if opens > reached:
                    yield reached, opens
                reached = closes
        if reached < end:
            yield reached, end
