"""The outage of the day: the telephone platform is down at the busiest hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.contracts.words import Channel

BUSIEST_MS = 3_600_000  # length of the busiest hour
LENGTH_MS = 60 * 60_000
# Contacts go back only after some good looks; until then who calls is moved, too.
RECOVERY_MS = 15 * 60_000
CHANNEL: Channel = "voice"  # the largest share of the day's contacts
BACKUPS: tuple[Channel, ...] = ("sms",)
# Ours: so many callers have a mobile phone, and do not mind a text. The others are called back.
MOBILE_PERMILLE = 750


@dataclass(frozen=True, slots=True)
class PlannedOutage:
    """From `starts_ms` to `ends_ms` nobody gets through; the product must find out by itself."""

    channel: Channel
    starts_ms: int
    ends_ms: int

    @property
    def middle_ms(self) -> int:
        """Also that of the busiest hour."""
        return (self.starts_ms + self.ends_ms) // 2

    def touches(self, at_ms: int, patience_s: float) -> bool:
        """Whether somebody who comes then and is that patient meets the outage."""
        leaves_ms = at_ms + int(patience_s * 1000)
        return at_ms < self.ends_ms + RECOVERY_MS and leaves_ms > self.starts_ms

    def told(self, timezone: str) -> str:
        """For the head of the report."""
        zone = ZoneInfo(timezone)
        starts, ends = (
            datetime.fromtimestamp(at_ms / 1000, zone).strftime("%H:%M")
            for at_ms in (self.starts_ms, self.ends_ms)
        )
        return f"Ours, too: {self.channel} is down from {starts} to {ends}"


def plan_outage(arrivals_ms: Sequence[int]) -> PlannedOutage:
    """Its middle is that of the busiest hour.

    Args:
        arrivals_ms: at least one, in order.
    """
    middle = busiest_ms(arrivals_ms)
    return PlannedOutage(CHANNEL, middle - LENGTH_MS // 2, middle + LENGTH_MS // 2)


def busiest_ms(arrivals_ms: Sequence[int]) -> int:
    """The middle of the hour in which most contacts arrive."""
    best, first, busiest = 0, 0, arrivals_ms[0]
    for last, at_ms in enumerate(arrivals_ms):
        while at_ms - arrivals_ms[first] > BUSIEST_MS:
            first += 1
        if last - first > best:
            best, busiest = last - first, (at_ms + arrivals_ms[first]) // 2
    return busiest
