"""Open hours against a simple oracle that looks at every minute, across changes of the clocks."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.escalation.core import OpenHours
from shared.contracts.configuration import Calendar, Span
from shared.hours.zones import zone_named  # the pinned zone data, not the machine's

MINUTE = 60_000
DAY = 1440 * MINUTE
# A zone, and a date near which its clocks change: forward, back, at midnight, by half an hour.
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Riga", date(2026, 10, 25)),
    ("America/Sao_Paulo", date(2015, 10, 18)),
    ("America/Sao_Paulo", date(2016, 2, 21)),
    ("America/Havana", date(2024, 11, 3)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
]
WEEK: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = (
    "mon", "tue", "wed", "thu", "fri", "sat", "sun",
)  # fmt: skip


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = draw(st.lists(st.integers(0, 96), min_size=0, max_size=4, unique=True))
    edges = sorted(edge * 15 for edge in edges)
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Span(opens_min=opens, closes_min=closes) for opens, closes in pairs)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, date]:
    zone, day = draw(st.sampled_from(CHANGES))
    week = {name: draw(spans()) for name in WEEK}
    assume(any(week.values()))
    near = [(day + timedelta(days=n)).isoformat() for n in range(-2, 3)]
    return (
        Calendar.model_validate(
            {
                "name": "c",
                "timezone": zone,
                "week": week,
                "holidays": draw(st.lists(st.sampled_from(near), max_size=2)),
                "dated": draw(st.dictionaries(st.sampled_from(near), spans(), max_size=1)),
            }
        ),
        day,
    )


class Oracle:
    """Which minutes of eleven days are open: by reading the local clock at each, nothing else."""

    def __init__(self, calendar: Calendar, day: date) -> None:
        self.start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
        self.start -= 5 * DAY
        self.readings = _readings(calendar.timezone, self.start)
        self.open = [False] * len(self.readings)
        for n in range(-6, 8):
            self._mark(calendar, day + timedelta(days=n))

    def _mark(self, calendar: Calendar, day: date) -> None:
        iso = day.isoformat()
        hours = () if iso in calendar.holidays else calendar.week.get(WEEK[day.weekday()], ())
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  local on purpose
        near = self._minutes_near(midnight)
        for span in calendar.dated.get(iso, hours):
            opens = midnight + timedelta(minutes=span.opens_min)
            closes = midnight + timedelta(minutes=span.closes_min)
            at_or_after = [n for n in near if self.readings[n] >= opens]
            before = [n for n in near if self.readings[n] < closes]
            if at_or_after and before:
                for minute in range(at_or_after[0], before[-1] + 1):
                    self.open[minute] = True

    def _minutes_near(self, midnight: datetime) -> range:
        """The minutes that a local date may touch: no zone is more than 14 h off UTC."""
        utc = int(midnight.replace(tzinfo=UTC).timestamp() * 1000) - self.start
        first = utc // MINUTE - 15 * 60
        return range(max(0, first), min(len(self.readings), first + 54 * 60))

    def is_open(self, at: int) -> bool:
        return self.open[(at - self.start) // MINUTE]

    def after(self, at: int, minutes: int) -> int | None:
        """Where `minutes` whole open minutes from the whole minute `at` have run."""
        left = minutes
        for n in range((at - self.start) // MINUTE, len(self.open)):
            left -= self.open[n]
            if left == 0:
                return self.start + (n + 1) * MINUTE
        return None


@lru_cache(maxsize=32)
def _readings(zone: str, start: int) -> list[datetime]:
    """The local clock at every minute of eleven days."""
    where = zone_named(zone)
    return [
        datetime.fromtimestamp(start / 1000 + 60 * n, where).replace(tzinfo=None)
        for n in range(11 * 1440)
    ]


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers(-3 * 1440, 3 * 1440), st.integers(1, 2000))
def test_due_agrees_with_counting_minute_by_minute(
    situation: tuple[Calendar, date], offset: int, minutes: int
) -> None:
    calendar, day = situation
    oracle, hours = Oracle(calendar, day), OpenHours(calendar)
    start = oracle.start + 5 * DAY + offset * MINUTE
    assert hours.is_open(start) == oracle.is_open(start)
    expected = oracle.after(start, minutes)
    assume(expected is not None)
    assert hours.after_open_time(start, minutes * MINUTE) == expected


@settings(max_examples=100, deadline=None)
@given(situations(), st.integers(0, 6 * DAY), st.integers(1, 5 * DAY))
def test_between_start_and_due_exactly_the_target_is_open(
    situation: tuple[Calendar, date], offset_ms: int, target_ms: int
) -> None:
    calendar, day = situation
    hours = OpenHours(calendar)
    start = _near(day) + offset_ms
    due = hours.after_open_time(start, target_ms)
    assert hours.open_time(start, due) == target_ms
    assert hours.open_time(start, due - 1) == target_ms - 1


@settings(max_examples=100, deadline=None)
@given(
    situations(), st.integers(0, 6 * DAY), st.integers(0, DAY), st.integers(1, 3 * DAY),
    st.integers(0, DAY),
)  # fmt: skip
def test_due_never_falls_when_the_start_or_the_target_grows(
    situation: tuple[Calendar, date], offset_ms: int, later: int, target_ms: int, longer: int
) -> None:
    calendar, day = situation
    hours = OpenHours(calendar)
    start = _near(day) + offset_ms
    due = hours.after_open_time(start, target_ms)
    assert due <= hours.after_open_time(start + later, target_ms)
    assert due + longer <= hours.after_open_time(start, target_ms + longer)


@settings(max_examples=100, deadline=None)
@given(situations(), st.lists(st.integers(0, 400 * DAY), min_size=2, max_size=6))
def test_answers_do_not_depend_on_the_order_of_the_questions(
    situation: tuple[Calendar, date], offsets: list[int]
) -> None:
    calendar, day = situation
    asked = OpenHours(calendar)
    for offset in offsets:
        start = _near(day) + offset
        assert asked.after_open_time(start, DAY) == OpenHours(calendar).after_open_time(start, DAY)


@settings(max_examples=100, deadline=None)
@given(situations(), st.integers(0, 6 * DAY), st.integers(1, 12))
def test_business_days_count_open_dates_and_land_in_hours(
    situation: tuple[Calendar, date], offset_ms: int, days: int
) -> None:
    calendar, day = situation
    hours = OpenHours(calendar)
    zone = zone_named(calendar.timezone)
    start = _near(day) + offset_ms
    opened = hours.next_open(start)
    due = hours.after_open_days(start, days)
    assert hours.is_open(due) or hours.is_open(due - 1)  # closing itself is still in time
    reach = hours.intervals(opened, opened + 120 * DAY)
    dates = sorted({datetime.fromtimestamp(a / 1000, zone).date() for a, _ in reach})
    landing = dates[days]
    ends = [b for a, b in reach if datetime.fromtimestamp(a / 1000, zone).date() == landing]
    starts = [a for a, _ in reach]
    assert due >= min(a for a, b in reach if b in ends)
    latest = starts[bisect_right(starts, max(ends) - 1)]  # the opening after that date
    assert due <= latest


def _near(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) - 3 * DAY
