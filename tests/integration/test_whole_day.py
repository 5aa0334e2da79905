"""The demo as a user runs it: every service its own process, a small day, nothing lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole

SWITCHYARD = Path(sys.executable).with_name("switchyard")
BUCKETS = ("answered", "abandoned", "expired", "parked", "open")
FATES = ("answered_on_backup", "returned", *BUCKETS[1:])
PEOPLE_TOLD = 9  # two of IT, four managers, three floors


def test_a_day_with_an_outage_in_which_the_router_is_killed_closes_its_sums() -> None:
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
    # and the telephone's outage was found, got over and told to the end
    (outage,) = told["outage"]
    assert (outage["channel"], outage["detected_by"]) == ("voice", "probe")
    assert outage["resolved_by"] == "probe"
    times = [outage[f"{step}_ms"] for step in ("first_signal", "failed_over", "recovered")]
    assert times == sorted(times)
    assert outage["opening"]["people"] == outage["recovery"]["arrived"] == PEOPLE_TOLD
    assert outage["opening"]["languages"] == ["en", "he", "pt", "ro"]
    # and calls moved, or were parked, and came back, and none is missing
    assert outage["moved"] > 0
    assert outage["returned"] > 0
    of_outage = outage["sum"]
    assert of_outage["closes"]
    assert of_outage["affected"] == sum(of_outage[fate] for fate in FATES)
    assert of_outage["returned"] == sum(of_outage["of_returned"].values())
    exercised = {it["name"]: it["exercised"] for it in told["checks"]}
    assert exercised["O1"] > interactions["received"]
    assert exercised["O3"] >= PEOPLE_TOLD
    assert b"signed webhooks about the outage" in done.stderr
    assert b"webhooks refused" not in done.stderr


def test_a_speed_that_is_none_is_refused_with_the_remedy() -> None:
    done = subprocess.run(
        [SWITCHYARD, "demo", "--speed", "fast"], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert b"write auto, max, or a number" in done.stderr
