"""Incidents across other configurations, a long time and a restart."""

import pytest

from services.outage.core import outage_core
from shared.contracts.configuration import PoolInOutage
from shared.contracts.outage import (
    ChannelFailedOver,
    ChannelRestored,
    IncidentUpdated,
)
from shared.contracts.routing import MoveCounts
from shared.contracts.system import EventRejected, Tick
from tests.support.outage_stage import (
    BOSTON,
    RIGA,
    Stage,
    document,
    kinds,
    notices,
    of,
    only,
    opened,
    picture,
    to,
)


@pytest.fixture
def stage() -> Stage:
    return Stage()


# Other configurations


def test_a_pool_that_gets_the_channel_during_an_incident_fails_over_too(stage: Stage) -> None:
    epoch = of(ChannelFailedOver, stage.declare("chat"))[0].epoch
    wider = BOSTON.model_copy(update={"backups": {**BOSTON.backups, "chat": ()}})
    told = stage.configure(document(pools={"boston": wider, "riga": RIGA}))
    found = only(ChannelFailedOver, told)
    assert (found.pool, found.incident_id, found.epoch) == ("boston", "chat-1", epoch)
    assert {it.pool for it in of(ChannelRestored, stage.resolve("chat-1"))} == {"boston", "riga"}


def test_people_of_a_pool_that_fails_over_later_are_told_at_once(stage: Stage) -> None:
    stage.declare()
    tartu = PoolInOutage(backups={"voice": ("sms",), "sms": ()}, staff=(to("tiit"),))
    told = stage.configure(document(pools={"boston": BOSTON, "riga": RIGA, "tartu": tartu}))
    assert [it.pool for it in of(ChannelFailedOver, told)] == ["tartu"]
    news = only(IncidentUpdated, told)
    assert (news.automatic, news.sequence) == (True, 2)
    assert notices(told, "update").keys() == {"ivan", "mia", "rita", "sam", "sigi", "tiit"}
    assert "tiit" in notices(stage.resolve(), "recovery")


def test_a_configuration_that_brings_no_pool_to_an_incident_is_no_news(stage: Stage) -> None:
    stage.declare()
    assert kinds(stage.configure(document(it=()))) == ["config_taken"]


def test_an_incident_of_some_pools_does_not_reach_new_ones(stage: Stage) -> None:
    stage.declare(pools=("riga",))
    assert of(ChannelFailedOver, stage.configure(document(it=()))) == []


def test_an_incident_that_was_widened_to_all_pools_reaches_new_ones(stage: Stage) -> None:
    stage.declare(pools=("riga",))
    stage.looks(3, "failed")
    stage.look("ok")  # not down any more by itself, but not yet back
    told = stage.configure(document(pools={"boston": BOSTON, "riga": RIGA, "tartu": RIGA}))
    assert [it.pool for it in of(ChannelFailedOver, told)] == ["tartu"]


def test_a_pool_that_is_taken_out_is_restored_all_the_same(stage: Stage) -> None:
    stage.declare()
    stage.configure(document(pools={"riga": RIGA}))
    assert {it.pool for it in of(ChannelRestored, stage.resolve())} == {"boston", "riga"}


def test_a_pool_that_comes_and_goes_fails_over_once(stage: Stage) -> None:
    stage.declare()
    for pools in ({"riga": RIGA}, {"boston": BOSTON, "riga": RIGA}):
        assert of(ChannelFailedOver, stage.configure(document(pools=pools))) == []


def test_only_a_newer_version_is_taken(stage: Stage) -> None:
    stage.configure(document(it=()), version=7)
    for version in (7, 6):
        assert stage.configure(document(it=(to("late"),)), version=version) == []
    assert notices(stage.declare(), "opening").keys() == {"mia", "rita", "sam", "sigi"}


# Memory


def test_ended_incidents_are_forgotten_in_the_end_and_their_numbers_are_not(
    stage: Stage,
) -> None:
    stage.declare()
    stage.resolve()
    stage.wait(8 * 86_400)
    assert opened(stage.declare()).incident_id == "voice-2"
    assert list(stage.state.incidents) == ["voice-2"]
    stage.commit()
    assert sorted(stage.stored) == ["channel/voice", "incident/voice-2", "installation"]
    assert only(EventRejected, stage.post("voice-1")).code == "unknown_incident"


def test_many_incidents_in_a_short_time_have_a_bound(stage: Stage) -> None:
    for number in range(1, 131):
        stage.declare()
        stage.resolve(f"voice-{number}")
    assert len(stage.state.incidents) == 101
    assert "voice-130" in stage.state.incidents


def test_a_restored_state_is_equal_and_goes_on_alike(stage: Stage) -> None:
    stage.looks(3, "failed")
    stage.moved("riga", MoveCounts(moved=3))
    stage.declare("chat")
    before = picture(stage.state)
    stage.restore()
    assert picture(stage.state) == before
    assert {it.pool for it in of(ChannelRestored, stage.resolve())} == {"boston", "riga"}


def test_what_nobody_tells_cannot_be_evolved(stage: Stage) -> None:
    with pytest.raises(TypeError, match="Tick"):
        outage_core.evolve(stage.state, Tick(**stage.head(pool="")))
