"""The checker behind the property tests is itself worth something: it calls broken what is."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.contracts.configuration import ChannelSettings, Queue, RingOpening
from shared.contracts.event import Event
from shared.contracts.routing import MoveCounts
from tests.support.router_ledger import Ledger
from tests.support.router_shard import Shard, agent, document, find
from tests.support.router_store import broken_in_store

Doctor = Callable[[Shard, list[Event]], list[Event]]


def healthy() -> Shard:
    shard = Shard(document(agent("ana"), agent("bea", "he")))
    shard.presence("ana")
    shard.presence("bea")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.receive("2")
    return shard


def in_an_outage() -> Shard:
    """Voice is down: call 1 waits by chat, call 2 is parked."""
    voice = {"voice": ChannelSettings(backups=("chat",)), "chat": ChannelSettings()}
    shard = Shard(document(agent("ana"), channels=voice))
    shard.receive("1", channel="voice", reachable_by=("chat",))
    shard.receive("2", channel="voice")
    shard.fail_over("voice", 1)
    return shard


def judge(shard: Shard, facts: list[Event], stored: dict[str, bytes]) -> set[str]:
    ledger = Ledger(shard.documents)
    for _, event in shard.events:
        ledger.hear(event)
    for fact in facts:
        ledger.add(fact)
    broken = [*ledger.broken, *broken_in_store(ledger, stored, shard.now)]
    return {it.split()[0] for it in broken}


def test_a_healthy_story_breaks_nothing() -> None:
    shard = healthy()
    assert judge(shard, shard.facts, shard.stored) == set()


def another_offer(shard: Shard, facts: list[Event]) -> list[Event]:
    made = find(facts, "offer_made")
    return [*facts, made.model_copy(update={"offer_id": "boston:1:2", "attempt": 2})]


def twice_assigned(shard: Shard, facts: list[Event]) -> list[Event]:
    return [*facts, find(facts, "interaction_assigned")]


def to_a_stranger(shard: Shard, facts: list[Event]) -> list[Event]:
    made = find(facts, "offer_made")
    bad = made.model_copy(update={"agent_id": "bea"})
    return [bad if fact is made else fact for fact in facts]


def over_capacity(shard: Shard, facts: list[Event]) -> list[Event]:
    offer = find(facts, "offer_made")
    update = {"interaction_id": "boston:2", "offer_id": "boston:2:1", "channel": "chat"}
    return [*facts, offer.model_copy(update=update)]


@pytest.mark.parametrize(
    ("doctor", "says"),
    [
        (another_offer, "R2"),
        (twice_assigned, "R2"),
        (to_a_stranger, "R4"),
        (over_capacity, "R3"),
    ],
)
def test_a_doctored_story_is_called_broken(doctor: Doctor, says: str) -> None:
    shard = healthy()
    assert says in judge(shard, doctor(shard, shard.facts), shard.stored)


def test_an_interaction_that_vanished_is_called_broken() -> None:
    shard = healthy()
    stored = {key: it for key, it in shard.stored.items() if key != "interaction/boston/boston:1"}
    assert judge(shard, shard.facts, stored) == {"R1"}


def test_an_interaction_that_nobody_told_of_is_called_broken() -> None:
    shard = healthy()
    stored = {**shard.stored, "interaction/boston/boston:3": b'{"status":"assigned"}'}
    assert judge(shard, shard.facts, stored) == {"R1"}


def test_waiting_beside_a_free_agent_is_called_broken() -> None:
    shard = healthy()
    waiting = shard.stored["interaction/boston/boston:2"]
    stored = {**shard.stored, "interaction/boston/boston:2": waiting}
    facts = [fact for fact in shard.facts if fact.event_id.split("#")[0] != "boston:1"]
    assert "R5" in judge(shard, facts, stored)


def test_a_healthy_outage_breaks_nothing() -> None:
    shard = in_an_outage()
    assert judge(shard, shard.facts, shard.stored) == set()
    shard.restore_channel("voice", 2)
    assert judge(shard, shard.facts, shard.stored) == set()


@pytest.mark.parametrize(
    ("kind", "update", "says"),
    [
        ("interaction_moved", {"to_channel": "voice"}, "O1"),
        ("interaction_moved", {"from_channel": "chat"}, "O1"),
        ("interaction_moved", {"direction": "back"}, "O1"),
        ("interaction_moved", {"moves": MoveCounts(moved=2)}, "O1"),
        ("interaction_moved", {"was_parked": True}, "R1"),
        ("interaction_moved", {"waiting_since_ms": 0}, "R6"),
        ("interaction_moved", {"order_ms": 0}, "R6"),
        ("interaction_parked", {"incident_id": None}, "O1"),
        ("interaction_parked", {"moves": MoveCounts(moved=1)}, "O1"),
    ],
)
def test_a_doctored_outage_is_called_broken(kind: str, update: dict[str, Any], says: str) -> None:
    shard = in_an_outage()
    true = find(shard.facts, kind)
    facts = [true.model_copy(update=update) if fact is true else fact for fact in shard.facts]
    assert says in judge(shard, facts, shard.stored)


@pytest.mark.parametrize("missing", ["interaction_moved", "interaction_parked"])
def test_who_is_left_waiting_by_a_channel_that_is_down_is_called_broken(missing: str) -> None:
    shard = in_an_outage()
    facts = [fact for fact in shard.facts if fact is not find(shard.facts, missing)]
    assert {"R1", "O1"} & judge(shard, facts, shard.stored)


def test_who_is_not_brought_back_after_the_outage_is_called_broken() -> None:
    shard = in_an_outage()
    stored, told = dict(shard.stored), list(shard.facts)
    shard.restore_channel("voice", 2)
    assert judge(shard, told, stored) == {"O1"}


def full_of_features() -> Shard:
    """A ring opens for call 1, two agents are asked for call 2 at once, call 3 finds no room."""
    queues = (
        Queue(name="general", rings=(RingOpening(ring="helpers", after_s=20),)),
        Queue(name="loud", offers_at_once=2),
        Queue(name="narrow", max_waiting=1),
    )
    helper = agent("hal", "he", rings=("helpers",))
    shard = Shard(document(agent("ana"), agent("bea"), helper, agent("ivo", "he"), queues=queues))
    for id_ in ("ana", "bea", "hal"):
        shard.presence(id_)
        shard.wait(1)
    shard.presence("ivo", "ready")
    shard.receive("0", channel="voice", language="he")
    shard.accept("0", 1, "ivo")
    shard.receive("1", channel="voice", language="he")
    shard.receive("2", channel="voice", queue="loud")
    shard.wait(25)
    shard.accept("2", 1, "ana")
    shard.presence("bea", "away")
    shard.receive("3", channel="voice", queue="narrow")
    shard.receive("4", channel="voice", queue="narrow")
    return shard


def test_a_healthy_story_of_the_newer_rules_breaks_nothing() -> None:
    shard = full_of_features()
    told = {it["kind"] for it in (fact.model_dump() for fact in shard.facts)}
    assert {"interaction_widened", "interaction_parked", "offer_ended"} <= told
    assert judge(shard, shard.facts, shard.stored) == set()


def widened_too_early(fact: Event) -> Event:
    early = fact.model_dump()["kind"] == "interaction_widened"
    return fact.model_copy(update={"at_ms": fact.at_ms - 5_000}) if early else fact


def never_widened(fact: Event) -> Event | None:
    return None if fact.model_dump()["kind"] == "interaction_widened" else fact


def not_superseded(fact: Event) -> Event | None:
    return None if fact.model_dump().get("end") == "superseded" else fact


def let_in(fact: Event) -> Event | None:
    return None if fact.model_dump()["kind"] == "interaction_parked" else fact


@pytest.mark.parametrize(
    ("doctor", "says"),
    [
        (widened_too_early, "R4"),
        (never_widened, "R4"),
        (not_superseded, "R2"),
        (let_in, "R1"),
    ],
)
def test_a_doctored_story_of_the_newer_rules_is_called_broken(
    doctor: Callable[[Event], Event | None], says: str
) -> None:
    shard = full_of_features()
    facts = [it for fact in shard.facts if (it := doctor(fact)) is not None]
    assert says in judge(shard, facts, shard.stored)


def test_an_offer_past_somebody_who_came_first_is_called_broken() -> None:
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.presence("bea", "away")
    for local in ("1", "2"):
        shard.receive(local, channel="voice")
        shard.wait(1)
    shard.presence("ana")
    made = find(shard.facts, "offer_made")
    update = {"interaction_id": "boston:2", "offer_id": "boston:2:1"}
    facts = [made.model_copy(update=update) if fact is made else fact for fact in shard.facts]
    assert "R6" in judge(shard, facts, shard.stored)
