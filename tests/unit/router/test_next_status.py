"""An agent who wants to leave: after his work, or at once with his work given back."""

from typing import Any

import pytest

from shared.contracts.agents import WrapUpEnded
from shared.contracts.configuration import ChannelSettings
from shared.contracts.interactions import CloseRequested, SkillNeed, TransferRequested
from tests.support.router_shard import Shard, agent, document, find, index, kinds

CHANNELS = {
    "voice": ChannelSettings(wrap_up_s=20),
    "chat": ChannelSettings(units=20, presence_grace_s=60, offer_expires_s=600),
}


@pytest.fixture
def shard() -> Shard:
    """Ana is ready and has chat 1 assigned."""
    shard = Shard(document(agent("ana"), agent("bea"), channels=CHANNELS, presence_lease_s=30))
    shard.presence("ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    return shard


def leave(shard: Shard, status: str = "offline", **given: Any) -> list[Any]:
    return shard.presence("ana", status, after_work=True, **given)


@pytest.mark.parametrize("status", ["away", "offline"])
def test_who_leaves_after_work_gets_nothing_new_and_leaves_when_his_last_work_ends(
    shard: Shard, status: str
) -> None:
    # given
    told = find(leave(shard, status), "agent_changed")
    assert (told.status, told.next_status, told.epoch) == ("ready", status, 1)
    # when, then: nothing new
    assert kinds(shard.receive("2")) == ["interaction_queued"]
    # when, then: the last one ends
    facts = shard.say(CloseRequested, local="1", agent_id="ana")
    assert kinds(facts) == ["interaction_closed", "agent_changed"]
    changed = find(facts, "agent_changed")
    assert (changed.status, changed.reason, changed.next_status) == (status, "work_done", None)
    assert changed.cause == shard.events[-1][1].event_id


def test_open_offers_of_who_leaves_after_work_are_taken_back_at_once(shard: Shard) -> None:
    shard.presence("bea")
    shard.presence("bea", "away")
    shard.receive("2")
    shard.presence("bea")
    told = leave(shard)
    assert kinds(told) == ["agent_changed", "offer_ended", "interaction_requeued", "offer_made"]
    assert find(told, "offer_ended").end == "revoked"
    assert find(told, "offer_made").agent_id == "bea"


def test_an_offer_is_no_work_so_who_has_only_offers_leaves_at_once() -> None:
    shard = Shard(document(agent("ana"), channels=CHANNELS))
    shard.presence("ana")
    shard.receive("1")
    told = leave(shard)
    assert kinds(told) == ["agent_changed", "offer_ended", "interaction_requeued"]
    assert find(told, "agent_changed").status == "offline"


def test_what_he_keeps_goes_on_as_ever_while_he_leaves(shard: Shard) -> None:
    leave(shard)
    assert shard.wait(600) == []  # no grace runs: he is there
    told = shard.say(TransferRequested, local="1", to_queue="other")
    assert kinds(told) == ["interaction_requeued", "agent_changed"]
    assert find(told, "agent_changed").reason == "work_done"


def test_the_work_after_a_call_is_work() -> None:
    shard = Shard(document(agent("ana"), channels=CHANNELS))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    leave(shard, "away")
    assert kinds(shard.say(CloseRequested, local="1", agent_id="ana")) == ["interaction_closed"]
    assert shard.wait(19.999) == []
    told = shard.wait(0.001)
    assert kinds(told) == ["capacity_released", "agent_changed"]
    assert find(told, "agent_changed").status == "away"


def test_who_ends_the_work_after_a_call_early_leaves_then() -> None:
    shard = Shard(document(agent("ana"), channels=CHANNELS))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.say(CloseRequested, local="1", agent_id="ana")
    leave(shard)
    told = shard.say(WrapUpEnded, local="1", agent_id="ana")
    assert kinds(told) == ["capacity_released", "agent_changed"]


def test_who_reports_ready_does_not_leave_any_more_and_is_asked_at_once(shard: Shard) -> None:
    leave(shard)
    shard.receive("2")
    told = shard.presence("ana")
    changed = find(told, "agent_changed")
    assert (changed.status, changed.next_status, changed.epoch) == ("ready", None, 1)
    assert find(told, "offer_made").agent_id == "ana"
    assert kinds(shard.say(CloseRequested, local="1", agent_id="ana")) == ["interaction_closed"]


def test_who_comes_back_from_leaving_stands_behind_those_who_were_ready(shard: Shard) -> None:
    leave(shard)
    shard.wait(1)
    shard.presence("bea")
    shard.wait(1)
    shard.presence("ana")
    assert find(shard.receive("2"), "offer_made").agent_id == "bea"


def test_those_who_wait_for_who_leaves_go_on_to_others_at_once() -> None:
    # given: snow is asked for ten minutes; ana is busy with a call, and bea knows no snow
    skilled = agent("ana", skills={"snow": 3})
    shard = Shard(document(skilled, agent("bea"), skills=("snow",), channels=CHANNELS))
    shard.presence("ana")
    shard.receive("0", channel="voice")
    shard.accept("0", 1, "ana")
    shard.presence("bea")
    need = SkillNeed(skill="snow", level=3, drops_after_s=600)
    assert kinds(shard.receive("1", skills=(need,))) == ["interaction_queued"]
    # when
    told = leave(shard)
    # then
    assert kinds(told) == ["agent_changed", "interaction_widened", "offer_made"]
    assert find(told, "offer_made").agent_id == "bea"


def test_who_is_away_may_leave_after_his_work_too(shard: Shard) -> None:
    shard.presence("ana", "away")
    told = find(leave(shard), "agent_changed")
    assert (told.status, told.next_status) == ("away", "offline")
    told = shard.say(CloseRequested, local="1", agent_id="ana")
    assert find(told, "agent_changed").status == "offline"


def test_ready_after_work_is_ready(shard: Shard) -> None:
    told = find(leave(shard, "ready"), "agent_changed")
    assert (told.status, told.next_status) == ("ready", None)


def test_the_same_wish_again_is_silent_and_another_one_replaces_it(shard: Shard) -> None:
    leave(shard, "away", event_id="wish")
    assert leave(shard, "away", event_id="wish") == []
    assert find(leave(shard, "offline"), "agent_changed").next_status == "offline"
    told = shard.say(CloseRequested, local="1", agent_id="ana")
    assert find(told, "agent_changed").status == "offline"
    assert leave(shard, "away", event_id="wish") == []


def test_the_wish_outlives_a_restart(shard: Shard) -> None:
    leave(shard)
    before = index(shard.state)
    shard.restore()
    assert index(shard.state) == before
    assert kinds(shard.receive("2")) == ["interaction_queued"]
    told = shard.say(CloseRequested, local="1", agent_id="ana")
    assert find(told, "agent_changed").reason == "work_done"


def test_a_lease_lapses_while_its_agent_leaves_and_his_work_is_queued_after_the_grace(
    shard: Shard,
) -> None:
    leave(shard)
    shard.wait(30)
    told = shard.seen(gap_s=30)
    changed = find(told, "agent_changed")
    assert (changed.status, changed.reason) == ("offline", "lease_lapsed")
    assert kinds(shard.wait(60)) == ["interaction_requeued"]


def test_who_leaves_and_is_heard_again_within_the_grace_still_leaves(shard: Shard) -> None:
    leave(shard, "away")
    shard.wait(30)
    shard.seen(gap_s=30)
    shard.wait(10)
    changed = find(shard.seen("ana", gap_s=10), "agent_changed")
    assert (changed.status, changed.next_status) == ("ready", "away")
    assert kinds(shard.receive("2")) == ["interaction_queued"]
    told = shard.say(CloseRequested, local="1", agent_id="ana")
    assert find(told, "agent_changed").status == "away"


def test_who_leaves_and_is_heard_again_after_his_work_was_lost_has_left(shard: Shard) -> None:
    leave(shard, "away")
    shard.wait(30)
    shard.seen(gap_s=30)
    shard.wait(70)
    changed = find(shard.seen("ana", gap_s=70), "agent_changed")
    assert (changed.status, changed.next_status) == ("away", None)


def test_who_leaves_and_is_not_heard_does_not_come_back_when_his_work_ends(shard: Shard) -> None:
    leave(shard, "away")
    shard.wait(30)
    shard.seen(gap_s=30)
    assert kinds(shard.say(CloseRequested, local="1")) == ["interaction_closed"]


def test_who_was_thought_gone_and_wants_to_leave_after_work_keeps_it(shard: Shard) -> None:
    shard.wait(30)
    shard.seen(gap_s=30)
    told = find(leave(shard), "agent_changed")
    assert (told.status, told.next_status) == ("away", "offline")
    assert shard.wait(100) == []
    told = shard.say(CloseRequested, local="1", agent_id="ana")
    assert find(told, "agent_changed").status == "offline"


def test_an_agent_taken_from_the_configuration_does_not_leave_twice(shard: Shard) -> None:
    leave(shard)
    told = shard.configure(document(agent("bea"), channels=CHANNELS))
    changed = find(told, "agent_changed")
    assert (changed.reason, changed.next_status) == ("removed_from_config", None)


# requeue_work


@pytest.mark.parametrize("status", ["away", "offline"])
def test_work_given_back_waits_again_in_the_same_turn_without_grace(
    shard: Shard, status: str
) -> None:
    shard.presence("bea")
    told = shard.presence("ana", status, requeue_work=True)
    assert kinds(told) == ["agent_changed", "interaction_requeued", "offer_made"]
    requeued = find(told, "interaction_requeued")
    assert (requeued.reason, requeued.interaction_id) == ("agent_lost", "boston:1")
    assert find(told, "offer_made").agent_id == "bea"
    assert {fact.cause for fact in told} == {shard.events[-1][1].event_id}


def test_all_his_work_and_his_offers_are_given_back_in_the_order_of_the_line(shard: Shard) -> None:
    shard.receive("0", priority="high")
    shard.accept("0", 1, "ana")
    shard.receive("2")
    shard.presence("bea")
    told = shard.presence("ana", "offline", requeue_work=True)
    offers = [fact for fact in told if kinds([fact]) == ["offer_made"]]
    assert [(it.interaction_id, it.agent_id) for it in offers] == [  # type: ignore[attr-defined]
        ("boston:0", "bea"), ("boston:1", "bea"), ("boston:2", "bea"),
    ]  # fmt: skip
    assert shard.wait(100) == []  # and nothing of it is lost a second time


def test_work_is_given_back_once_however_often_it_is_said(shard: Shard) -> None:
    shard.presence("ana", "away", requeue_work=True, event_id="out")
    shard.presence("bea")
    shard.accept("1", 2, "bea")
    shard.presence("bea", "away")
    assert shard.presence("ana", "away", requeue_work=True, event_id="out") == []


def test_who_gives_his_work_back_and_leaves_after_work_is_gone_at_once(shard: Shard) -> None:
    told = leave(shard, requeue_work=True)
    assert kinds(told) == ["agent_changed", "interaction_requeued", "agent_changed"]
    last = told[-1]
    assert (last.status, last.reason) == ("offline", "work_done")


def test_who_is_offline_already_can_be_made_to_give_his_work_back(shard: Shard) -> None:
    shard.presence("ana", "offline")  # its grace of 60 s runs
    told = shard.presence("ana", "offline", requeue_work=True)
    assert kinds(told) == ["agent_changed", "interaction_requeued"]
