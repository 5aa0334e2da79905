"""What an incident does: contacts move, and come back; and how many did."""

import pytest

from services.outage.core import outage_core
from shared.contracts.event import Fact
from shared.contracts.outage import (
    ChannelFailedOver,
    ChannelHealthChanged,
    ChannelRestored,
    IncidentResolved,
    IncidentUpdated,
    NoticeRequested,
)
from shared.contracts.routing import InteractionParked, MoveCounts
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from tests.support.outage_stage import (
    RIGA,
    SECOND,
    Stage,
    document,
    kinds,
    notices,
    of,
    only,
    opened,
    picture,
    watched,
)


@pytest.fixture
def stage() -> Stage:
    return Stage()


# Opening and end


def test_an_incident_is_told_in_one_order(stage: Stage) -> None:
    told = stage.declare()
    assert list(dict.fromkeys(kinds(told))) == [
        "channel_health_changed",
        "incident_opened",
        "channel_failed_over",
        "notice_requested",
    ]
    assert list(dict.fromkeys(kinds(stage.resolve()))) == [
        "channel_health_changed",
        "channel_restored",
        "incident_resolved",
        "notice_requested",
    ]


def test_every_fact_says_who_told_it_when_why_and_under_which_configuration(
    stage: Stage,
) -> None:
    told = [*stage.declare(event_id="a"), *stage.resolve(event_id="b")]
    assert {it.by for it in told} == {"outage"}
    assert {it.at_ms for it in told} == {stage.now}
    assert list(dict.fromkeys(it.cause for it in told)) == ["a", "b"]
    assert {it.config for it in told if isinstance(it, Fact)} == {"hash1"}


def test_every_pool_that_has_the_channel_fails_over_and_comes_back(stage: Stage) -> None:
    down = of(ChannelFailedOver, stage.declare("voice"))
    back = of(ChannelRestored, stage.resolve())
    assert [it.pool for it in down] == [it.pool for it in back] == ["boston", "riga"]
    assert stage.state.channel("voice").incident_id is None


def test_only_pools_that_have_the_channel_fail_over(stage: Stage) -> None:
    assert [it.pool for it in of(ChannelFailedOver, stage.declare("chat"))] == ["riga"]


def test_epochs_grow_with_every_failover_and_return(stage: Stage) -> None:
    epochs = []
    for number in (1, 2, 3):
        epochs += [{it.epoch for it in of(ChannelFailedOver, stage.declare())}]
        epochs += [{it.epoch for it in of(ChannelRestored, stage.resolve(f"voice-{number}"))}]
        stage.look("failed")
    flat = [epoch for found in epochs for epoch in found]
    assert len(flat) == 6  # one for all pools of a turn
    assert flat == sorted(set(flat))


def test_the_end_says_how_long_it_was_and_how_many_moved(stage: Stage) -> None:
    stage.declare()
    stage.now += 90 * SECOND
    stage.moved("boston", MoveCounts(moved=7, parked=2))
    stage.moved("riga", MoveCounts(moved=1))
    end = only(IncidentResolved, stage.resolve(message="mended"))
    assert (end.lasted_ms, end.moved, end.parked, end.message) == (90 * SECOND, 8, 2, "mended")
    assert (end.sequence, end.resolved_by) == (2, "person")


def test_facts_go_to_the_logs_of_those_whom_they_concern(stage: Stage) -> None:
    told = stage.declare()
    destinations = {type(it): outage_core.destinations(it) for it in told}
    system = (SYSTEM_LOG, "@installation")
    assert destinations[ChannelFailedOver] == ((POOL_LOG, "riga"), system)
    assert destinations[NoticeRequested] == ((PEOPLE_LOG, "sigi"), system)
    assert destinations[ChannelHealthChanged] == (system,)


def test_a_watched_channel_that_no_pool_has_is_told_to_it_alone() -> None:
    stage = Stage(document(channels={"email": watched("mail")}, pools={"riga": RIGA}))
    told = stage.looks(3, "failed", channel="email", name="mail")
    assert opened(told).pools == ()
    assert notices(told, "opening").keys() == {"ivan"}


# Moves


def test_counts_are_the_largest_heard_whatever_comes_twice_or_late(stage: Stage) -> None:
    stage.declare()
    stage.moved("boston", MoveCounts(moved=5, parked=1))
    stage.moved("boston", MoveCounts(moved=3, parked=2))
    stage.moved("boston", MoveCounts(moved=5, parked=1))
    news = only(IncidentUpdated, stage.post())
    assert (news.moved, news.parked, news.returned) == (5, 2, 0)


def test_counts_that_tell_nothing_new_are_not_stored_again(stage: Stage) -> None:
    stage.declare()
    stage.moved("boston", MoveCounts(moved=5))
    stage.commit()
    stage.moved("boston", MoveCounts(moved=4))
    assert outage_core.take_changed(stage.state) == []


def test_parked_ones_count_and_those_without_an_incident_do_not(stage: Stage) -> None:
    stage.declare()
    for incident_id, counts in (("voice-1", MoveCounts(parked=4)), (None, None)):
        stage.feed(
            InteractionParked(
                **stage.head(pool="riga"),
                interaction_id="riga:1",
                queue="main",
                reason="channel_down" if incident_id else "no_agent_can_serve",
                detail="",
                incident_id=incident_id,
                moves=counts,
            )
        )
    assert only(IncidentUpdated, stage.post()).parked == 4


def test_returns_are_counted_after_the_end(stage: Stage) -> None:
    stage.declare()
    stage.resolve()
    stage.moved("boston", MoveCounts(moved=5, returned=5))
    assert stage.state.incidents["voice-1"].total().returned == 5


def test_moves_of_an_incident_that_nobody_knows_are_nothing(stage: Stage) -> None:
    before = picture(stage.state)
    assert stage.moved("boston", MoveCounts(moved=1), incident_id="voice-9") == []
    assert picture(stage.state) == before


# People and probes


def test_what_people_declared_and_no_probe_saw_ends_when_people_say_so(stage: Stage) -> None:
    stage.declare()
    assert of(IncidentResolved, stage.looks(100, "ok")) == []
    assert only(IncidentResolved, stage.resolve()).resolved_by == "person"


def test_trouble_that_probes_saw_and_that_was_over_before_is_another_matter(stage: Stage) -> None:
    stage.look("failed")
    stage.looks(2, "ok")
    stage.declare()
    assert of(IncidentResolved, stage.looks(100, "ok")) == []


def test_what_people_declared_first_and_probes_saw_then_ends_by_probes(stage: Stage) -> None:
    stage.declare()
    stage.looks(3, "failed")
    assert only(IncidentResolved, stage.looks(20, "ok")).resolved_by == "probe"


def test_what_was_declared_for_some_pools_is_widened_when_probes_find_it_down(
    stage: Stage,
) -> None:
    stage.declare(pools=("riga",))
    told = stage.looks(3, "failed")
    assert [it.pool for it in of(ChannelFailedOver, told)] == ["boston"]
    assert only(IncidentUpdated, told).automatic
    assert notices(told, "update").keys() == {"ivan", "mia", "rita", "sam", "sigi"}
    assert [it.pool for it in of(ChannelRestored, stage.resolve())] == ["riga", "boston"]


def test_a_person_can_end_what_probes_still_call_down(stage: Stage) -> None:
    stage.looks(7, "failed")
    assert of(ChannelRestored, stage.resolve())
    assert stage.health() == "healthy"
    stage.looks(2, "failed")
    assert stage.health() == "suspect"
