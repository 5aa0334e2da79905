"""Small arithmetic of the report: percentiles, lengths of time and shares, in whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass


def percentile(values: Sequence[int], percent: int) -> int | None:
    """The smallest value with at least `percent` of all at or below it (nearest rank)."""
    if not values:
        return None
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]


def duration(milliseconds: int | None) -> str:
    """`7 s`, `3m 20s`, `2h 05m`, `3d 04h`; `-` for none."""
    if milliseconds is None:
        return "-"
    seconds = milliseconds // 1000
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02d}s"
    if seconds < 86_400:
        return f"{seconds // 3600}h{seconds % 3600 // 60:02d}m"
    return f"{seconds // 86_400}d{seconds % 86_400 // 3600:02d}h"


@dataclass(frozen=True, slots=True)
class Share:
    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """Rounded to one place; None of nothing."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True, slots=True)
class Day:
    """The instants of a local day, `[starts_ms, ends_ms)`."""

    date: str
    timezone: str
    starts_ms: int
    ends_ms: int

    def __contains__(self, at_ms: int) -> bool:
        return self.starts_ms <= at_ms < self.ends_ms
