"""A preferred agent is waited for, a while: never past language, skills or order."""

import pytest

from shared.contracts.agents import PresenceReported
from shared.contracts.configuration import Agent, Queue, RoutingRule
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested, SkillNeed, TransferRequested
from shared.contracts.routing import Preference
from tests.support.router_shard import T0, Shard, agent, document, find, kinds

SNOW = SkillNeed(skill="snow")


def shard_of(*agents: Agent, rules: tuple[RoutingRule, ...] = (), **queue: object) -> Shard:
    queues = (Queue(name="general", **{"prefer_s": 30, **queue}), Queue(name="other"))
    return Shard(document(*agents, queues=queues, rules=rules))


def offered(told: list[Event]) -> list[str]:
    return [fact.agent_id for fact in told if kinds([fact]) == ["offer_made"]]  # type: ignore[attr-defined]  # an OfferMade


@pytest.fixture
def shard() -> Shard:
    """Ana has one chat, and no room for another; bea is free."""
    shard = shard_of(agent("ana", capacity_units=40), agent("bea"))
    shard.presence("ana")
    shard.receive("first")
    shard.accept("first", 1, "ana")
    shard.presence("bea")
    return shard


def test_a_busy_agent_is_waited_for_until_the_time_is_over(shard: Shard) -> None:
    queued = find(shard.receive("1", preferred_agent="ana"), "interaction_queued")
    assert queued.preference == Preference(agent_id="ana", until_ms=T0 + 30_000)
    assert shard.wait(29.999) == []
    told = shard.wait(0.001)
    assert kinds(told) == ["interaction_widened", "offer_made"]
    widened = find(told, "interaction_widened")
    assert (widened.let_go, widened.why, widened.step) == ("ana", "waited", 0)
    assert offered(told) == ["bea"]


def test_he_gets_it_when_he_is_free_though_another_has_been_ready_longer(shard: Shard) -> None:
    shard.receive("1", preferred_agent="ana")
    shard.wait(5)
    assert offered(shard.say(CloseRequested, local="first", agent_id="ana")) == ["ana"]


def test_who_has_not_signed_in_is_let_go_at_once(shard: Shard) -> None:
    shard.presence("ana", "away")
    told = shard.receive("1", preferred_agent="ana")
    assert kinds(told) == ["interaction_queued", "interaction_widened", "offer_made"]
    widened = find(told, "interaction_widened")
    assert (widened.let_go, widened.why) == ("ana", "nobody_there")
    assert offered(told) == ["bea"]


@pytest.mark.parametrize("status", ["away", "offline"])
def test_those_who_wait_for_an_agent_are_let_go_when_he_leaves(shard: Shard, status: str) -> None:
    shard.receive("1", preferred_agent="ana")
    shard.receive("2", preferred_agent="ana")
    told = shard.presence("ana", status)
    assert [it.let_go for it in told if kinds([it]) == ["interaction_widened"]] == ["ana"] * 2  # type: ignore[attr-defined]  # an InteractionWidened
    assert offered(told) == ["bea", "bea"]


def test_an_agent_who_only_finishes_his_work_is_not_waited_for(shard: Shard) -> None:
    shard.say(PresenceReported, agent_id="ana", status="away", after_work=True)
    assert offered(shard.receive("1", preferred_agent="ana")) == ["bea"]


def test_he_is_not_preferred_past_skills_languages_or_where_the_queue_does_not_wait() -> None:
    shard = shard_of(agent("ana"), agent("bea", "en", "pt", skills={"snow": 1}))
    shard.presence("ana")
    shard.presence("bea")
    for given in (
        {"skills": (SNOW,)},
        {"language": "pt"},
        {"queue": "other", "skills": (SNOW,)},
        {"preferred_agent": "nobody", "skills": (SNOW,)},
    ):
        local = str(len(shard.facts))
        told = shard.receive(local, **{"preferred_agent": "ana", **given})  # type: ignore[arg-type]  # of each case
        assert find(told, "interaction_queued").preference is None
        assert offered(told) == ["bea"] or "interaction_widened" not in kinds(told)


def test_he_is_not_preferred_past_the_order() -> None:
    """What waits longer for somebody like him comes before what waits for him."""
    shard = shard_of(agent("ana", capacity_units=40))
    shard.presence("ana")
    shard.receive("first")
    shard.accept("first", 1, "ana")
    shard.receive("older")
    shard.wait(1)
    shard.receive("his", preferred_agent="ana")
    told = shard.say(CloseRequested, local="first", agent_id="ana")
    assert find(told, "offer_made").interaction_id == "boston:older"


def test_a_decline_of_the_preferred_agent_lets_others_have_it(shard: Shard) -> None:
    shard.say(CloseRequested, local="first", agent_id="ana")
    assert offered(shard.receive("1", preferred_agent="ana")) == ["ana"]
    assert offered(shard.decline("1", 1, "ana")) == ["bea"]


def test_a_rule_names_an_agent_or_the_attribute_that_names_him() -> None:
    rules = (
        RoutingRule(name="vip", when={"topic": ("vip",)}, queue="general", prefer_agent="bea"),
        RoutingRule(name="own", queue="general", prefer_agent="attributes.owner"),
    )
    shard = shard_of(agent("ana"), agent("bea"), rules=rules)
    shard.presence("ana")
    shard.wait(1)
    shard.presence("bea")
    assert offered(shard.receive("1", topic="vip")) == ["bea"]
    shard.wait(1)
    assert offered(shard.receive("2", attributes={"owner": "bea"})) == ["bea"]
    assert offered(shard.receive("3")) == ["ana"]


def test_the_last_agent_of_a_customer_is_asked_first_while_he_is_remembered() -> None:
    shard = shard_of(agent("ana"), agent("bea"), prefer_last_agent=True)
    shard.presence("bea")
    shard.receive("old", customer="c1")
    shard.accept("old", 1, "bea")
    shard.say(CloseRequested, local="old", agent_id="bea")
    shard.wait(1)
    shard.presence("ana")
    shard.receive("other", customer="c2")
    shard.accept("other", 1, "bea")
    shard.restore()
    told = shard.receive("1", customer="c1")
    assert find(told, "interaction_queued").preference.agent_id == "bea"
    assert find(shard.receive("2", customer="c3"), "interaction_queued").preference is None
    shard.wait(86_400 + 60)
    assert find(shard.receive("3", customer="c1"), "interaction_queued").preference is None


def test_who_had_a_customer_before_the_last_one_is_not_asked_first() -> None:
    shard = shard_of(agent("ana"), agent("bea"), prefer_last_agent=True)
    for local, agent_id in (("a", "ana"), ("b", "bea")):
        shard.presence(agent_id)
        shard.receive(local, customer="c1")
        shard.accept(local, 1, agent_id)
        shard.say(CloseRequested, local=local, agent_id=agent_id)
        shard.wait(1)
        shard.presence(agent_id, "away")
    shard.presence("ana")
    shard.presence("bea")
    assert offered(shard.receive("1", customer="c1")) == ["bea"]


def test_an_agent_who_came_before_who_has_left_does_not_hide_one_who_is_there() -> None:
    """The sender names one who is away; the rule's own one is there."""
    rules = (RoutingRule(name="r", queue="general", prefer_agent="bea"),)
    shard = shard_of(agent("ana"), agent("bea"), agent("cy"), rules=rules)
    shard.presence("cy")
    shard.wait(1)
    shard.presence("bea")
    assert offered(shard.receive("1", preferred_agent="ana")) == ["bea"]


def test_a_preference_survives_a_restore_and_a_new_configuration(shard: Shard) -> None:
    shard.receive("1", preferred_agent="ana")
    shard.restore()
    shard.wait(10)
    assert shard.receive("2", preferred_agent="ana")[1:] == []
    told = shard.configure(document(agent("bea")))  # and ana is dismissed
    assert "interaction_widened" in kinds(told)
    assert set(offered(told)) == {"bea"}
    assert "interaction_parked" not in kinds(told)


def test_a_transfer_to_a_queue_ends_the_preference(shard: Shard) -> None:
    shard.receive("1", preferred_agent="ana")
    assert offered(shard.say(TransferRequested, local="1", to_queue="other")) == ["bea"]
