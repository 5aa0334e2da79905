"""When a channel is well again, and what another configuration changes of its health."""

from shared.contracts.outage import IncidentOpened, IncidentResolved
from tests.support.outage_stage import (
    Stage,
    document,
    kinds,
    notices,
    of,
    only,
    opened,
    turns,
    watched,
)


def failed_over() -> Stage:
    stage = Stage()
    stage.looks(3, "failed")
    assert stage.health() == "failed_over"
    return stage


def test_good_looks_in_a_row_over_long_enough_bring_it_back() -> None:
    stage = failed_over()
    stage.looks(9, "failed")
    assert stage.looks(6, "ok") == []  # five in a row, over 150 seconds
    told = stage.look("ok")
    assert turns(told) == ["healthy"]
    assert only(IncidentResolved, told).resolved_by == "probe"
    assert stage.state.open_incident("voice") is None


def test_it_does_not_come_back_before_its_time_on_the_backup() -> None:
    stage = failed_over()
    assert stage.looks(9, "ok") == []  # 270 seconds
    assert turns(stage.look("ok")) == ["healthy"]  # 300


def test_many_good_looks_in_a_short_time_are_not_enough() -> None:
    stage = failed_over()
    stage.wait(600)
    assert turns(stage.looks(100, "ok", every=1)) == []


def test_one_bad_look_begins_the_recovery_anew() -> None:
    stage = failed_over()
    stage.looks(8, "ok")
    stage.look("failed")
    assert turns(stage.looks(6, "ok")) == []
    assert turns(stage.look("ok")) == ["healthy"]


def test_good_looks_from_before_the_failover_do_not_count() -> None:
    fast = {"failed_over_for_s": 0, "recovered_for_s": 0, "recovered_in_a_row": 2}
    stage = Stage(document(channels={"voice": watched("a", "b", **fast)}))
    stage.looks(9, "ok", every=1, name="b")
    stage.looks(3, "failed", every=1, name="a")
    assert stage.health() == "failed_over"
    assert stage.looks(9, "ok", every=1, name="a") == []
    assert stage.look("ok", every=1, name="b") == []
    assert turns(stage.look("ok", every=1, name="b")) == ["healthy"]


def test_most_of_several_probes_must_be_content() -> None:
    stage = Stage(document(channels={"voice": watched("a", "b")}))
    for _ in range(3):
        stage.look("failed", name="a")
        stage.look("failed", name="b")
    stage.looks(30, "ok", name="a")
    assert stage.health() == "failed_over"
    stage.looks(7, "ok", name="b")
    assert stage.health() == "healthy"


def test_what_is_down_again_is_a_new_incident() -> None:
    stage = failed_over()
    stage.looks(10, "ok")
    told = stage.looks(3, "failed")
    assert opened(told).incident_id == "voice-2"
    assert [it.incident_id for it in of(IncidentOpened, stage.facts)] == ["voice-1", "voice-2"]


# What people declared


def test_what_a_person_declared_does_not_end_by_probes_that_lost_a_packet() -> None:
    stage = Stage()
    stage.looks(3, "ok")
    stage.declare()
    stage.looks(20, "ok")
    stage.look("failed")
    stage.looks(20, "ok")
    assert stage.health() == "failed_over"


def test_a_doubt_from_before_a_declaration_does_not_let_probes_end_it() -> None:
    stage = Stage()
    stage.looks(2, "failed")
    stage.declare()
    stage.looks(20, "ok")
    assert stage.health() == "failed_over"


def test_one_bad_look_in_a_silence_does_not_let_probes_end_a_declaration() -> None:
    watch = watched(silent_after_s=60, bad_in_a_row=2)
    stage = Stage(document(channels={"voice": watch}))
    stage.contacts({"voice": 1})
    stage.declare()
    stage.quiet(90)
    stage.look("failed")
    stage.looks(20, "ok")
    assert stage.health() == "failed_over"


def test_probes_that_failed_before_and_after_a_declaration_found_it_themselves() -> None:
    stage = Stage()
    stage.looks(2, "failed")
    stage.declare()
    stage.look("failed")
    assert turns(stage.looks(20, "ok")) == ["healthy"]


def test_an_outage_that_silence_completed_ends_by_probes() -> None:
    stage = Stage(document(channels={"voice": watched(silent_after_s=60)}))
    stage.contacts({"voice": 1})
    stage.looks(2, "failed", every=1)
    assert turns(stage.quiet(60)) == ["failed_over"]
    assert turns(stage.looks(20, "ok")) == ["healthy"]


def test_what_probes_saw_of_an_earlier_outage_counts_no_more() -> None:
    stage = failed_over()
    assert turns(stage.looks(10, "ok")) == ["healthy"]
    stage.declare()
    assert turns(stage.looks(20, "ok")) == []


# Other configurations


def test_a_suspicion_of_what_is_not_watched_any_more_ends() -> None:
    stage = Stage()
    stage.look("failed")
    assert turns(stage.configure(document(channels={}))) == ["healthy"]


def test_a_probe_that_is_taken_out_is_counted_no_more() -> None:
    stage = Stage(document(channels={"voice": watched("a", "b")}))
    stage.looks(2, "failed", name="a")
    stage.configure(document(channels={"voice": watched("b")}))
    assert stage.health() == "suspect"
    assert turns(stage.looks(2, "ok", name="b")) == ["healthy"]


def test_an_open_incident_outlives_the_watching_of_its_channel() -> None:
    stage = failed_over()
    assert kinds(stage.configure(document(channels={}))) == ["config_taken"]
    assert stage.health() == "failed_over"
    assert notices(stage.resolve(), "recovery").keys() >= {"ivan"}


def test_a_threshold_that_is_lowered_counts_at_once() -> None:
    stage = Stage()
    stage.looks(2, "failed")
    lower = watched(bad_in_a_row=2)
    assert turns(stage.configure(document(channels={"voice": lower}))) == ["failed_over"]


def test_a_probe_that_comes_back_begins_anew() -> None:
    stage = Stage()
    stage.looks(2, "failed")
    stage.configure(document(channels={"voice": watched("other")}))
    stage.configure(document())
    stage.look("failed")
    assert stage.health() == "suspect"


def test_a_persons_word_holds_for_a_while_although_a_probe_still_fails() -> None:
    # given
    stage = failed_over()
    # when: a person knows better, and the probe fails on, every 30 seconds
    stage.resolve()
    assert turns(stage.looks(9, "failed")) == ["suspect"]
    # then: after the least time of a failover it is believed again
    assert turns(stage.look("failed")) == ["failed_over"]


def test_what_fails_after_the_probes_agreed_is_new() -> None:
    # given
    stage = failed_over()
    stage.resolve()
    # when
    stage.look("ok")
    # then
    assert turns(stage.looks(3, "failed")) == ["suspect", "failed_over"]
