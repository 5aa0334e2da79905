"""The clock of the demo runs as planned, and yields to those who must follow."""

import pytest

from switchyard.demo.day import plan_day
from switchyard.demo.pace import (
    FASTEST_EMPTY,
    FASTEST_MAX,
    LAG_ALLOWED_S,
    SLOWEST,
    YIELD,
    Mode,
    Pace,
)

PLAN = plan_day(seed=1, scale=0.3)
HOUR = 3_600_000


def pace(mode: Mode = "auto", target_s: float = 145.0) -> Pace:
    arrivals = [contact.at_ms for contact in PLAN.contacts]
    return Pace(arrivals, PLAN.starts_ms, PLAN.ends_ms, target_s, mode)


def played(one: Pace, lag_s: float) -> float:
    """Real seconds that the day takes where every command takes `lag_s`."""
    now, elapsed = PLAN.starts_ms, 0.0
    while now < PLAN.ends_ms:
        speed = one.speed(now_ms=now, elapsed_s=elapsed, lag_s=lag_s)
        now += int(0.2 * speed * 1000)
        elapsed += 0.2
    return elapsed


def test_the_day_takes_the_time_it_shall_take() -> None:
    assert played(pace(), lag_s=0.001) == pytest.approx(145.0, abs=8.0)


def test_the_night_runs_faster_than_noon() -> None:
    one = pace()
    night = one.speed(now_ms=PLAN.starts_ms + 3 * HOUR, elapsed_s=10, lag_s=0.001)
    noon = one.speed(now_ms=PLAN.starts_ms + 12 * HOUR, elapsed_s=70, lag_s=0.01)
    assert night == FASTEST_EMPTY  # nobody called between three and five
    assert noon < night


def test_it_yields_to_a_lag_by_a_bounded_share_so_that_the_day_ends() -> None:
    one, now = pace(), PLAN.starts_ms + 12 * HOUR
    planned = one.speed(now_ms=now, elapsed_s=70, lag_s=0.001)
    assert one.speed(now_ms=now, elapsed_s=70, lag_s=0.4) == pytest.approx(YIELD * planned)


def test_it_nearly_stops_while_somebody_is_down() -> None:
    one = pace()
    assert one.speed(now_ms=PLAN.starts_ms, elapsed_s=10, lag_s=30) == SLOWEST
    assert one.speed(now_ms=PLAN.starts_ms, elapsed_s=10, lag_s=2) == LAG_ALLOWED_S / 2


def test_max_is_bound_by_the_lag_alone() -> None:
    assert pace("max").speed(now_ms=PLAN.starts_ms, elapsed_s=0, lag_s=0.02) == 1000
    assert pace("max").speed(now_ms=PLAN.starts_ms, elapsed_s=0, lag_s=0.0) == FASTEST_MAX


def test_a_number_is_what_it_says() -> None:
    assert pace(60.0).speed(now_ms=PLAN.starts_ms, elapsed_s=0, lag_s=9) == 60.0
