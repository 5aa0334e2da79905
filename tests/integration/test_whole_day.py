"""The demo as a user runs it: every service its own process, a small day, nothing lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole

SWITCHYARD = Path(sys.executable).with_name("switchyard")
BUCKETS = ("answered", "abandoned", "expired", "parked", "open")


def test_a_day_in_which_the_router_is_killed_at_the_busiest_hour_closes_its_sum() -> None:
    done = subprocess.run(
        [SWITCHYARD, "demo", "--scale", "0.03", "--speed", "max", "--kill", "router", "--json"],
        capture_output=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told = json.loads(done.stdout)  # nothing but JSON on stdout
    interactions = told["interactions"]
    assert interactions["received"] > 300
    assert interactions["received"] == sum(interactions[bucket] for bucket in BUCKETS)
    assert set(told["invariants"].values()) == {"held"}
    assert told["pages"] > 0


def test_a_speed_that_is_none_is_refused_with_the_remedy() -> None:
    done = subprocess.run(
        [SWITCHYARD, "demo", "--speed", "fast"], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert b"write auto, max, or a number" in done.stderr
