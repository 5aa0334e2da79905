"""Leases in heard time, lapses, grace, and what happens to an absent agent's work."""

import pytest

from shared.contracts.configuration import ChannelSettings
from tests.support.router_shard import Shard, agent, document, find, kinds

CHANNELS = {
    "voice": ChannelSettings(),
    "chat": ChannelSettings(units=40, presence_grace_s=60, offer_expires_s=600),
}


@pytest.fixture
def shard() -> Shard:
    """Ana is ready with a lease of 30 s, has chat 1 assigned and chat 2 offered."""
    shard = Shard(document(agent("ana"), agent("bea"), channels=CHANNELS, presence_lease_s=30))
    shard.presence("ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    shard.receive("2")
    return shard


@pytest.mark.parametrize("status", ["away", "offline"])
def test_who_leaves_loses_open_offers_at_once_and_another_is_asked(
    shard: Shard, status: str
) -> None:
    shard.presence("bea")
    told = shard.presence("ana", status)
    assert kinds(told) == ["agent_changed", "offer_ended", "interaction_requeued", "offer_made"]
    assert find(told, "offer_ended").end == "revoked"
    assert find(told, "offer_made").agent_id == "bea"


def test_every_report_is_answered_and_the_epoch_grows_only_on_coming_back(shard: Shard) -> None:
    said = ["ready", "away", "away", "ready", "offline", "away", "ready"]
    epochs = [find(shard.presence("ana", it), "agent_changed").epoch for it in said]
    assert epochs == [1, 1, 1, 2, 2, 2, 3]


def test_a_silent_gateway_lapses_nobody(shard: Shard) -> None:
    shard.presence("bea")  # also silent, and not offered chat 2 yet
    shard.wait(3600)
    shard.presence("ana")
    shard.presence("bea")
    shard.wait(3600)
    told = shard.seen(gap_s=2)
    assert kinds(told) == ["leases_renewed"]  # two seconds could be heard, not an hour


def test_a_lease_lapses_in_heard_time_and_offers_go_at_once(shard: Shard) -> None:
    shard.wait(15)
    assert kinds(shard.seen(gap_s=15)) == ["leases_renewed"]
    shard.wait(14)
    told = shard.seen(gap_s=15)  # heard time never runs faster than time: 29 s so far
    assert kinds(told) == ["leases_renewed"]
    shard.wait(1)
    told = shard.seen(gap_s=1)
    assert kinds(told)[:3] == ["leases_renewed", "agent_changed", "offer_ended"]
    assert find(told, "agent_changed").reason == "lease_lapsed"


def test_leases_are_renewed_only_when_a_third_is_used_up(shard: Shard) -> None:
    shard.wait(10)
    assert find(shard.seen("ana", gap_s=10), "leases_renewed").agent_ids == ()
    shard.wait(1)
    assert find(shard.seen("ana", "nobody", gap_s=1), "leases_renewed").agent_ids == ("ana",)


def test_the_same_heartbeats_again_let_no_time_pass(shard: Shard) -> None:
    shard.wait(20)
    shard.seen(gap_s=20, event_id="beat")
    shard.wait(20)
    assert shard.seen(gap_s=20, event_id="beat") == []


def lapse(shard: Shard) -> None:
    shard.wait(30)
    told = shard.seen(gap_s=30)
    assert find(told, "agent_changed").status == "offline"


def test_assigned_work_waits_for_the_grace_and_is_then_queued_again(shard: Shard) -> None:
    lapse(shard)
    assert shard.wait(59.999) == []
    requeued = find(shard.wait(0.001), "interaction_requeued")
    assert (requeued.interaction_id, requeued.reason) == ("boston:1", "agent_lost")


def test_who_is_heard_again_within_the_grace_keeps_his_work(shard: Shard) -> None:
    lapse(shard)
    shard.wait(20)
    told = shard.seen("ana", gap_s=20)
    changed = find(told, "agent_changed")
    assert (changed.status, changed.epoch) == ("ready", 2)
    assert "interaction_requeued" not in kinds(shard.wait(25))


def test_who_went_home_is_not_brought_back_by_a_heartbeat(shard: Shard) -> None:
    shard.presence("ana", "offline")
    assert kinds(shard.seen("ana")) == ["leases_renewed"]


def test_without_a_grace_the_work_is_queued_again_in_the_same_breath() -> None:
    shard = Shard(document(agent("ana"), agent("bea"), channels=CHANNELS))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.presence("bea")
    told = shard.presence("ana", "offline")
    assert kinds(told) == ["agent_changed", "interaction_requeued", "offer_made"]
    assert {fact.cause for fact in told} == {shard.events[-1][1].event_id}


@pytest.mark.parametrize("same", [True, False])
def test_a_new_session_during_an_offer_keeps_the_offer_and_sets_nobody_aside(
    shard: Shard, same: bool
) -> None:
    # given: chat 2 is offered to ana; when her desk connects again, and says so
    told = shard.presence("ana", "ready", event_id="again")
    if same:
        told += shard.presence("ana", "ready", event_id="again")
    # then
    assert kinds(told) == ["agent_changed"]
    assert find(told, "agent_changed").epoch == 1
    assert find(shard.accept("2", 1, "ana"), "interaction_assigned").agent_id == "ana"


def test_a_session_lost_and_opened_again_gets_the_same_work_offered_at_once(shard: Shard) -> None:
    # given: the lease lapses in the middle of an offer, and nobody else is there
    lapse(shard)
    shard.wait(1)
    # when
    told = shard.presence("ana")
    # then: she is not set aside for it; the old offer is fenced by her new epoch
    made = find(told, "offer_made")
    assert (made.interaction_id, made.attempt, made.agent_epoch) == ("boston:2", 2, 2)
    assert find(shard.accept("2", 1, "ana"), "event_rejected").code == "offer_not_open"
    assert find(shard.accept("2", 2, "ana"), "interaction_assigned").agent_id == "ana"
