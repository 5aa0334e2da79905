"""Quiet hours hold what can wait, in the zone of the person, over midnight and clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.notification import NotificationHeld, NotificationOpened
from shared.contracts.people import MethodLimits, PeopleDocument, QuietHours
from shared.hours.quiet import quiet_until
from tests.support.ledger import (
    ANA,
    HOUR,
    SECOND,
    T0,
    LedgerShard,
    ends,
    leases,
    notice,
    outcome_of,
    page,
)

MINUTE = 60 * SECOND
DAY = 24 * HOUR
NIGHT = QuietHours(start_minute=22 * 60, end_minute=7 * 60)
# T0 is a Wednesday, 09:00 UTC: 04:00 in Ana's New York, three hours before her night is over.
SLEEPER = ANA.model_copy(update={"quiet": NIGHT})
MORNING = T0 + 3 * HOUR


def at(zone: str, text: str, *, fold: int = 0) -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(local.timestamp() * 1000)


def quiet(begin: str, end: str, days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)) -> QuietHours:
    def minute(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return QuietHours(start_minute=minute(begin), end_minute=minute(end), days=days)


def until(hours: QuietHours, zone: str, text: str, *, fold: int = 0) -> str | None:
    """What the zone's clock shows when the hours that hold at a local time are over."""
    end_ms = quiet_until(hours, zone, at(zone, text, fold=fold))
    if end_ms is None:
        return None
    return datetime.fromtimestamp(end_ms / 1000, ZoneInfo(zone)).isoformat()[:19]


def test_a_night_over_midnight_holds_on_both_days_and_ends_exclusive() -> None:
    zone = "Asia/Jerusalem"
    assert until(NIGHT, zone, "2015-02-04T21:59:59") is None
    assert until(NIGHT, zone, "2015-02-04T22:00:00") == "2015-02-05T07:00:00"
    assert until(NIGHT, zone, "2015-02-05T00:00:00") == "2015-02-05T07:00:00"
    assert until(NIGHT, zone, "2015-02-05T06:59:59") == "2015-02-05T07:00:00"
    assert until(NIGHT, zone, "2015-02-05T07:00:00") is None


def test_the_days_are_those_on_which_quiet_hours_begin() -> None:
    weekend = quiet("22:00", "07:00", days=(4, 5))  # the nights after Friday and Saturday
    assert until(weekend, "UTC", "2015-02-06T03:00:00") is None  # Friday morning
    assert until(weekend, "UTC", "2015-02-06T23:00:00") == "2015-02-07T07:00:00"
    assert until(weekend, "UTC", "2015-02-08T03:00:00") == "2015-02-08T07:00:00"
    assert until(weekend, "UTC", "2015-02-08T23:00:00") is None  # Sunday


def test_a_whole_day_of_quiet_is_one_that_ends_where_it_began() -> None:
    saturday = quiet("08:00", "08:00", days=(5,))
    assert until(saturday, "UTC", "2015-02-07T07:59:59") is None
    assert until(saturday, "UTC", "2015-02-07T08:00:00") == "2015-02-08T08:00:00"


def test_days_of_quiet_that_follow_each_other_are_one() -> None:
    weekend = quiet("08:00", "08:00", days=(5, 6))
    assert until(weekend, "UTC", "2015-02-07T12:00:00") == "2015-02-09T08:00:00"


def test_hours_that_never_end_hold_nothing() -> None:
    assert until(quiet("08:00", "08:00"), "UTC", "2015-02-07T12:00:00") is None


def test_in_a_zone_that_nobody_knows_nothing_is_held() -> None:
    assert quiet_until(NIGHT, "Mars/Olympus", at("UTC", "2015-02-04T23:00:00")) is None


@pytest.mark.parametrize(
    ("hours", "now", "end"),
    [
        # 29 March 2015, Amsterdam: 02:00 to 02:59 does not exist
        (quiet("22:00", "02:30"), "2015-03-29T01:59:59", "2015-03-29T03:00:00"),
        (quiet("22:00", "07:00"), "2015-03-28T23:00:00", "2015-03-29T07:00:00"),
        (quiet("02:30", "07:00"), "2015-03-29T01:59:59", None),
        (quiet("02:30", "07:00"), "2015-03-29T03:00:00", "2015-03-29T07:00:00"),
        # 25 October 2015: 02:00 to 02:59 comes twice
        (quiet("22:00", "02:30"), "2015-10-25T02:29:59", "2015-10-25T02:30:00"),
        (quiet("02:30", "07:00"), "2015-10-25T02:29:59", None),
        (quiet("02:30", "07:00"), "2015-10-25T02:30:00", "2015-10-25T07:00:00"),
    ],
)
def test_quiet_hours_follow_the_clock_through_its_changes(
    hours: QuietHours, now: str, end: str | None
) -> None:
    assert until(hours, "Europe/Amsterdam", now) == end


def test_nothing_is_released_into_quiet_hours_that_the_clock_shows_again() -> None:
    # given an end at 02:30 on the night on which 02:00 to 02:59 comes twice
    hours, zone = quiet("22:00", "02:30"), "Europe/Amsterdam"
    # when it is 02:15 for the first time, then what is held waits for the second 02:30
    end_ms = quiet_until(hours, zone, at(zone, "2015-10-25T02:15:00"))
    assert end_ms == at(zone, "2015-10-25T02:30:00", fold=1)
    # and what comes between the two is held as well
    assert quiet_until(hours, zone, at(zone, "2015-10-25T02:45:00")) == end_ms


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sets(st.integers(0, 6)),
    st.integers(0, 21 * 1440 * 60 - 1),
)
def test_the_end_is_the_first_minute_that_is_not_quiet(
    start: int, end: int, days: set[int], second: int
) -> None:
    hours = QuietHours(start_minute=start, end_minute=end, days=tuple(days))
    now = T0 + second * SECOND

    def is_quiet(at_ms: int) -> bool:
        """By the minutes of a week, without a zone."""
        local = datetime.fromtimestamp(at_ms / 1000, UTC)
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if start < end:
            return day in days and start <= minute < end
        return (day in days and minute >= start) or ((day - 1) % 7 in days and minute < end)

    end_ms = quiet_until(hours, "UTC", now)
    if not is_quiet(now):
        assert end_ms is None
    elif end_ms is None:
        assert days == set(range(7))
        assert start == end
    else:
        assert end_ms > now
        assert not is_quiet(end_ms)
        assert all(is_quiet(one) for one in range(now, end_ms, 7 * MINUTE))
        assert is_quiet(end_ms - 1)


def asleep(*, bundle_s: int = 0) -> LedgerShard:
    limits = {"email": MethodLimits(bundle_s=bundle_s)}
    return LedgerShard(PeopleDocument.model_validate({"people": (SLEEPER,), "limits": limits}))


def told_before(severity: str) -> LedgerShard:
    """A shard whose sleeper has heard of an outage before she went to sleep."""
    shard = LedgerShard(PeopleDocument(people=(ANA,)))
    (lease,) = leases(shard.hear(notice(severity=severity)))
    shard.hear(outcome_of(lease, "accepted"))
    shard.configure(PeopleDocument(people=(SLEEPER,)), 2)
    return shard


@pytest.mark.parametrize("taken_over", [False, True])
def test_news_that_can_wait_is_held_and_leaves_in_the_morning(*, taken_over: bool) -> None:
    shard = asleep()
    _, held = shard.hear(notice(severity="minor", sequence=2))
    assert isinstance(held, NotificationHeld)
    assert (held.why, held.until_ms) == ("quiet_hours", MORNING)
    if taken_over:
        shard.reload()
    assert shard.wait(3 * HOUR - 1) == []
    (lease,) = leases(shard.wait(1))
    assert lease.notification_id == notice(sequence=2).notice_id


@pytest.mark.parametrize("severity", ["major", "critical"])
def test_grave_news_wakes(severity: str) -> None:
    assert leases(asleep().hear(notice(severity=severity, sequence=2)))


def test_a_page_wakes() -> None:
    assert leases(asleep().hear(page()))


def test_the_end_of_what_she_was_told_wakes_and_that_of_what_she_was_not_does_not() -> None:
    over = notice(severity="minor", sequence=2, purpose="recovery")
    assert leases(told_before("minor").hear(over))
    assert leases(asleep().hear(over)) == []


def test_what_is_of_no_use_any_more_in_the_morning_is_not_told() -> None:
    # given a minor outage that began and ended in the night
    shard = asleep()
    shard.hear(notice(severity="minor"))
    told = shard.hear(notice(severity="minor", sequence=2))
    assert [end.end for end in ends(told)] == ["superseded"]
    # when the morning comes, then the newest news alone leaves
    (lease,) = leases(shard.wait(3 * HOUR))
    assert lease.notification_id == notice(sequence=2).notice_id
    assert lease.members == ()


def test_what_expires_in_the_night_ends_then_with_a_reason() -> None:
    shard = asleep()
    shard.hear(notice(severity="minor", expires_ms=HOUR))
    (end,) = ends(shard.wait(3 * HOUR))
    assert (end.end, end.at_ms) == ("expired", T0 + HOUR)


def test_several_news_of_a_night_leave_in_one_digest_the_gravest_first() -> None:
    # given an outage that she could hear of in the morning, and one that could not be sent
    shard = asleep()
    first = notice(severity="minor", incident_id="sms-1", sequence=2)
    second = notice(severity="minor", incident_id="chat-1", sequence=2)
    shard.hear(first.model_copy(update={"at_ms": T0 + 1}))
    shard.hear(second.model_copy(update={"at_ms": T0}))
    told = shard.wait(3 * HOUR)
    (opened,) = (fact for fact in told if isinstance(fact, NotificationOpened))
    (lease,) = leases(told)
    assert lease.notification_id == opened.notification_id
    assert lease.members == opened.members == (second.notice_id, first.notice_id)
    told = shard.hear(outcome_of(lease, "accepted"))
    assert {(end.notification_id, end.end) for end in ends(told)} == {
        (one, "accepted") for one in (opened.notification_id, *opened.members)
    }


def test_a_person_without_quiet_hours_hears_at_any_time() -> None:
    shard = LedgerShard(PeopleDocument(people=(ANA,)))
    assert leases(shard.hear(notice(severity="minor", sequence=2)))


def test_her_zone_counts_and_not_that_of_anybody_else() -> None:
    abroad = SLEEPER.model_copy(update={"timezone": "Asia/Jerusalem"})  # 11:00 there
    shard = LedgerShard(PeopleDocument(people=(abroad,)))
    assert leases(shard.hear(notice(severity="minor", sequence=2)))


def test_new_quiet_hours_do_not_change_how_long_something_is_held_already() -> None:
    shard = asleep()
    shard.hear(notice(severity="minor", sequence=2))
    shard.configure(PeopleDocument(people=(ANA,)), 2)
    assert len(leases(shard.wait(3 * HOUR))) == 1
