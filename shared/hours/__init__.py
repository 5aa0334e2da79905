"""Open hours of a calendar: pure arithmetic, for every core that has to know when it is open."""

from shared.hours.open_hours import HORIZON_DAYS, NeverOpensError, OpenHours
from shared.hours.zones import ZONE_DATA, UnknownZoneError

__all__ = ["HORIZON_DAYS", "ZONE_DATA", "NeverOpensError", "OpenHours", "UnknownZoneError"]
