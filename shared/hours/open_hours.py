"""Open hours: a calendar turned into instants, and arithmetic on them.

Open time is a union of half-open intervals [open, close). The tables here are derived from an
immutable calendar and grow as they are asked; no answer depends on what was asked before.
"""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

from shared.contracts.configuration import Calendar, Span
from shared.hours.zones import first_reading, last_reading, wall_clock, zone_named

DAY_MS = 86_400_000
HORIZON_DAYS = 5 * 366  # a promise farther away than five years is a mistake in the calendar
_STEP_DAYS = 64  # dates expanded at a time
_EPOCH = date(1970, 1, 1).toordinal()
_WEEK: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = (
    "mon", "tue", "wed", "thu", "fri", "sat", "sun",
)  # fmt: skip


class NeverOpensError(ValueError):
    """The calendar has not that much open time within five years."""


class OpenHours:
    """One calendar as sorted tables: an answer costs two bisections, whatever the target."""

    def __init__(self, calendar: Calendar) -> None:
        """Raises: UnknownZoneError."""
        self.calendar = calendar
        self.zone = zone_named(calendar.timezone)
        self._holidays = frozenset(calendar.holidays)
        self._restart(0)

    def next_open(self, at_ms: int) -> int:
        """`at_ms` if it is open time, else the next opening. Raises: NeverOpensError."""
        index = self._open_from(at_ms)
        return self._near(at_ms, max(at_ms, self._opens[index]))

    def is_open(self, at_ms: int) -> bool:
        try:
            return self.next_open(at_ms) == at_ms
        except NeverOpensError:
            return False

    def after_open_time(self, start_ms: int, open_ms: int) -> int:
        """The first instant at which `open_ms` of open time have run since `start_ms`.

        Time that runs out exactly at closing is due at closing, the earlier promise.

        Raises:
            NeverOpensError: not within five years.
        """
        first = self._open_from(start_ms)
        counted_from = max(start_ms, self._opens[first])
        total = self._before[first] + (counted_from - self._opens[first]) + open_ms
        while self._total < total:
            self._grow(start_ms)
        last = max(first, bisect_left(self._before, total, lo=first + 1) - 1)
        return self._near(start_ms, self._opens[last] + total - self._before[last])

    def after_open_days(self, start_ms: int, days: int) -> int:
        """The same local time, `days` open dates later; dates and hours are different units.

        A start outside hours counts from the next opening. Where the clock time falls outside
        the hours of the date it lands on, the next opening is due. Raises: NeverOpensError.
        """
        first = self._open_from(start_ms)
        counted_from = max(start_ms, self._opens[first])
        wanted = self._day_of[first] + days
        while len(self._dates) <= wanted:
            self._grow(start_ms)
        clock = wall_clock(counted_from // 1000, self.zone).time()
        landing = self._reading(date.fromordinal(self._dates[wanted]), clock, counted_from)
        while not self._closes or self._closes[-1] < landing:
            self._grow(start_ms)
        at_ms = max(landing, self._opens[bisect_left(self._closes, landing)])
        return self._near(start_ms, at_ms)

    def after_calendar_days(self, start_ms: int, days: int) -> int:
        """The same local time, `days` dates later, open or not. Raises: NeverOpensError."""
        if days > HORIZON_DAYS:
            raise NeverOpensError(f"{days} days are more than five years")
        local = wall_clock(start_ms // 1000, self.zone)
        return self._reading(local.date() + timedelta(days=days), local.time(), start_ms)

    def open_time(self, from_ms: int, until_ms: int) -> int:
        """Open milliseconds in [from_ms, until_ms)."""
        if until_ms <= from_ms:
            return 0
        return sum(close - opened for opened, close in self.intervals(from_ms, until_ms))

    def intervals(self, from_ms: int, until_ms: int, most: int = 1 << 30) -> list[tuple[int, int]]:
        """The first `most` open intervals in [from_ms, until_ms), cut at both ends."""
        first, end = self._between(from_ms, until_ms)
        return [
            (max(self._opens[i], from_ms), min(self._closes[i], until_ms))
            for i in range(first, min(end, first + most))
        ]

    def count(self, from_ms: int, until_ms: int) -> int:
        """How many open intervals [from_ms, until_ms) touches."""
        first, end = self._between(from_ms, until_ms)
        return max(0, end - first)

    def _between(self, from_ms: int, until_ms: int) -> tuple[int, int]:
        self._reach(from_ms)
        while self._end <= _ordinal(until_ms) + 2:
            self._expand()
        return bisect_right(self._closes, from_ms), bisect_left(self._opens, until_ms)

    def _open_from(self, at_ms: int) -> int:
        """Index of the interval that contains `at_ms`, or the next one."""
        self._reach(at_ms)
        while not self._closes or self._closes[-1] <= at_ms:
            self._grow(at_ms)
        return bisect_right(self._closes, at_ms)

    def _reading(self, day: date, clock: time, like_ms: int) -> int:
        """The instant of a local time that keeps the milliseconds of `like_ms`."""
        at = first_reading(datetime.combine(day, clock), self.zone)
        exact = wall_clock(at, self.zone).time() == clock  # not where clocks jump over it
        return at * 1000 + (like_ms % 1000 if exact else 0)

    def _restart(self, ordinal: int) -> None:
        self._begin = self._end = ordinal
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []  # open time in all intervals before this one
        self._day_of: list[int] = []  # index into _dates
        self._dates: list[int] = []  # ordinals of dates with open time
        self._total = 0

    def _reach(self, at_ms: int) -> None:
        """Make the tables begin before `at_ms`, and never span more than they may have to."""
        day = _ordinal(at_ms)
        if not self._begin + 2 <= day <= self._begin + 2 * HORIZON_DAYS:
            self._restart(max(1, day - _STEP_DAYS))
            self._expand()

    def _grow(self, start_ms: int) -> None:
        if self._end > _ordinal(start_ms) + HORIZON_DAYS + 2:  # local dates may be two off UTC's
            raise self._never()
        self._expand()

    def _near(self, start_ms: int, at_ms: int) -> int:
        """The horizon is exact, however far the tables happen to reach."""
        if at_ms > start_ms + HORIZON_DAYS * DAY_MS:
            raise self._never()
        return at_ms

    def _never(self) -> NeverOpensError:
        return NeverOpensError(f"{self.calendar.name!r} has not that much open time in five years")

    def _expand(self) -> None:
        for ordinal in range(self._end, self._end + _STEP_DAYS):
            self._add_date(date.fromordinal(ordinal), ordinal)
        self._end += _STEP_DAYS

    def _add_date(self, day: date, ordinal: int) -> None:
        midnight = datetime.combine(day, time())
        for span in sorted(self.spans(day), key=lambda span: span.opens_min):
            opens = first_reading(midnight + timedelta(minutes=span.opens_min), self.zone) * 1000
            closes = last_reading(midnight + timedelta(minutes=span.closes_min), self.zone) * 1000
            opens = max(opens, self._closes[-1] if self._closes else opens)  # overlaps count once
            if closes <= opens:  # skipped by the clocks, or written the wrong way round
                continue
            if not self._dates or self._dates[-1] != ordinal:
                self._dates.append(ordinal)
            self._opens.append(opens)
            self._closes.append(closes)
            self._before.append(self._total)
            self._day_of.append(len(self._dates) - 1)
            self._total += closes - opens

    def spans(self, day: date) -> tuple[Span, ...]:
        """The hours of one local date: dated hours before holidays before the week's."""
        iso = day.isoformat()
        if iso in self.calendar.dated:
            return self.calendar.dated[iso]
        if iso in self._holidays:
            return ()
        return self.calendar.week.get(_WEEK[day.weekday()], ())


def first_opening(calendar: Calendar, now_ms: int) -> int | None:
    """The first instant of open time from `now_ms` on; None: closed for the next five years.

    Raises:
        UnknownZoneError: the calendar's time zone is not in the zone data.
    """
    try:
        return OpenHours(calendar).next_open(now_ms)
    except NeverOpensError:
        return None


def overlapping(spans: tuple[Span, ...]) -> bool:
    """True if two spans of a day share a minute, or one closes before it opens."""
    ordered = sorted(spans, key=lambda span: span.opens_min)
    return any(span.closes_min <= span.opens_min for span in ordered) or any(
        later.opens_min < earlier.closes_min for earlier, later in pairwise(ordered)
    )


def _ordinal(at_ms: int) -> int:
    return _EPOCH + at_ms // DAY_MS
