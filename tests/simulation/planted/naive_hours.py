"""Open hours are counted from midnight, as if every day had 24 hours."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from shared.hours import open_hours as hours
from tests.simulation.planted.spade import Old, Spade

WHAT = "a due time is an hour off on the day on which the clocks change"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def reading(local: datetime, zone: ZoneInfo) -> int:
            midnight = datetime.combine(local.date(), time())
            start: int = old(midnight, zone)
            return start + int((local - midnight).total_seconds())

        return reading

    spade.replace(hours, "first_reading", make)
    spade.replace(hours, "last_reading", make)
