"""Conversations that idle are held without units, and take them again when somebody writes."""

from typing import Any

import pytest

from services.router.core import router_core
from shared.contracts.agents import WrapUpEnded
from shared.contracts.configuration import ChannelSettings, PoolDocument, Queue
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AgentReplied,
    CloseRequested,
    CustomerAbandoned,
    CustomerMessaged,
    RequeueRequested,
    TransferRequested,
)
from tests.support.router_shard import Shard, agent, document, entities, find, index, kinds

CHANNELS = {
    "voice": ChannelSettings(),
    "chat": ChannelSettings(
        units=50, idle_after_s=600, presence_grace_s=60, offer_expires_s=3600, auto_accept=True
    ),
}
QUEUES = (Queue(name="general", prefer_s=120), Queue(name="other"))


def centre(**ana: Any) -> PoolDocument:
    """Ana and Bea, with room for two chats each."""
    return document(
        agent("ana", **ana), agent("bea"), channels=CHANNELS, queues=QUEUES, presence_lease_s=9999
    )


def with_idle(**ana: Any) -> Shard:
    """Ana is ready; her chat 1 has idled since second 600."""
    shard = Shard(centre(**ana))
    shard.presence("ana")
    shard.receive("1")
    shard.wait(600)
    return shard


@pytest.fixture
def shard() -> Shard:
    return with_idle()


def full(shard: Shard) -> Shard:
    """Ana has two chats more, and no room."""
    shard.receive("2")
    shard.receive("3")
    assert used(shard) == 100
    return shard


def used(shard: Shard, agent_id: str = "ana") -> int:
    """Units in use, as the restored state has them, too."""
    now = shard.state.pools["boston"].seat(agent_id).used
    again = router_core.empty(shard.documents)
    router_core.load(again, shard.stored)
    assert again.pools["boston"].seat(agent_id).used == now
    return now


def customer_writes(shard: Shard, local: str = "1", **given: Any) -> list[Event]:
    return shard.say(CustomerMessaged, local=local, **given)


def agent_writes(
    shard: Shard, local: str = "1", agent_id: str = "ana", **given: Any
) -> list[Event]:
    return shard.say(AgentReplied, local=local, agent_id=agent_id, **given)


def test_silence_makes_an_assigned_conversation_idle_and_frees_its_units() -> None:
    # given
    shard = Shard(centre())
    shard.presence("ana")
    shard.receive("1")
    shard.receive("2")
    shard.wait(1)
    shard.receive("3")
    # when
    assert shard.wait(598.999) == []
    told = shard.wait(0.001)
    # then: both have been silent for as long, and what waits gets the units
    assert kinds(told) == [
        "interaction_idled", "interaction_idled", "offer_made", "interaction_assigned",
    ]  # fmt: skip
    assert find(told, "offer_made").why.trigger == "idled"
    assert used(shard) == 50


@pytest.mark.parametrize("writes", [customer_writes, agent_writes])
def test_every_message_of_customer_or_agent_begins_the_silence_anew(writes: Any) -> None:
    shard = Shard(centre())
    shard.presence("ana")
    shard.receive("1")
    shard.wait(599)
    writes(shard)
    assert shard.wait(599.999) == []
    assert kinds(shard.wait(0.001)) == ["interaction_idled"]


def test_a_channel_without_the_time_never_idles() -> None:
    shard = Shard(centre())
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    assert shard.wait(100_000) == []


def test_an_idle_conversation_idles_once(shard: Shard) -> None:
    assert shard.wait(100_000) == []


def test_its_customer_wakes_it_and_it_takes_its_units_again(shard: Shard) -> None:
    assert used(shard) == 0
    told = customer_writes(shard)
    assert kinds(told) == ["message_recorded", "interaction_woken"]
    woken = find(told, "interaction_woken")
    assert (woken.agent_id, woken.number, woken.overdrawn) == ("ana", 2, False)
    assert used(shard) == 50
    assert kinds(shard.wait(600)) == ["interaction_idled"]  # and it idles again
    assert find(shard.facts[-1:], "interaction_idled").number == 3


def test_the_same_message_again_wakes_nothing_again(shard: Shard) -> None:
    customer_writes(shard, event_id="hello")
    assert customer_writes(shard, event_id="hello") == []
    shard.wait(600)
    assert customer_writes(shard, event_id="hello") == []
    assert used(shard) == 0


def test_if_its_agent_is_full_it_waits_again_and_he_is_preferred(shard: Shard) -> None:
    # given
    full(shard)
    # when
    told = customer_writes(shard)
    # then
    assert kinds(told) == ["message_recorded", "interaction_requeued"]
    requeued = find(told, "interaction_requeued")
    assert requeued.reason == "woken"
    assert requeued.preference.agent_id == "ana"
    assert requeued.preference.until_ms == shard.now + 120_000
    assert used(shard) == 100
    # when, then: he has room again
    told = shard.say(CloseRequested, local="2", agent_id="ana")
    assert find(told, "interaction_assigned").agent_id == "ana"
    assert used(shard) == 100


def test_who_was_full_is_preferred_only_for_a_while(shard: Shard) -> None:
    shard.presence("bea")
    shard.presence("bea", "away")
    full(shard)
    shard.presence("bea")
    assert "offer_made" not in kinds(customer_writes(shard))
    told = shard.wait(120)
    assert find(told, "offer_made").agent_id == "bea"


def test_its_agent_is_waited_for_a_minute_where_the_queue_prefers_nobody(shard: Shard) -> None:
    shard.configure(centre().model_copy(update={"queues": (Queue(name="general"),)}))
    full(shard)
    shard.presence("bea")
    told = customer_writes(shard)
    assert find(told, "interaction_requeued").preference.until_ms == shard.now + 60_000
    assert find(shard.wait(60), "interaction_assigned").agent_id == "bea"


def test_an_overdraft_lets_it_wake_beyond_capacity_and_says_so() -> None:
    shard = full(with_idle(overdraft_units=50))
    told = customer_writes(shard)
    assert find(told, "interaction_woken").overdrawn
    assert used(shard) == 150
    # nothing new comes until it is paid back
    assert kinds(shard.receive("4")) == ["interaction_queued"]
    shard.say(CloseRequested, local="2", agent_id="ana")
    assert used(shard) == 100
    shard.say(CloseRequested, local="3", agent_id="ana")
    assert used(shard) == 100  # chat 4


def test_an_overdraft_is_bounded() -> None:
    shard = full(with_idle(overdraft_units=49))
    assert find(customer_writes(shard), "interaction_requeued").reason == "woken"


def test_the_cap_of_a_channel_bounds_what_wakes_also_within_an_overdraft() -> None:
    shard = with_idle(overdraft_units=1000, channels={"chat": 1})
    shard.receive("2")
    assert find(customer_writes(shard), "interaction_requeued").reason == "woken"


@pytest.mark.parametrize("status", ["away", "offline"])
def test_if_its_agent_is_not_there_others_are_asked(shard: Shard, status: str) -> None:
    shard.presence("bea")
    shard.presence("ana", status)
    told = customer_writes(shard)
    assert find(told, "interaction_requeued").reason == "woken"
    assert find(told, "interaction_assigned").agent_id == "bea"
    assert used(shard) == 0


def test_who_leaves_after_work_keeps_a_conversation_that_wakes(shard: Shard) -> None:
    shard.presence("ana", "offline", after_work=True)
    assert find(customer_writes(shard), "interaction_woken").agent_id == "ana"


def test_who_leaves_after_work_and_has_no_room_is_not_waited_for(shard: Shard) -> None:
    full(shard)
    shard.presence("bea")
    shard.presence("ana", "offline", after_work=True)
    told = customer_writes(shard)
    assert find(told, "interaction_requeued").preference is None
    assert find(told, "interaction_assigned").agent_id == "bea"


def test_its_agent_wakes_it_by_himself_whatever_he_has(shard: Shard) -> None:
    full(shard)
    told = agent_writes(shard)
    assert kinds(told) == ["message_recorded", "interaction_woken"]
    assert find(told, "interaction_woken").overdrawn
    assert used(shard) == 150


def test_its_agent_wakes_it_within_his_room(shard: Shard) -> None:
    assert find(agent_writes(shard), "interaction_woken").overdrawn is False
    assert agent_writes(shard, agent_id="bea")[0].code == "not_assigned"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (CloseRequested, {"agent_id": "ana"}),
        (CloseRequested, {}),
        (TransferRequested, {"to_queue": "other"}),
        (TransferRequested, {"to_pool": "oslo"}),
        (RequeueRequested, {}),
    ],
)
def test_what_ends_or_takes_an_idle_conversation_frees_nothing_twice(
    shard: Shard, kind: type[Event], given: dict[str, Any]
) -> None:
    shard.receive("2")
    assert used(shard) == 50
    shard.presence("ana", "away")
    told = shard.say(kind, local="1", **given)
    assert "event_rejected" not in kinds(told)
    assert used(shard) == 50


def test_a_lost_agents_idle_conversation_frees_nothing_twice(shard: Shard) -> None:
    shard.receive("2")
    shard.presence("ana", "offline")
    assert kinds(shard.wait(60)) == ["interaction_requeued", "interaction_requeued"]
    assert used(shard) == 0


def test_an_idle_conversation_that_is_given_back_frees_nothing_twice(shard: Shard) -> None:
    shard.receive("2")
    told = shard.presence("ana", "away", requeue_work=True)
    assert kinds(told).count("interaction_requeued") == 2
    assert used(shard) == 0


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (CloseRequested, {}),
        (TransferRequested, {"to_pool": "oslo"}),
        (CustomerMessaged, {}),
    ],
)
def test_who_loses_an_idle_conversation_keeps_his_place_among_the_ready(
    kind: type[Event], given: dict[str, Any]
) -> None:
    # given: ana is ready since her chat idled, bea since later; they do no chat any more
    shard = with_idle()
    by_phone = (agent(name, channels={"voice": 1}) for name in ("ana", "bea"))
    shard.configure(document(*by_phone, channels=CHANNELS, queues=QUEUES, presence_lease_s=9999))
    shard.wait(1)
    shard.presence("bea")
    shard.wait(10)
    # when
    shard.say(kind, local="1", **given)
    # then
    assert find(shard.receive("2", channel="voice"), "offer_made").agent_id == "ana"


def test_after_an_idle_conversation_there_is_no_work_left() -> None:
    channels = {"chat": CHANNELS["chat"].model_copy(update={"wrap_up_s": 30})}
    shard = Shard(document(agent("ana"), channels=channels))
    shard.presence("ana")
    shard.receive("1")
    shard.wait(600)
    told = shard.say(CloseRequested, local="1", agent_id="ana")
    assert find(told, "interaction_closed").wrap_up_until_ms is None
    assert used(shard) == 0
    assert shard.say(WrapUpEnded, local="1", agent_id="ana") == []


def test_its_customer_cannot_abandon_it_but_it_can_be_closed(shard: Shard) -> None:
    told = shard.say(CustomerAbandoned, local="1")
    assert find(told, "event_rejected").code == "already_assigned"


def test_who_leaves_after_work_leaves_when_his_idle_conversation_is_closed(shard: Shard) -> None:
    assert find(shard.presence("ana", "offline", after_work=True), "agent_changed").next_status
    told = shard.say(CloseRequested, local="1")
    assert kinds(told) == ["interaction_closed", "agent_changed"]


def test_who_leaves_after_work_leaves_when_his_conversation_wakes_for_another() -> None:
    shard = full(with_idle())
    shard.presence("bea")
    shard.say(CloseRequested, local="2")
    shard.say(TransferRequested, local="3", to_queue="other")
    shard.presence("ana", "away")
    shard.presence("ana", "offline", after_work=True)
    told = customer_writes(shard)
    assert kinds(told)[:3] == ["message_recorded", "interaction_requeued", "agent_changed"]
    assert find(told, "agent_changed").status == "offline"


def test_a_configuration_without_the_time_lets_nothing_idle_and_keeps_what_does(
    shard: Shard,
) -> None:
    shard.receive("2")
    channels = {"chat": CHANNELS["chat"].model_copy(update={"idle_after_s": None})}
    shard.configure(centre().model_copy(update={"channels": channels}))
    assert shard.wait(10_000) == []
    assert used(shard) == 50
    assert kinds(customer_writes(shard)) == ["message_recorded", "interaction_woken"]


def test_a_shorter_time_counts_at_once() -> None:
    shard = Shard(centre())
    shard.presence("ana")
    shard.receive("1")
    shard.wait(100)
    channels = {"chat": CHANNELS["chat"].model_copy(update={"idle_after_s": 100})}
    told = shard.configure(centre().model_copy(update={"channels": channels}))
    assert kinds(told) == ["config_taken", "interaction_idled"]


def test_a_restart_forgets_neither_silence_nor_idling() -> None:
    shard = Shard(centre())
    shard.presence("ana")
    shard.receive("1")
    shard.wait(300)
    customer_writes(shard)
    for seconds in (300, 300):
        before = index(shard.state)
        shard.restore()
        assert index(shard.state) == before
        shard.wait(seconds)
    assert find(shard.facts, "interaction_idled").at_ms == shard.now
    before = index(shard.state)
    shard.restore()
    assert index(shard.state) == before
    assert find(customer_writes(shard), "interaction_woken").number == 2


def test_the_same_events_lead_to_the_same_facts_and_the_same_state() -> None:
    # given: a history in which it idles, wakes, is requeued, and wakes its agent
    shard = full(with_idle(overdraft_units=50))
    customer_writes(shard)
    shard.wait(600)
    agent_writes(shard)
    customer_writes(shard, "2")
    customer_writes(shard, "3")
    shard.presence("ana", "offline", after_work=True)
    shard.wait(700)
    shard.say(CloseRequested, local="1")
    # when: another shard hears the same
    other = Shard()
    other.documents.update(shard.documents)
    for at, event in shard.events:
        other.now = at
        other.feed(event)
    # then
    assert other.facts == shard.facts
    assert other.stored == shard.stored
    assert entities(other.state) == entities(shard.state)
