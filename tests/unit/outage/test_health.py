"""When looks make a channel suspect, and when they fail it over."""

import pytest

from shared.contracts.outage import ChannelHealthChanged
from shared.contracts.words import ProbeOutcome
from tests.support.outage_stage import (
    SECOND,
    Stage,
    document,
    kinds,
    only,
    opened,
    turns,
    watched,
)


@pytest.fixture
def stage() -> Stage:
    return Stage()


# Suspicion


def test_one_failed_look_makes_a_healthy_channel_suspect_and_moves_nobody(stage: Stage) -> None:
    stage.look("ok")
    told = stage.look("failed", detail="http 503")
    change = only(ChannelHealthChanged, told)
    assert (change.before, change.health, change.number) == ("healthy", "suspect", 1)
    assert [(it.signal, it.detail) for it in change.evidence] == [("probe", "door: http 503 x1")]
    assert kinds(told) == ["channel_health_changed"]


def test_good_looks_in_a_row_end_a_suspicion(stage: Stage) -> None:
    stage.look("failed")
    assert stage.look("ok") == []
    assert turns(stage.look("ok")) == ["healthy"]


def test_a_bad_look_between_good_ones_begins_the_count_anew(stage: Stage) -> None:
    outcomes: list[ProbeOutcome] = ["failed", "ok", "failed", "ok"]
    for outcome in outcomes:
        stage.look(outcome)
    assert stage.health() == "suspect"
    stage.look("ok")
    assert stage.health() == "healthy"


def test_bad_looks_that_are_not_in_a_row_never_fail_over(stage: Stage) -> None:
    outcomes: list[ProbeOutcome] = ["failed", "failed", "ok"] * 4
    told = [fact for outcome in outcomes for fact in stage.look(outcome)]
    assert "failed_over" not in turns(told)


# Failing over


def test_enough_bad_looks_in_a_row_fail_over_and_open_an_incident(stage: Stage) -> None:
    stage.looks(2, "failed")
    told = stage.look("failed", detail="timeout")
    assert turns(told) == ["failed_over"]
    incident = opened(told)
    assert (incident.incident_id, incident.opened_by, incident.severity) == (
        "voice-1",
        "probe",
        "critical",
    )
    assert incident.evidence[0].detail == "door: timeout x3"
    assert only(ChannelHealthChanged, told).incident_id == "voice-1"


def test_a_single_bad_signal_is_enough_where_the_configuration_says_so() -> None:
    stage = Stage(document(channels={"voice": watched(bad_in_a_row=1)}))
    assert turns(stage.look("failed")) == ["failed_over"]


def test_isolated_looks_count_as_nothing(stage: Stage) -> None:
    assert stage.looks(5, "isolated") == []
    stage.looks(2, "failed")
    stage.looks(5, "isolated")
    assert stage.health() == "suspect"
    stage.look("failed")
    assert stage.health() == "failed_over"


def test_looks_at_what_is_not_watched_are_nothing(stage: Stage) -> None:
    assert stage.looks(5, "failed", channel="email") == []
    assert stage.looks(5, "failed", name="a-probe-of-yesterday") == []


def test_looks_before_any_configuration_are_nothing() -> None:
    stage = Stage(configured=False)
    assert stage.looks(5, "failed") == []
    assert stage.contacts({"voice": 1}) == []


def test_a_look_that_is_heard_twice_counts_once(stage: Stage) -> None:
    stage.look("failed")
    for _ in range(5):
        stage.look("failed", every=0)
    assert stage.health() == "suspect"


def test_a_look_that_comes_late_changes_nothing(stage: Stage) -> None:
    stage.looks(2, "failed")
    stage.now -= 45 * SECOND
    stage.look("ok", every=0)
    stage.now += 60 * SECOND
    stage.look("failed")
    assert stage.health() == "failed_over"


# Several probes


@pytest.mark.parametrize(
    ("failing", "of_all", "down"),
    [(1, 1, True), (1, 2, True), (1, 3, False), (2, 3, True), (1, 4, False), (2, 4, True)],
)
def test_a_channel_is_down_when_at_least_half_of_its_probes_say_so(
    failing: int, of_all: int, down: bool
) -> None:
    names = [f"p{number}" for number in range(of_all)]
    stage = Stage(document(channels={"voice": watched(*names)}))
    for _ in range(3):
        for number, name in enumerate(names):
            stage.look("failed" if number < failing else "ok", every=1, name=name)
    assert (stage.health() == "failed_over") is down


def test_a_fast_probe_does_not_count_for_a_slow_one() -> None:
    stage = Stage(document(channels={"voice": watched("fast", "slow", "third")}))
    stage.look("failed", name="slow")
    stage.looks(7, "failed", name="fast")
    assert stage.health() == "suspect"
    stage.looks(2, "failed", name="slow")
    assert stage.health() == "failed_over"


def test_probes_that_never_looked_count_as_neither() -> None:
    stage = Stage(document(channels={"voice": watched("a", "b", "c")}))
    stage.looks(9, "failed", name="a")
    assert stage.health() == "healthy"
