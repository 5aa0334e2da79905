"""Estimated waits: an Erlang quantile of staffing, blended with measured delays, or silence."""

from math import exp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.core.why.estimate import Z_MEDIAN, Z_NINETY, erlang_ms
from shared.contracts.configuration import ChannelSettings, Pace, Queue
from shared.contracts.explanation import InteractionExplained, WaitEstimate
from shared.contracts.interactions import CloseRequested, ExplanationRequested, TransferRequested
from tests.support.router_shard import Shard, agent, document, find

VOICE = {"voice": ChannelSettings(offer_expires_s=600)}


def pool(*agents: Any, handle_time_s: int | None = 300, **settings: Any) -> Shard:
    queues = (Queue(name="general", handle_time_s=handle_time_s), Queue(name="other"))
    return Shard(document(*agents, **({"queues": queues, "channels": VOICE} | settings)))


def ask(shard: Shard, local: str) -> InteractionExplained:
    told = find(shard.say(ExplanationRequested, local=local), "interaction_explained")
    assert isinstance(told, InteractionExplained)
    return told


def take(shard: Shard, local: str, agent_id: str, *, serve_s: float) -> None:
    """It comes, is accepted at once, and closed after a while."""
    shard.receive(local, channel="voice")
    shard.accept(local, 1, agent_id)
    shard.wait(serve_s)
    shard.say(CloseRequested, local=local, agent_id=agent_id)


@pytest.mark.parametrize("stages", [1, 2, 3, 10, 200])
@pytest.mark.parametrize(("share", "z"), [(0.5, Z_MEDIAN), (0.9, Z_NINETY)])
def test_the_quantile_is_that_of_the_erlang_distribution(stages: int, share: float, z: int) -> None:
    x = erlang_ms(stages, 1_000_000, z) / 1_000_000
    term, below = exp(-x), 0.0  # P(at most x) is 1 less the first `stages` terms of Poisson's
    for number in range(stages):
        below += term
        term *= x / (number + 1)
    assert 1 - below == pytest.approx(share, abs=0.01)


@given(st.integers(1, 10_000), st.integers(0, 10**7))
def test_more_before_it_and_slower_service_never_make_it_shorter(stages: int, stage: int) -> None:
    for z in (Z_MEDIAN, Z_NINETY):
        assert erlang_ms(stages, stage, z) <= erlang_ms(stages + 1, stage, z)
        assert erlang_ms(stages, stage, z) <= erlang_ms(stages, stage + 1, z)
    assert erlang_ms(stages, stage, Z_MEDIAN) <= erlang_ms(stages, stage, Z_NINETY)


def test_with_one_busy_agent_the_next_waits_about_one_handle_time() -> None:
    shard = pool(agent("ana"))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.receive("2", channel="voice")
    estimate = ask(shard, "2").estimate
    assert estimate is not None
    assert estimate.rests_on == ("staffing",)
    assert estimate.p50_s == pytest.approx(300 * 0.693, rel=0.02)
    assert estimate.p90_s == pytest.approx(300 * 2.303, rel=0.02)


def test_those_before_it_make_it_longer_and_more_agents_shorter() -> None:
    def told(agents: int, before: int) -> WaitEstimate:
        ids = [f"a{number}" for number in range(agents)]
        shard = pool(*(agent(id_) for id_ in ids))
        for id_ in ids:
            shard.presence(id_)
        for number in range(agents + before + 1):
            shard.receive(str(number), channel="voice")
        estimate = ask(shard, str(agents + before)).estimate
        assert estimate is not None
        return estimate

    assert told(1, 0).p50_s < told(1, 3).p50_s
    assert told(4, 3).p50_s < told(1, 3).p50_s
    assert told(4, 3).p90_s < told(1, 3).p90_s


def test_nothing_is_told_where_nobody_is_there_or_no_handle_time_is_known() -> None:
    nobody = pool(agent("ana"))
    nobody.receive("1", channel="voice")
    assert ask(nobody, "1").estimate is None
    unknown = pool(agent("ana"), handle_time_s=None)
    unknown.presence("ana")
    unknown.receive("1", channel="voice")
    unknown.receive("2", channel="voice")
    assert ask(unknown, "2").estimate is None


def test_nothing_is_told_of_one_that_is_offered_assigned_or_parked() -> None:
    shard = pool(agent("ana"))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.receive("2", channel="voice", language="lv")
    assert ask(shard, "1").state == "offered"
    assert ask(shard, "2").state == "parked"
    assert [(ask(shard, it).ahead, ask(shard, it).estimate) for it in "12"] == [(None, None)] * 2
    shard.accept("1", 1, "ana")
    assert (ask(shard, "1").ahead, ask(shard, "1").estimate) == (None, None)


def test_a_measured_handle_time_takes_the_place_of_the_configured_one() -> None:
    shard = pool(agent("ana"))
    shard.presence("ana")
    for number in range(20):
        take(shard, f"before{number}", "ana", serve_s=60)
    shard.receive("1", channel="voice")
    shard.receive("2", channel="voice")
    estimate = ask(shard, "2").estimate
    assert estimate is not None
    assert estimate.p50_s == pytest.approx(60 * 0.693, rel=0.05)


def test_the_average_of_handle_times_follows_the_last_ones() -> None:
    shard = pool(agent("ana"))
    shard.presence("ana")
    for number in range(20):
        take(shard, f"slow{number}", "ana", serve_s=600)
    for number in range(60):
        take(shard, f"fast{number}", "ana", serve_s=60)
    handled = shard.state.pools["boston"].measured["general"]
    assert handled.handle_ms == pytest.approx(60_000 + 540_000 * (15 / 16) ** 60, rel=0.05)


def test_the_work_after_a_contact_counts_as_handle_time() -> None:
    shard = pool(agent("ana"), channels={"voice": ChannelSettings(wrap_up_s=30)})
    shard.presence("ana")
    take(shard, "1", "ana", serve_s=60)
    assert shard.state.pools["boston"].measured["general"].handle_ms == 90_000


def test_the_time_in_which_a_conversation_idles_is_no_handle_time() -> None:
    shard = pool(agent("ana"), channels={"chat": ChannelSettings(idle_after_s=60)})
    shard.presence("ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    shard.wait(1000)
    shard.say(CloseRequested, local="1", agent_id="ana")
    assert shard.state.pools["boston"].measured["general"].handle_ms == 60_000


def test_a_transfer_ends_the_handling_in_the_queue_that_it_leaves() -> None:
    shard = pool(agent("ana"))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.wait(45)
    shard.say(TransferRequested, local="1", to_queue="other")
    assert shard.state.pools["boston"].measured["general"].handle_ms == 45_000


def test_a_long_wait_of_the_head_of_the_line_makes_the_estimate_longer() -> None:
    shard = pool(agent("ana"), handle_time_s=10)
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.receive("2", channel="voice")
    fresh = ask(shard, "2").estimate
    shard.wait(500)
    waited = ask(shard, "2").estimate
    assert fresh is not None
    assert waited is not None
    assert fresh.rests_on == ("staffing",)
    assert "head_of_line" in waited.rests_on
    assert waited.p50_s > 10 * fresh.p50_s


def test_a_delay_of_the_one_who_entered_service_last_counts() -> None:
    shard = pool(agent("ana"), handle_time_s=60)
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.receive("2", channel="voice")
    shard.wait(90)
    shard.say(CloseRequested, local="1", agent_id="ana")
    shard.accept("2", 1, "ana")
    shard.receive("3", channel="voice")
    estimate = ask(shard, "3").estimate
    assert estimate is not None
    assert estimate.rests_on == ("staffing", "last_to_enter")


def test_a_night_without_agents_says_nothing_of_the_morning() -> None:
    shard = pool(agent("ana"), handle_time_s=60)
    for number in range(3):
        shard.receive(str(number), channel="voice")
    shard.wait(10 * 3600)
    shard.presence("ana")
    estimate = ask(shard, "1").estimate
    assert estimate is not None
    assert estimate.rests_on == ("staffing",)
    assert estimate.p50_s == pytest.approx(60 * 0.693, rel=0.05)


def test_what_was_measured_is_stored_and_a_queue_that_is_gone_is_forgotten() -> None:
    shard = pool(agent("ana"))
    shard.presence("ana")
    take(shard, "1", "ana", serve_s=60)
    before = dict(shard.state.pools["boston"].measured)
    shard.restore()
    assert shard.state.pools["boston"].measured == before
    shard.configure(
        document(agent("ana"), queues=(Queue(name="another"),), default_queue="another")
    )
    assert not shard.state.pools["boston"].measured
    assert not [key for key in shard.stored if key.startswith("measured/")]


def test_an_agent_who_is_held_back_by_his_pace_gives_no_ground_for_an_estimate() -> None:
    # given: the only agent has had as many offers as his pace allows
    queue = Queue(name="general", handle_time_s=5)
    pace = Pace(offers=1, per_s=60)
    shard = Shard(document(agent("ana"), queues=(queue,), pace=pace))
    shard.presence("ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    # when
    shard.receive("2")
    told = find(shard.say(ExplanationRequested, local="2"), "interaction_explained")
    # then: that he would need 5 s is no reason to say that it takes 5 s
    assert told.estimate is None
