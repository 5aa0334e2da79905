"""Routing rules: every field, every pattern, topics, and languages that nobody is sure of."""

from typing import Any

import pytest

from shared.contracts.configuration import (
    PriorityClass,
    Queue,
    RoutingRule,
    SlaPolicy,
    SlaTarget,
    TopicRule,
    UnsureLanguage,
)
from shared.contracts.interactions import SkillNeed
from tests.support.router_shard import T0, Shard, agent, document, find

GIVEN: dict[str, Any] = {
    "language": "pt-BR",
    "other_languages": ("es-MX",),
    "topic": "snow",
    "priority": "high",
    "customer": "c-17",
    "skills": (SkillNeed(skill="ice"),),
    "reachable_by": ("email", "sms"),
    "preferred_agent": "ana",
    "attributes": {"tier": "gold", "age": "30"},
}


def rule_for(field: str, *wanted: str) -> RoutingRule:
    return RoutingRule(name="it", when={field: wanted}, queue="other")


@pytest.mark.parametrize(
    ("field", "wanted", "matched"),
    [
        ("channel", ("chat",), "chat"),
        ("language", ("pt",), "pt"),
        ("language", ("PT-br",), "pt-br"),
        ("other_languages", ("es",), "es"),
        ("language_source", ("given",), "given"),
        ("topic", ("ice", "snow"), "snow"),
        ("priority", ("high",), "high"),
        ("customer", ("c-*",), "c-17"),
        ("skills", ("ice",), "ice"),
        ("reachable_by", ("sms",), "sms"),
        ("preferred_agent", ("ana",), "ana"),
        ("preferred_agent", ("*",), "ana"),
        ("queue", ("!*",), "!*"),
        ("attributes.tier", ("gold",), "gold"),
        ("attributes.tier", ("!silver",), "gold"),
        ("attributes.tier", ("!silver", "!bronze"), "gold"),
        ("attributes.tier", ("g*", "!green"), "gold"),
        ("attributes.none", ("!gold",), "!gold"),
        ("attributes.none", ("gold", "!*"), "!*"),
        ("attributes.age", (">=30",), "30"),
        ("attributes.age", (">29.5",), "30"),
        ("attributes.age", ("<=30",), "30"),
        ("attributes.age", ("<31",), "30"),
    ],
)
def test_each_field_can_be_asked_for_in_each_pattern(
    field: str, wanted: tuple[str, ...], matched: str
) -> None:
    shard = Shard(document(agent("ana"), rules=(rule_for(field, *wanted),)))
    queued = find(shard.receive("1", **GIVEN), "interaction_queued")
    assert (queued.queue, queued.why.rule) == ("other", "it")
    assert queued.why.matched == {field: matched}


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("channel", ("voice",)),
        ("channel", ()),
        ("language", ("pt-PT",)),
        ("language", ("!pt",)),  # it is a form of pt
        ("other_languages", ("pt",)),
        ("language_source", ("detected",)),
        ("topic", ("snowman", "!*")),
        ("customer", ("c-1",)),
        ("skills", ("snow",)),
        ("reachable_by", ("voice",)),
        ("queue", ("*",)),
        ("attributes.tier", ("!silver", "!gold")),  # none of them, not one of the two
        ("attributes.tier", ("g*", "!gold")),
        ("attributes.tier", ("!g*",)),
        ("attributes.tier", (">=1",)),  # no number
        ("attributes.none", ("*",)),
        ("attributes.none", (">=1",)),
        ("attributes.age", (">30",)),
        ("attributes.age", ("<30",)),
        ("attributes.age", (">=31",)),
        ("attributes.age", ("<=29",)),
        ("moon", ("*",)),
    ],
)
def test_what_does_not_fit_does_not_match(field: str, wanted: tuple[str, ...]) -> None:
    shard = Shard(document(agent("ana"), rules=(rule_for(field, *wanted),)))
    assert find(shard.receive("1", **GIVEN), "interaction_queued").why.rule == "default"


def test_all_fields_of_a_rule_must_match() -> None:
    rule = RoutingRule(
        name="it", when={"topic": ("snow",), "attributes.tier": ("tin",)}, queue="other"
    )
    shard = Shard(document(agent("ana"), rules=(rule,)))
    assert find(shard.receive("1", **GIVEN), "interaction_queued").why.rule == "default"


def test_a_topic_brings_its_skills_wherever_it_is_queued() -> None:
    topics = (TopicRule(topic="snow", skills=(SkillNeed(skill="plough", level=2),)),)
    shard = Shard(document(agent("ana"), topics=topics))
    for local, given in (("1", {}), ("2", {"queue": "other"})):
        queued = find(shard.receive(local, topic="snow", **given), "interaction_queued")
        assert queued.skills == queued.ruled_skills == topics[0].skills
    assert find(shard.receive("3", topic="ice"), "interaction_queued").skills == ()


UNSURE = UnsureLanguage(below_permille=700, queue="other")


@pytest.mark.parametrize(
    ("source", "permille", "given", "rule"),
    [
        ("detected", 699, {}, "unsure_language"),
        ("detected", 700, {}, "everything"),
        ("given", 100, {}, "everything"),
        ("detected", 100, {"queue": "general"}, "asked"),
    ],
)
def test_a_language_that_was_hardly_recognised_goes_to_its_own_queue(
    source: str, permille: int, given: dict[str, str], rule: str
) -> None:
    everything = RoutingRule(name="everything", queue="general")
    shard = Shard(document(agent("ana"), rules=(everything,), unsure_language=UNSURE))
    queued = find(
        shard.receive("1", language_source=source, language_confidence_permille=permille, **given),
        "interaction_queued",
    )
    assert queued.why.rule == rule
    if rule == "unsure_language":
        assert queued.queue == "other"
        assert queued.why.matched == {"language": "en", "permille": "699"}


def test_where_the_topic_came_from_is_kept() -> None:
    shard = Shard(document(agent("ana")))
    queued = find(
        shard.receive("1", topic="snow", topic_source="keywords", topic_keyword="plough*"),
        "interaction_queued",
    )
    it = shard.state.pools["boston"].interactions["boston:1"]
    for its in (queued, it):
        assert (its.topic_source, its.topic_keyword) == ("keywords", "plough*")


def test_an_emergency_stands_before_whoever_has_waited_longest() -> None:
    priorities = (
        PriorityClass(name="normal"),
        PriorityClass(name="high", head_start_s=86_400 * 365),
        PriorityClass(name="fire", emergency=True),
    )
    shard = Shard(document(agent("ana"), priorities=priorities))
    shard.receive("high", priority="high")
    shard.wait(86_400)
    shard.receive("fire", priority="fire")
    waiting = shard.state.pools["boston"].interactions
    assert waiting["boston:fire"].order_ms < waiting["boston:high"].order_ms - 10**12


def weigh(order: str = "cost_of_delay", handle_time_s: int | None = None, **target: Any) -> int:
    policies: tuple[SlaPolicy, ...] = ()
    if target:
        first_reply = SlaTarget(metric="first_reply", met_by="reply", **target)
        policies = (SlaPolicy(name="p", targets=(first_reply,)),)
    queue = Queue(name="general", handle_time_s=handle_time_s, sla_policy="p" if target else None)
    shard = Shard(document(agent("ana"), queues=(queue,), sla_policies=policies, order=order))
    weight: int = find(shard.receive("1", topic="snow"), "interaction_queued").delay_weight
    return weight


def test_a_moment_more_costs_what_the_promise_and_the_work_say() -> None:
    assert weigh(open_s=3600) == 2 * 10**18 // (3600**2 * 300)
    assert weigh(open_s=3600, handle_time_s=600) == 2 * 10**18 // (3600**2 * 600)
    assert weigh(business_days=2) == weigh(open_s=2 * 8 * 3600)
    assert weigh(calendar_days=2) == weigh(open_s=2 * 24 * 3600)
    assert weigh(open_s=60, topics=("ice",)) == weigh() == weigh(calendar_days=30)  # no promise
    assert weigh(open_s=10**9, handle_time_s=10**6) == 1
    assert weigh(order="age", open_s=60) == weigh(open_s=60)  # that order may be another tomorrow


def test_age_is_kept_where_it_is_queued_anew() -> None:
    shard = Shard(document(agent("ana")))
    queued = find(shard.receive("1"), "interaction_queued")
    assert (queued.steps, queued.steps_since_ms, queued.policy) == ((), T0, 1)
