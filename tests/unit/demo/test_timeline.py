"""Calls are made when they are due, in order, and a failure is not lost."""

from pathlib import Path

import pytest

from shared.clock import SteeredClock
from switchyard.demo.timeline import Timeline


def fast(tmp_path: Path) -> Timeline:
    return Timeline(SteeredClock.create(tmp_path / "clock", start_ms=1_000_000, speed=10_000.0))


async def test_calls_are_made_in_the_order_of_their_due_times(tmp_path: Path) -> None:
    timeline, made = fast(tmp_path), list[str]()
    timeline.at(1_200_000, lambda: made.append("later"))
    timeline.at(1_100_000, lambda: made.append("sooner"))
    timeline.at(1_100_000, lambda: made.append("same time, asked later"))
    await timeline.run(until_ms=1_300_000)
    assert made == ["sooner", "same time, asked later", "later"]


async def test_what_is_due_after_the_end_is_not_made(tmp_path: Path) -> None:
    timeline, made = fast(tmp_path), list[str]()
    timeline.at(9_000_000_000, lambda: made.append("never"))
    await timeline.run(until_ms=1_100_000)
    assert made == []


async def test_a_failed_request_fails_the_run(tmp_path: Path) -> None:
    timeline = fast(tmp_path)

    async def fail() -> None:
        raise ValueError("the gateway is gone")

    timeline.at(1_050_000, lambda: timeline.start(fail()))
    with pytest.raises(ValueError, match="gone"):
        await timeline.run(until_ms=9_000_000_000)


async def test_it_is_behind_only_while_a_due_call_is_waiting(tmp_path: Path) -> None:
    timeline = fast(tmp_path)
    timeline.at(1_000_000, lambda: None)
    await timeline.run(until_ms=1_100_000)
    timeline.at(2_000_000_000, lambda: None)
    assert timeline.behind_ms() == 0
    timeline.at(1_000_000, lambda: None)
    assert timeline.behind_ms() >= 100_000
