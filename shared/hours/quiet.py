"""Quiet hours of a person, in his zone, as instants: begun with the first reading of the clock.

They end for good: where clocks are put back over the end, with its last reading. So what is held is
never released into quiet hours that the clock shows once more.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.contracts.people import QuietHours
from shared.hours.zones import (
    UnknownZoneError,
    first_reading,
    last_reading,
    wall_clock,
    zone_named,
)

_LONGEST_DAYS = 8  # quiet hours that go on for longer than a week never end


def quiet_until(quiet: QuietHours, timezone: str, now: int) -> int | None:
    """The instant (ms) at which the quiet hours that hold now are over; None: none hold.

    Hours that never end hold nothing, nor do those in a zone that nobody knows: rather a message
    at night than none.
    """
    try:
        zone = zone_named(timezone)
    except UnknownZoneError:
        return None
    at_s = began_s = now // 1000
    while (end_s := _end_of(quiet, zone, at_s)) is not None:  # one night may follow the other
        at_s = end_s
        if at_s - began_s > _LONGEST_DAYS * 86_400:
            return None
    return None if at_s == began_s else at_s * 1000


def _end_of(quiet: QuietHours, zone: ZoneInfo, at_s: int) -> int | None:
    """The end of a window that holds at an instant, the latest if several do."""
    today = wall_clock(at_s, zone).date()
    ends = []
    for offset in (-2, -1, 0, 1):  # a window is a day long at most; zones skip dates, too
        date = today + timedelta(days=offset)
        if date.weekday() not in quiet.days:
            continue
        overnight = quiet.end_minute <= quiet.start_minute
        start = datetime.combine(date, _clock(quiet.start_minute))
        end = datetime.combine(date + timedelta(days=overnight), _clock(quiet.end_minute))
        if first_reading(start, zone) <= at_s < last_reading(end, zone):
            ends.append(last_reading(end, zone))
    return max(ends, default=None)


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
