"""Interactions between pools: one truth, age kept, late events after them, no circles."""

import pytest

from services.router.core import router_core
from shared.contracts.configuration import Queue
from shared.contracts.event import Event
from shared.contracts.interactions import (
    CloseRequested,
    CustomerMessaged,
    SkillNeed,
    TransferRequested,
)
from shared.contracts.topics import POOL_LOG
from tests.support.router_shard import T0, Shard, agent, document, find, kinds


@pytest.fixture
def shard() -> Shard:
    shard = Shard(document(agent("ana")), document(agent("gil"), pool="galway"))
    shard.presence("ana")
    shard.receive("1", topic="snow")
    shard.accept("1", 1, "ana")
    shard.say(CustomerMessaged, local="1")
    shard.wait(10)
    return shard


def move(shard: Shard, pool: str, to_pool: str, **given: str) -> list[Event]:
    told = shard.say(TransferRequested, local="1", pool=pool, to_pool=to_pool, **given)
    return told + shard.deliver(told)


def test_it_arrives_whole_in_the_log_of_the_other_pool(shard: Shard) -> None:
    told = move(shard, "boston", "galway", to_queue="other")
    assert kinds(told) == ["transferred_out", "transferred_in", "interaction_queued"]
    _, arrived, queued = told
    assert router_core.destinations(arrived) == ((POOL_LOG, "galway"),)
    assert (queued.pool, queued.queue, queued.hop, queued.answered) == ("galway", "other", 1, True)  # type: ignore[attr-defined]
    assert (queued.waiting_since_ms, queued.messages, queued.attempt) == (T0, 1, 1)  # type: ignore[attr-defined]
    shard.presence("gil", pool="galway")
    assert find(shard.facts[-1:], "offer_made").offer_id == "boston:1:2"  # never an id twice


def test_the_agent_who_gave_it_away_is_free(shard: Shard) -> None:
    move(shard, "boston", "galway")
    assert shard.state.pools["boston"].floor.seats["ana"].used == 0


def test_a_known_hop_is_dropped(shard: Shard) -> None:
    told = move(shard, "boston", "galway")
    assert shard.deliver(told) == []
    shard.say(CloseRequested, local="1", pool="galway")
    assert shard.deliver(told) == []


def test_late_events_follow_it_under_the_same_id(shard: Shard) -> None:
    move(shard, "boston", "galway")
    (late,) = shard.say(CustomerMessaged, local="1", event_id="late")
    assert (late.event_id, late.pool, kinds([late])) == ("late", "galway", ["customer_messaged"])
    recorded = find(shard.deliver([late]), "message_recorded")
    assert (recorded.pool, recorded.number, recorded.cause) == ("galway", 2, "late")
    assert shard.deliver([late]) == []


def test_the_transfer_itself_heard_again_moves_nothing(shard: Shard) -> None:
    move(shard, "boston", "galway", event_id="go")
    assert move(shard, "boston", "galway", event_id="go") == []


def test_it_can_come_back_and_its_old_stub_goes(shard: Shard) -> None:
    move(shard, "boston", "galway")
    told = move(shard, "galway", "boston")
    assert find(told, "interaction_queued").event_id == "boston:1#queued/2"
    assert "interaction/boston/boston:1" in shard.stored
    assert "stub/boston/boston:1" not in shard.stored
    assert shard.stored["stub/galway/boston:1"]


def test_a_stub_behind_one_that_came_back_is_dropped_in_its_time() -> None:
    shard = Shard(document(agent("ana")), document(agent("gil"), pool="galway"))
    shard.receive("1")
    shard.receive("2")
    move(shard, "boston", "galway")
    shard.wait(120)  # another minute: stubs are dropped by the minute
    shard.say(CloseRequested, local="2")
    move(shard, "galway", "boston")
    assert "stub/boston/boston:2" in shard.stored
    shard.wait(2 * 86_400)
    assert "stub/boston/boston:2" not in shard.stored


def test_the_eleventh_hop_is_refused(shard: Shard) -> None:
    pools = ["boston", "galway"] * 5
    for number, pool in enumerate(pools):
        move(shard, pool, pools[number - 1])
    assert find(move(shard, "boston", "galway"), "event_rejected").code == "transfer_loop"


def test_a_pool_without_configuration_sends_it_back(shard: Shard) -> None:
    told = move(shard, "boston", "atlantis")
    told += shard.deliver(told[-1:])
    assert kinds(told)[-2:] == ["interaction_queued", "offer_made"]
    assert (told[-2].pool, told[-2].hop) == ("boston", 2)  # type: ignore[attr-defined]


def test_an_unknown_queue_is_refused_and_what_the_receiver_lacks_falls_back(shard: Shard) -> None:
    refusal = find(shard.say(TransferRequested, local="1", to_queue="none"), "event_rejected")
    assert (refusal.code, refusal.field) == ("unknown_queue", "to_queue")
    told = move(shard, "boston", "galway", to_queue="none")
    assert find(told, "interaction_queued").queue == "general"


def test_another_queue_of_the_pool_asks_for_its_own_skills_and_its_own_expiry() -> None:
    queues = (
        Queue(name="general", skills=(SkillNeed(skill="snow"),)),
        Queue(name="other", expires_after_s=60),
    )
    shard = Shard(document(agent("ana", skills={"snow": 1}), agent("bea"), queues=queues))
    shard.presence("bea")
    shard.receive("1")
    shard.wait(100)
    told = shard.say(TransferRequested, local="1", to_queue="other")
    assert find(told, "offer_made").agent_id == "bea"
    assert kinds(shard.wait(59.999)) == ["offer_ended", "interaction_requeued"]
    assert kinds(shard.wait(0.001)) == ["interaction_expired"]
