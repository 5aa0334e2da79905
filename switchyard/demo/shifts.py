"""Who works when: shifts, their breaks, and how many agents each pool has in each."""

from dataclasses import dataclass

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours since the day's midnight; the night shift of the day before ends in the morning."""

    name: str
    spans: tuple[tuple[float, float], ...]
    break_s: int = 900
    lunch_s: int = 1800


# A tail after midnight lets the last ones be served; it is not part of the day.
SHIFTS = (
    Shift("night", ((0.0, 7.0), (22.5, 25.0))),
    Shift("early", ((6.5, 15.0),)),
    Shift("day", ((8.0, 16.5),)),
    Shift("mid", ((10.5, 19.0),)),
    Shift("late", ((14.0, 22.75),)),
)
# Permille of a pool's agents on each shift, from the day's load curve.
SHARE = {"night": 100, "early": 240, "day": 270, "mid": 210, "late": 180}
STAFF = {"boston-info": 155, "boston-works": 180, "boston-inspection": 85}


@dataclass(frozen=True, slots=True)
class Stint:
    """Present from `starts_ms` to `ends_ms` (since midnight), away in between at `breaks`."""

    starts_ms: int
    ends_ms: int
    breaks: tuple[tuple[int, int], ...]


def stints(shift: Shift, number: int) -> tuple[Stint, ...]:
    """Breaks of colleagues are staggered by `number`, so that never all are away."""
    return tuple(_stint(shift, span, number) for span in shift.spans)


def _stint(shift: Shift, span: tuple[float, float], number: int) -> Stint:
    starts, ends = (int(hours * HOUR_MS) for hours in span)
    # Nobody comes on the dot, and 100 people ready in one instant is a test of another kind.
    starts += number * 37 % 60 * 1000 * 5 if starts else number * 250
    length, stagger = ends - starts, number * 53 % 12 * 10 * MINUTE_MS
    breaks = []
    if length > 6 * HOUR_MS:
        first = starts + HOUR_MS + stagger // 2
        lunch = starts + 3 * HOUR_MS + stagger
        last = min(lunch + 2 * HOUR_MS, ends - HOUR_MS // 2)
        breaks = [
            (first, first + shift.break_s * 1000),
            (lunch, lunch + shift.lunch_s * 1000),
            (last, last + shift.break_s * 1000),
        ]
    return Stint(starts, ends, tuple(breaks))
