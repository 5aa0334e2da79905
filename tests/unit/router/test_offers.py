"""Offers: capacity, expiry, fencing, asides, misses."""

import pytest

from shared.contracts.agents import WrapUpEnded
from shared.contracts.configuration import ChannelSettings
from shared.contracts.interactions import CloseRequested, CustomerAbandoned, TransferRequested
from shared.contracts.routing import OfferMade
from tests.support.router_shard import T0, Shard, agent, document, find, kinds


@pytest.fixture
def shard() -> Shard:
    """Two agents, ana ready first; interaction 1 is offered to ana."""
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.presence("ana")
    shard.wait(1)
    shard.presence("bea")
    shard.receive("1", channel="voice")
    return shard


def test_an_accepted_offer_is_an_assignment(shard: Shard) -> None:
    shard.wait(7)
    assigned = find(shard.accept("1", 1, "ana"), "interaction_assigned")
    assert (assigned.agent_id, assigned.offer_id, assigned.waited_ms) == ("ana", "boston:1:1", 7000)


def test_the_same_answer_again_is_silent(shard: Shard) -> None:
    shard.accept("1", 1, "ana")
    assert shard.accept("1", 1, "ana") == []


@pytest.mark.parametrize(("attempt", "who"), [(1, "bea"), (2, "ana"), (0, "ana")])
def test_only_its_agent_answers_the_live_offer(shard: Shard, attempt: int, who: str) -> None:
    refusal = find(shard.accept("1", attempt, who), "event_rejected")
    assert (refusal.code, refusal.status, refusal.field) == ("offer_not_open", 409, "offer_id")


def test_an_offer_runs_out_at_its_time_and_the_next_agent_is_asked_at_once(shard: Shard) -> None:
    assert shard.wait(29.999) == []
    ended, requeued, made = shard.wait(0.001)
    assert (ended.end, ended.aside_until_ms - shard.now) == ("expired", 60_000)  # type: ignore[attr-defined]
    assert requeued.reason == "expired"  # type: ignore[attr-defined]
    assert (made.agent_id, made.attempt, made.why.trigger) == ("bea", 2, "expired")  # type: ignore[attr-defined]


def test_an_answer_at_the_instant_of_expiry_is_too_late_without_any_tick(shard: Shard) -> None:
    shard.now += 30_000
    told = shard.accept("1", 1, "ana")
    assert kinds(told)[0] == "offer_ended"
    assert find(told, "event_rejected").code == "offer_not_open"
    assert told[0].cause is None  # the late answer did not cause what was due before it


def test_an_offer_of_an_older_epoch_cannot_be_accepted(shard: Shard) -> None:
    shard.presence("ana", "offline")
    shard.presence("ana", "ready")
    assert find(shard.accept("1", 1, "ana"), "event_rejected").code == "offer_not_open"


def test_the_epoch_alone_fences_an_offer(shard: Shard) -> None:
    shard.state.pools["boston"].agents["ana"].epoch += 1  # as if nobody had revoked it
    assert find(shard.accept("1", 1, "ana"), "event_rejected").code == "offer_not_open"


def test_who_declined_is_not_asked_until_his_aside_is_over_but_others_are() -> None:
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    told = shard.decline("1", 1, "ana")
    assert kinds(told) == ["offer_ended", "interaction_requeued"]
    assert (
        find(shard.receive("2", channel="voice"), "offer_made").agent_id == "ana"
    )  # skips the pair
    shard.say(CloseRequested, local="2")
    assert shard.wait(59.999) == []
    made = find(shard.wait(0.001), "offer_made")
    assert (made.interaction_id, made.agent_id, made.why.trigger) == (
        "boston:1",
        "ana",
        "aside_over",
    )


def test_an_aside_doubles_per_pair_up_to_eight_times() -> None:
    shard = Shard(document(agent("ana"), misses_until_away=100))
    shard.presence("ana")
    shard.receive("1")
    asides = []
    for attempt in range(1, 7):
        ended = find(shard.decline("1", attempt, "ana"), "offer_ended")
        asides.append((ended.aside_until_ms - shard.now) // 1000)
        shard.wait(asides[-1])
    assert asides == [60, 120, 240, 480, 480, 480]


def test_an_agent_busy_at_the_end_of_his_aside_is_asked_when_he_gets_free() -> None:
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.decline("1", 1, "ana")
    shard.receive("2", channel="voice")
    shard.accept("2", 1, "ana")
    assert shard.wait(100) == []
    told = shard.say(CloseRequested, local="2", agent_id="ana")
    assert find(told, "offer_made").interaction_id == "boston:1"


def test_an_agent_who_got_free_during_his_aside_is_asked_at_its_end() -> None:
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.decline("1", 1, "ana")
    shard.receive("2", channel="voice")
    shard.accept("2", 1, "ana")
    shard.wait(59)
    assert shard.say(CloseRequested, local="2", agent_id="ana")
    assert find(shard.wait(1), "offer_made").interaction_id == "boston:1"


def test_misses_in_a_row_make_an_agent_away_and_his_other_offers_go_on() -> None:
    shard = Shard(document(agent("ana"), misses_until_away=2, aside_s=1))
    shard.presence("ana")
    shard.receive("1")
    shard.wait(32)  # missed once, asked again after the aside
    shard.receive("2")
    told = shard.wait(29)
    changed = find(told, "agent_changed")
    assert (changed.status, changed.reason) == ("away", "missed_offers")
    ends = [fact.end for fact in told if kinds([fact]) == ["offer_ended"]]  # type: ignore[attr-defined]
    assert ends == ["expired", "revoked"]


def test_an_accept_between_misses_counts_them_anew() -> None:
    shard = Shard(document(agent("ana"), misses_until_away=2, aside_s=0))
    shard.presence("ana")
    shard.receive("1")
    shard.wait(30)
    shard.accept("1", 2, "ana")
    shard.receive("2")
    assert "agent_changed" not in kinds(shard.wait(30))


def test_auto_accept_assigns_at_once() -> None:
    shard = Shard(document(agent("ana"), channels={"chat": ChannelSettings(auto_accept=True)}))
    shard.presence("ana")
    assert kinds(shard.receive("1")) == ["interaction_queued", "offer_made", "interaction_assigned"]


def test_units_and_caps_both_hold() -> None:
    capped = agent("ana", channels={"chat": 1, "email": 9})
    channels = {
        "chat": ChannelSettings(units=40),
        "email": ChannelSettings(units=40),
        "voice": ChannelSettings(units=20),
    }
    shard = Shard(document(capped, agent("zoe", "lv"), channels=channels))
    shard.presence("ana")
    assert "offer_made" in kinds(shard.receive("1"))
    assert "offer_made" not in kinds(shard.receive("2"))  # the cap of chats
    assert "offer_made" in kinds(shard.receive("3", channel="email"))
    assert "offer_made" not in kinds(shard.receive("4", channel="email"))  # 80 of 100 units
    assert "interaction_parked" in kinds(shard.receive("5", channel="voice"))  # not his channel


def test_an_agent_who_lists_no_channels_does_all_of_them() -> None:
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    assert "offer_made" in kinds(shard.receive("1"))
    assert "offer_made" in kinds(shard.receive("2"))
    assert "offer_made" not in kinds(shard.receive("3"))  # 80 of 100 units


def test_wrap_up_holds_capacity_until_it_ends() -> None:
    shard = Shard(document(agent("ana"), channels={"voice": ChannelSettings(wrap_up_s=20)}))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.receive("2", channel="voice")
    shard.accept("1", 1, "ana")
    (closed,) = shard.say(CloseRequested, local="1", agent_id="ana")
    assert closed.wrap_up_until_ms == T0 + 20_000  # type: ignore[attr-defined]
    assert shard.wait(19.999) == []
    released, made = shard.wait(0.001)
    assert released.early is False  # type: ignore[attr-defined]
    assert (made.interaction_id, made.why.trigger) == ("boston:2", "capacity_released")  # type: ignore[attr-defined]


def test_wrap_up_ended_by_the_agent_frees_him_early_and_once() -> None:
    shard = Shard(document(agent("ana"), channels={"voice": ChannelSettings(wrap_up_s=20)}))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.say(CloseRequested, local="1", agent_id="ana")
    wrong = find(shard.say(WrapUpEnded, local="1", agent_id="bea"), "event_rejected")
    assert wrong.code == "not_in_wrap_up"
    assert find(shard.say(WrapUpEnded, local="1", agent_id="ana"), "capacity_released").early
    assert shard.say(WrapUpEnded, local="1", agent_id="ana") == []
    assert shard.wait(30) == []


def test_a_withdrawn_offer_gives_the_agent_his_place_back(shard: Shard) -> None:
    shard.wait(5)
    told = shard.say(CustomerAbandoned, local="1")
    assert kinds(told) == ["offer_ended", "interaction_abandoned"]
    assert find(told, "offer_ended").end == "withdrawn"
    assert find(shard.receive("2", channel="voice"), "offer_made").agent_id == "ana"


def test_who_transfers_to_a_queue_is_not_the_next_to_be_asked(shard: Shard) -> None:
    shard.accept("1", 1, "ana")
    shard.presence("bea", "away")
    told = shard.say(TransferRequested, local="1", to_queue="other")
    assert kinds(told) == ["interaction_requeued"]
    assert find(told, "interaction_requeued").waiting_since_ms == T0 + 1000  # age is kept
    assert find(shard.wait(60), "offer_made").agent_id == "ana"  # nobody else came


def test_asides_that_end_at_the_same_instant_end_in_the_order_of_the_line() -> None:
    # given: both were missed by ana at the same instant, and she has room for one
    s = Shard(document(agent("ana", capacity_units=80), misses_until_away=5, aside_s=60))
    s.presence("ana")
    s.receive("b", priority="high")
    s.receive("a")
    s.wait(30)
    s.receive("c")
    s.accept("c", 1, "ana")
    # when
    told = s.wait(61)
    # then
    assert [it.offer_id for it in told if isinstance(it, OfferMade)] == ["boston:b:2"]


def test_work_that_is_lost_at_the_same_instant_is_offered_in_the_order_of_the_line() -> None:
    # given: ana has two, and bob has room for one of them
    s = Shard(document(agent("ana"), agent("bob", capacity_units=40)))
    s.presence("ana")
    s.receive("b", priority="high")
    s.accept("b", 1, "ana")
    s.receive("a")
    s.accept("a", 1, "ana")
    s.presence("bob")
    # when: the grace of both ends
    told = s.presence("ana", "offline") + s.wait(1)
    # then
    assert [it.offer_id for it in told if isinstance(it, OfferMade)] == ["boston:b:2"]
