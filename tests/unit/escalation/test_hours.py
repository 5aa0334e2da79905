"""Business hours: the points on which systems disagree, as docs/decisions/0007 decides them."""

from datetime import UTC, datetime

import pytest

from services.escalation.core import NeverOpensError, OpenHours, due, first_opening
from shared.contracts.configuration import Calendar, SlaTarget, Span
from shared.hours.zones import UnknownZoneError, zone_named
from tests.unit.escalation.stage import HOUR, MINUTE, OFFICE, SECOND, ms

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar(zone: str, opens: str, closes: str, **more: object) -> Calendar:
    """The same hours on every day."""
    span = Span(opens_min=_minutes(opens), closes_min=_minutes(closes))
    every = dict.fromkeys(DAYS, (span,))
    return Calendar.model_validate({"name": "c", "timezone": zone, "week": every, **more})


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def utc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def open_on(it: Calendar, day: str) -> list[tuple[str, str]]:
    """Open intervals, in UTC, that touch the UTC day."""
    start = ms(f"{day}T00:00:00")
    return [
        (utc(a)[11:], utc(b)[11:]) for a, b in OpenHours(it).intervals(start, start + 86_400_000)
    ]


def test_time_that_runs_out_exactly_at_closing_is_due_at_closing() -> None:
    hours = OpenHours(calendar("UTC", "09:00", "17:00"))
    assert utc(hours.after_open_time(ms("2026-03-04T16:00:00"), HOUR)) == "2026-03-04T17:00:00"


def test_the_closing_instant_is_not_open_time() -> None:
    hours = OpenHours(calendar("UTC", "09:00", "17:00"))
    closing = ms("2026-03-04T17:00:00")
    assert hours.is_open(closing - 1)
    assert not hours.is_open(closing)
    assert utc(hours.after_open_time(closing, SECOND)) == "2026-03-05T09:00:01"


def test_seconds_and_milliseconds_are_kept() -> None:
    hours = OpenHours(calendar("UTC", "09:00", "17:00"))
    start = ms("2026-03-04T16:59:59") + 123
    assert hours.after_open_time(start, 2 * SECOND) == ms("2026-03-05T09:00:01") + 123


def test_an_opening_that_the_clocks_skip_is_the_first_instant_that_exists() -> None:
    night = calendar("America/New_York", "02:30", "05:00")
    assert open_on(night, "2026-03-08") == [("07:00:00", "09:00:00")]  # 03:00 to 05:00 EDT


def test_a_closing_that_the_clocks_skip_is_the_first_instant_that_exists() -> None:
    night = calendar("America/New_York", "01:00", "02:30")
    assert open_on(night, "2026-03-08") == [("06:00:00", "07:00:00")]


def test_hours_that_the_clocks_skip_whole_are_no_hours() -> None:
    assert open_on(calendar("America/New_York", "02:10", "02:50"), "2026-03-08") == []


def test_of_a_time_shown_twice_opening_is_the_first_and_closing_the_second() -> None:
    night = calendar("America/New_York", "01:15", "01:45")
    assert open_on(night, "2026-11-01") == [("05:15:00", "06:45:00")]


def test_a_closing_at_which_the_repeated_hour_begins_is_passed_for_good_the_first_time() -> None:
    night = calendar("America/New_York", "00:00", "01:00")
    assert open_on(night, "2026-11-01") == [("04:00:00", "05:00:00")]


def test_a_day_of_25_hours_is_open_for_25_hours() -> None:
    hours = OpenHours(calendar("Europe/Riga", "00:00", "24:00"))
    start, end = ms("2026-10-25T00:00:00+03:00"), ms("2026-10-26T00:00:00+02:00")
    assert hours.open_time(start, end) == 25 * HOUR
    assert hours.after_open_time(start, 25 * HOUR) == end


def test_a_midnight_that_does_not_exist_is_one_o_clock() -> None:
    whole = calendar("America/Sao_Paulo", "00:00", "24:00", dated={"2015-10-17": ()})
    assert OpenHours(whole).next_open(ms("2015-10-17T12:00:00")) == ms("2015-10-18T03:00:00")


def test_half_an_hour_of_clock_change_is_counted_exactly() -> None:
    hours = OpenHours(calendar("Australia/Lord_Howe", "01:00", "03:00"))
    day = ms("2026-04-05T00:00:00+11:00")  # clocks go back half an hour at 02:00
    assert hours.open_time(day, day + 12 * HOUR) == 150 * MINUTE


def test_a_date_that_never_was_has_no_hours() -> None:
    hours = OpenHours(calendar("Pacific/Apia", "09:00", "17:00"))
    assert utc(hours.after_open_days(ms("2011-12-29T20:00:00"), 1)) == "2011-12-30T20:00:00"


def test_dated_hours_come_before_holidays_and_holidays_before_the_week() -> None:
    noon = {"opens_min": 720, "closes_min": 780}
    hours = calendar(
        "UTC", "09:00", "17:00",
        holidays=("2026-03-05", "2026-03-06"), dated={"2026-03-06": (noon,)},
    )  # fmt: skip
    assert open_on(hours, "2026-03-05") == []
    assert open_on(hours, "2026-03-06") == [("12:00:00", "13:00:00")]


def test_split_shifts_and_overlapping_spans_count_every_minute_once() -> None:
    spans = [(540, 720), (780, 1020), (600, 660)]
    wednesday = tuple(Span(opens_min=a, closes_min=b) for a, b in spans)
    split = Calendar(name="c", timezone="UTC", week={"wed": wednesday})
    assert open_on(split, "2026-03-04") == [("09:00:00", "12:00:00"), ("13:00:00", "17:00:00")]


def test_business_days_keep_the_clock_time_and_skip_what_is_closed() -> None:
    hours = OpenHours(OFFICE.model_copy(update={"holidays": ("2026-03-06",)}))
    friday_gone = hours.after_open_days(ms("2026-03-04T10:30:15+02:00"), 2)
    assert friday_gone == ms("2026-03-09T10:30:15+02:00")


def test_a_start_outside_hours_counts_from_the_next_opening() -> None:
    hours = OpenHours(OFFICE)
    saturday = ms("2026-03-07T13:00:00+02:00")
    assert hours.after_open_days(saturday, 1) == ms("2026-03-10T09:00:00+02:00")


def test_a_business_day_that_lands_after_closing_moves_to_the_next_opening() -> None:
    week = {
        "thu": (Span(opens_min=540, closes_min=1020),),
        "fri": (Span(opens_min=540, closes_min=720),),
    }
    hours = OpenHours(Calendar.model_validate({"name": "c", "timezone": "UTC", "week": week}))
    assert utc(hours.after_open_days(ms("2026-03-05T12:00:00"), 1)) == "2026-03-06T12:00:00"
    assert utc(hours.after_open_days(ms("2026-03-05T12:00:01"), 1)) == "2026-03-12T09:00:00"


def test_calendar_days_keep_the_local_time_over_a_change_of_the_clocks() -> None:
    hours = OpenHours(OFFICE)
    start = ms("2026-03-28T20:00:00+02:00")
    assert hours.after_calendar_days(start, 1) == ms("2026-03-29T20:00:00+03:00")
    skipped = ms("2026-03-28T03:30:00+02:00")  # clocks jump from 3 to 4 on the day it lands
    assert hours.after_calendar_days(skipped, 1) == ms("2026-03-29T04:00:00+03:00")


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    once = calendar("UTC", "09:00", "17:00").model_copy(
        update={"week": {}, "dated": {"2031-06-01": (Span(opens_min=0, closes_min=1440),)}}
    )
    asked = OpenHours(once)
    late, early = ms("2031-05-01T00:00:00"), ms("2026-01-01T00:00:00")
    assert utc(asked.next_open(late)) == "2031-06-01T00:00:00"
    with pytest.raises(NeverOpensError):  # more than five years away, though the table reaches it
        asked.next_open(early)


def test_a_calendar_that_is_closed_for_ever_says_so_at_once() -> None:
    shut = OFFICE.model_copy(update={"week": {}})
    assert first_opening(shut, ms("2026-03-04T12:00:00")) is None
    with pytest.raises(NeverOpensError):
        OpenHours(shut).after_open_days(ms("2026-03-04T12:00:00"), 1)


def test_a_target_of_centuries_does_not_hang() -> None:
    with pytest.raises(NeverOpensError):
        OpenHours(OFFICE).after_open_time(ms("2026-03-04T12:00:00"), 10**15)
    with pytest.raises(NeverOpensError):
        OpenHours(OFFICE).after_calendar_days(ms("2026-03-04T12:00:00"), 10**9)


def test_the_first_opening_is_now_where_it_is_open() -> None:
    at = ms("2026-03-04T12:00:00")
    assert first_opening(OFFICE, at) == at
    assert first_opening(OFFICE, at + 4 * HOUR) == ms("2026-03-05T09:00:00+02:00")


@pytest.mark.parametrize("name", ["Mars/Olympus", "../UTC", "/etc/passwd", "zone.tab", ""])
def test_a_zone_that_is_none_is_named(name: str) -> None:
    with pytest.raises(UnknownZoneError):
        zone_named(name)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        ({"open_s": 60}, "60 s"),
        ({"open_s": 61}, "61 s"),
        ({"open_s": 120}, "2 min"),
        ({"open_s": 14_400, "calendar": "office"}, "4 h of open time"),
        ({"business_days": 3, "calendar": "office"}, "3 business days"),
        ({"calendar_days": 1}, "1 calendar day"),
    ],
)
def test_the_explanation_says_the_target_in_words(length: dict[str, object], words: str) -> None:
    target = SlaTarget.model_validate({"metric": "resolution", "met_by": "close", **length})
    hours = OpenHours(OFFICE) if target.calendar else None
    assert due(target, hours, ms("2026-03-04T12:00:00")).why.target == words


def test_a_long_explanation_shows_the_first_intervals_and_counts_the_rest() -> None:
    target = SlaTarget(metric="resolution", met_by="close", open_s=80 * 3600, calendar="office")
    why = due(target, OpenHours(OFFICE), ms("2026-03-04T07:00:00")).why
    assert (len(why.intervals), why.intervals_left_out) == (5, 5)
