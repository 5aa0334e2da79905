"""Places and next callers against what the tests of Asterisk's queues expect (see NOTICE.md)."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.configuration import ChannelSettings, PriorityClass, Queue
from shared.contracts.event import Event
from shared.contracts.interactions import (
    CloseRequested,
    CustomerAbandoned,
    ExplanationRequested,
    SkillNeed,
)
from shared.contracts.routing import InteractionExpired, OfferMade
from tests.support.router_shard import T0, Shard, agent, document, find, kinds

FACTS: dict[str, Any] = json.loads((Path(__file__).parent / "queue_facts.json").read_text())
CALLERS = FACTS["callers"]
BY_WISH = {it["caller"] for it in CALLERS if it.get("by_wish")}
LIMITED = (Queue(name="general", expires_after_s=FACTS["limit_s"]),)
BETWEEN_CLASSES_S = 3_600  # much more than lies between the first caller and the last


def place(shard: Shard, local: str) -> int:
    told = find(shard.say(ExplanationRequested, local=local), "interaction_explained")
    return int(told.ahead) + 1


def offers(told: list[Event]) -> list[tuple[str, str]]:
    return [
        (it.interaction_id.removeprefix("boston:"), it.agent_id)
        for it in told
        if isinstance(it, OfferMade)
    ]


@pytest.fixture
def queue() -> Shard:
    """Ann alone serves it, and is not there yet."""
    return Shard(
        document(
            agent("ann"),
            queues=(Queue(name="general", max_waiting=FACTS["max_waiting"]),),
            priorities=tuple(
                PriorityClass(name=f"p{number}", head_start_s=number * BETWEEN_CLASSES_S)
                for number in range(9)
            ),
        )
    )


def fill(shard: Shard) -> dict[int, int]:
    """Eleven callers come, a second between them: the place of each on arrival."""
    found = {}
    for it in CALLERS[:-1]:
        local = str(it["caller"])
        shard.receive(local, channel="voice", priority=f"p{it['priority']}")
        found[it["caller"]] = place(shard, local)
        shard.wait(1)
    return found


def test_a_caller_s_place_on_arrival_is_theirs_where_no_wish_decides_it(queue: Shard) -> None:
    theirs = {it["caller"]: it["place"] for it in CALLERS[:-1]}
    assert {caller for caller, at in fill(queue).items() if at != theirs[caller]} == BY_WISH


def test_who_is_served_next_is_theirs_where_no_wish_decides_it(queue: Shard) -> None:
    fill(queue)
    served = []
    told = queue.presence("ann")
    while made := offers(told):
        ((local, _),) = made
        served.append(int(local))
        told = queue.say(CustomerAbandoned, local=local)
    theirs = [it for it in FACTS["final_order"] if it not in BY_WISH]
    assert [it for it in served if it not in BY_WISH] == theirs
    assert sorted(served) == sorted(FACTS["final_order"])


def test_the_caller_after_the_last_place_has_none_and_delays_nobody(queue: Shard) -> None:
    fill(queue)
    before = {caller: place(queue, str(caller)) for caller in FACTS["final_order"]}
    last = CALLERS[-1]
    told = queue.receive(str(last["caller"]), channel="voice", priority=f"p{last['priority']}")
    assert last["place"] is None
    assert find(told, "interaction_parked").reason == "queue_full"
    assert {caller: place(queue, str(caller)) for caller in before} == before


def test_an_agent_below_the_skill_level_is_never_asked_and_the_caller_leaves_at_the_limit() -> None:
    shard = Shard(
        document(
            agent("low", skills={"cards": 1}),
            agent("absent", skills={"cards": 2}),
            skills=("cards",),
            queues=LIMITED,
        )
    )
    shard.presence("low")
    shard.receive("1", channel="voice", skills=(SkillNeed(skill="cards", level=2),))
    assert left_at(shard, "1") == FACTS["limit_s"]
    assert offers(shard.facts) == []


def left_at(shard: Shard, local: str) -> float:
    """Seconds until the caller's time in the queue is over."""
    shard.wait(10)
    (end,) = (it for it in shard.facts if isinstance(it, InteractionExpired))
    assert end.interaction_id == f"boston:{local}"
    return (end.at_ms - T0) / 1000


def test_where_all_are_away_nobody_is_asked_and_the_caller_leaves_at_the_limit() -> None:
    shard = Shard(document(agent("ann"), agent("ben"), queues=LIMITED))
    shard.presence("ann", "away")
    shard.presence("ben", "away")
    shard.receive("1", channel="voice")
    assert left_at(shard, "1") == FACTS["limit_s"]
    assert offers(shard.facts) == []


def test_where_all_are_asked_at_once_who_is_away_is_not_and_the_caller_leaves_unanswered() -> None:
    queue = Queue(name="general", expires_after_s=FACTS["limit_s"], offers_at_once=2)
    shard = Shard(
        document(
            agent("ann"),
            agent("ben"),
            queues=(queue,),
            channels={"voice": ChannelSettings(offer_expires_s=FACTS["ring_s"])},
            aside_s=FACTS["retry_s"],
        )
    )
    shard.presence("ann", "away")
    shard.presence("ben")
    shard.receive("1", channel="voice")
    assert left_at(shard, "1") == FACTS["limit_s"]
    assert {name for _, name in offers(shard.facts)} == {"ben"}


def test_a_call_s_facts_come_in_their_order() -> None:
    shard = Shard(document(agent("ann")))
    shard.presence("ann")
    told = shard.receive("1", channel="voice")
    told += shard.accept("1", 1, "ann")  # to them two events: connected, and out of the queue
    told += shard.say(CloseRequested, local="1", agent_id="ann")
    assert kinds(told) == [
        "interaction_queued",
        "offer_made",
        "interaction_assigned",
        "interaction_closed",
    ]


def test_the_work_after_a_call_of_one_queue_holds_its_agent_in_the_other_too() -> None:
    shard = Shard(
        document(
            agent("ann"),
            agent("ben"),
            queues=(Queue(name="one"), Queue(name="two")),
            default_queue="one",
            channels={"voice": ChannelSettings(auto_accept=True, wrap_up_s=FACTS["wrap_up_s"])},
        )
    )
    shard.presence("ann")
    shard.presence("ben")
    for local, (queue, expected) in enumerate(FACTS["shared_wrap_up"]):
        told = shard.receive(str(local), channel="voice", queue=queue)
        assert [name for _, name in offers(told)] == ([expected] if expected else [])
        shard.wait(1)
        if expected:
            shard.say(CloseRequested, local=str(local), agent_id=expected)


def test_who_is_busy_is_not_asked_and_who_misses_a_call_is_away() -> None:
    shard = Shard(document(agent("ann"), misses_until_away=1))
    shard.presence("ann")
    assert offers(shard.receive("1", channel="voice")) == [("1", "ann")]
    shard.accept("1", 1, "ann")
    assert offers(shard.receive("2", channel="voice")) == []  # busy
    assert offers(shard.say(CloseRequested, local="1", agent_id="ann")) == [("2", "ann")]
    told = shard.wait(30)
    assert find(told, "agent_changed").reason == "missed_offers"
    assert offers(shard.receive("3", channel="voice")) == []
