"""Silence makes suspect, counts beside failing looks, and never fails over alone."""

from shared.contracts.outage import ChannelHealthChanged
from tests.support.outage_stage import (
    PERIOD_S,
    SECOND,
    Stage,
    document,
    only,
    opened,
    turns,
    watched,
)


def listening(*names: str, silent_after_s: int = 60, probes: bool = True) -> Stage:
    watch = watched(*names, silent_after_s=silent_after_s)
    if not probes:
        watch = watch.model_copy(update={"probes": ()})
    return Stage(document(channels={"voice": watch}))


def test_silence_in_heard_time_makes_suspect_once_per_stretch() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    assert stage.quiet(50) == []
    told = stage.quiet(10)
    assert turns(told) == ["suspect"]
    assert [it.signal for it in only(ChannelHealthChanged, told).evidence] == ["silence"]
    assert turns(stage.looks(2, "ok")) == ["healthy"]
    assert stage.quiet(600) == []


def test_a_contact_ends_a_suspicion_by_silence_and_the_next_stretch_counts_again() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    stage.quiet(60)
    assert turns(stage.contacts({"voice": 2})) == ["healthy"]
    assert turns(stage.quiet(60)) == ["suspect"]


def test_a_contact_does_not_end_a_suspicion_by_a_probe() -> None:
    stage = listening()
    stage.look("failed")
    assert stage.contacts({"voice": 3}) == []
    assert stage.health() == "suspect"


def test_silence_alone_never_fails_over() -> None:
    stage = listening(probes=False)
    stage.contacts({"voice": 1})
    told = stage.quiet(3_600)
    assert turns(told) == ["suspect"]


def test_silence_is_not_even_enough_where_one_signal_is() -> None:
    watch = watched(silent_after_s=60, bad_in_a_row=1)
    stage = Stage(document(channels={"voice": watch}))
    stage.contacts({"voice": 1})
    stage.quiet(600)
    assert stage.health() == "suspect"


def test_silence_is_one_of_the_bad_signals_beside_failing_probes() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    stage.quiet(60)
    stage.look("failed")
    told = stage.look("failed")
    assert [it.signal for it in opened(told).evidence] == ["probe", "silence"]


def test_silence_that_comes_after_the_failing_looks_completes_them() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    stage.looks(2, "failed", every=1)
    assert turns(stage.quiet(60)) == ["failed_over"]


def test_a_channel_that_never_had_a_contact_is_not_silent() -> None:
    stage = listening()
    assert stage.quiet(3_600) == []


def test_time_in_which_no_gateway_listened_is_no_silence() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    stage.now += 3_600 * SECOND
    assert stage.contacts() == []


def test_several_gateways_do_not_make_heard_time_run_faster() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    for _ in range(5):  # 50 seconds, told by four gateways
        stage.contacts()
        for _ in range(3):
            stage.now -= PERIOD_S * SECOND
            assert stage.contacts() == []
    assert stage.health() == "healthy"


def test_a_record_of_contacts_that_is_heard_again_ends_no_silence() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    stage.quiet(60)
    assert stage.health() == "suspect"
    since = stage.now
    stage.now -= 60 * SECOND
    stage.contacts({"voice": 1}, gap_s=0)
    stage.now = since
    assert stage.health() == "suspect"
    assert stage.state.channel("voice").silence_ms == 60 * SECOND


def test_contacts_on_other_channels_do_not_end_the_silence_of_this_one() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    for _ in range(6):
        stage.contacts({"email": 4})
    assert stage.health() == "suspect"


def test_good_looks_from_before_the_silence_do_not_end_its_suspicion() -> None:
    stage = listening()
    stage.looks(5, "ok", every=1)
    stage.contacts({"voice": 1})
    stage.quiet(60)
    assert stage.health() == "suspect"
    assert stage.look("ok", every=1) == []
    assert turns(stage.look("ok", every=1)) == ["healthy"]


def test_after_good_looks_a_contact_begins_a_new_stretch() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    stage.quiet(60)
    stage.looks(2, "ok", every=1)
    assert stage.contacts({"voice": 1}) == []
    assert turns(stage.quiet(60)) == ["suspect"]


def test_silence_is_forgotten_when_nobody_listens_for_it_any_more() -> None:
    stage = listening()
    stage.contacts({"voice": 1})
    stage.quiet(50)
    stage.configure(document(channels={"voice": watched()}))
    stage.configure(document(channels={"voice": watched(silent_after_s=60)}))
    assert stage.quiet(600) == []
