"""What waits is changed: it counts at once, is recorded with actor and reason, keeps its age."""

from typing import Any

import pytest

from shared.contracts.configuration import Queue, RingOpening, RoutingRule
from shared.contracts.event import Event
from shared.contracts.interactions import ChangeRequested, SkillNeed
from tests.support.router_shard import T0, Shard, agent, document, find, kinds

SNOW = SkillNeed(skill="snow", level=2)
ICE = SkillNeed(skill="ice", level=3, drops_after_s=60)


def change(shard: Shard, local: str = "1", **given: Any) -> list[Event]:
    return shard.say(ChangeRequested, local=local, **given)


def offered(told: list[Event]) -> list[str]:
    return [fact.agent_id for fact in told if kinds([fact]) == ["offer_made"]]  # type: ignore[attr-defined]  # an OfferMade


@pytest.fixture
def shard() -> Shard:
    queues = (Queue(name="general"), Queue(name="other", skills=(SNOW,), expires_after_s=600))
    shard = Shard(document(agent("ana"), agent("bea", "pt", skills={"snow": 2}), queues=queues))
    shard.receive("1")
    shard.wait(10)
    return shard


def test_a_higher_priority_moves_it_up_at_once(shard: Shard) -> None:
    shard.receive("2")
    told = change(shard, "2", priority="high", reason="the mayor")
    changed = find(told, "interaction_changed")
    assert changed.changed == ("priority",)
    assert (changed.actor, changed.reason) == ("somebody", "the mayor")
    assert changed.routing.order_ms == T0 + 10_000 - 60_000
    assert find(shard.presence("ana")[1:2], "offer_made").interaction_id == "boston:2"


def test_another_language_is_served_by_who_speaks_it(shard: Shard) -> None:
    shard.presence("bea")
    told = change(shard, language="pt-BR")
    assert kinds(told) == ["interaction_changed", "offer_made"]
    assert offered(told) == ["bea"]
    assert find(told, "offer_made").waited_ms == 10_000


def test_another_queue_brings_its_needs_and_its_time_begins(shard: Shard) -> None:
    changed = find(change(shard, queue="other"), "interaction_changed")
    assert (changed.routing.queue, changed.routing.skills) == ("other", (SNOW,))
    assert changed.routing.expires_at_ms == T0 + 610_000
    assert set(changed.changed) == {"queue", "skills"}
    assert kinds(shard.wait(600)) == ["interaction_expired"]


def test_skills_take_the_place_of_those_that_the_sender_asked_for() -> None:
    queue = Queue(name="general", skills=(SNOW,))
    rule = RoutingRule(name="r", queue="general", skills=(SkillNeed(skill="rule"),))
    shard = Shard(document(agent("ana"), queues=(queue,), rules=(rule,)))
    shard.receive("1", skills=(ICE,))
    changed = find(change(shard, skills=(SkillNeed(skill="mud"),)), "interaction_changed")
    assert [it.skill for it in changed.routing.skills] == ["mud", "rule", "snow"]
    assert changed.routing.asked_skills == (SkillNeed(skill="mud"),)
    assert changed.routing.steps == ()


def test_a_change_of_the_language_alone_keeps_what_the_sender_asked_with_its_drops() -> None:
    shard = Shard(document(agent("ana", "en", "pt")))
    shard.receive("1", skills=(ICE, SNOW))
    routing = find(change(shard, language="pt"), "interaction_changed").routing
    assert routing.asked_skills == (ICE, SNOW)
    assert [it.after_s for it in routing.steps] == [0, 60]
    assert routing.steps_since_ms == T0


def test_an_offer_that_it_concerns_is_withdrawn_and_one_that_it_does_not_stays(
    shard: Shard,
) -> None:
    shard.presence("ana")
    assert kinds(change(shard, priority="high")) == ["interaction_changed"]
    shard.presence("bea")
    told = change(shard, language="pt")
    assert kinds(told) == ["offer_ended", "interaction_changed", "offer_made"]
    assert find(told, "offer_ended").end == "withdrawn"
    assert offered(told) == ["bea"]


def test_what_nobody_could_serve_waits_again_when_it_asks_for_less() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1", language="pt")
    shard.presence("ana")
    assert kinds(change(shard, language="en")) == [
        "interaction_changed",
        "interaction_requeued",
        "offer_made",
    ]


def test_what_nobody_can_serve_any_more_is_parked(shard: Shard) -> None:
    assert kinds(change(shard, language="fi")) == ["interaction_changed", "interaction_parked"]


def test_the_rules_of_its_arrival_hold_until_they_are_applied_again(shard: Shard) -> None:
    rules = (RoutingRule(name="all", queue="other", priority="high"),)
    again = document(
        agent("bea", skills={"snow": 2}),
        queues=(
            Queue(name="general", rings=(RingOpening(ring="x"),)),
            Queue(name="other", skills=(SNOW,)),
        ),
        rules=rules,
    )
    shard.configure(again)
    kept = shard.state.pools["boston"].interactions["boston:1"]
    assert (kept.queue, kept.policy, kept.skills) == ("general", 1, ())
    priority_only = find(change(shard, priority="high"), "interaction_changed").routing
    assert (priority_only.policy, priority_only.steps) == (1, ())
    told = change(shard, reapply=True)
    routing = find(told, "interaction_changed").routing
    assert (routing.queue, routing.skills, routing.priority) == ("other", (SNOW,), "high")
    assert (routing.policy, kept.policy, kept.queue) == (2, 2, "other")
    assert kept.waiting_since_ms == T0


def test_a_change_that_changes_nothing_is_answered_and_costs_no_place(shard: Shard) -> None:
    before = dict(shard.state.pools["boston"].floor.line(
        shard.state.pools["boston"].interactions["boston:1"]).live)  # fmt: skip
    assert find(change(shard, language="en"), "interaction_changed").changed == ()
    it = shard.state.pools["boston"].interactions["boston:1"]
    assert dict(shard.state.pools["boston"].floor.line(it).live) == before


@pytest.mark.parametrize(
    ("given", "code", "field", "status"),
    [
        ({}, "nothing_to_change", "interaction_id", 422),
        ({"queue": "none"}, "unknown_queue", "queue", 422),
        ({"priority": "none"}, "unknown_priority", "priority", 422),
        ({"local": "9", "priority": "high"}, "unknown_interaction", "interaction_id", 404),
    ],
)
def test_what_cannot_be_followed_is_refused(
    shard: Shard, given: dict[str, str], code: str, field: str, status: int
) -> None:
    refused = find(change(shard, **given), "event_rejected")
    assert (refused.code, refused.field, refused.status) == (code, field, status)


def test_an_unknown_skill_is_refused_where_the_pool_lists_its_skills() -> None:
    shard = Shard(document(agent("ana"), skills=("snow",)))
    shard.receive("1")
    assert find(change(shard, skills=(ICE,)), "event_rejected").code == "unknown_skill"


def test_what_is_with_an_agent_is_not_changed_under_his_hands(shard: Shard) -> None:
    shard.presence("ana")
    shard.accept("1", 1, "ana")
    refused = find(change(shard, priority="high"), "event_rejected")
    assert (refused.code, refused.status) == ("already_assigned", 409)


def test_the_same_change_heard_again_is_nothing(shard: Shard) -> None:
    change(shard, priority="high", event_id="once")
    assert change(shard, priority="high", event_id="once") == []


def test_it_is_the_same_after_a_restore(shard: Shard) -> None:
    change(shard, queue="other", skills=(ICE,), priority="high")
    before = shard.state.pools["boston"].interactions["boston:1"]
    shard.restore()
    assert shard.state.pools["boston"].interactions["boston:1"] == before
