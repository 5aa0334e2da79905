"""Queue, skills, language, order: what an interaction requires, and who may serve it."""

import pytest

from services.router.core.floor.languages import fallbacks
from shared.contracts.configuration import Agent as ConfiguredAgent
from shared.contracts.configuration import ChannelSettings, LanguageLevel, Queue, RoutingRule
from shared.contracts.interactions import CloseRequested, SkillNeed
from tests.support.router_shard import Shard, agent, document, find, kinds

SNOW = SkillNeed(skill="snow", level=3)
RULES = (
    RoutingRule(
        name="plough",
        when={"topic": ("snow", "ice"), "attributes.source": ("app",)},
        queue="other",
        skills=(SNOW,),
        priority="high",
    ),
    RoutingRule(name="portuguese", when={"language": ("pt",)}, queue="other"),
    RoutingRule(name="all chats", when={"channel": ("chat",)}, queue="general"),
)


def test_the_first_rule_that_matches_chooses_and_says_what_it_matched() -> None:
    shard = Shard(document(agent("ana"), rules=RULES))
    queued = find(
        shard.receive("1", topic="ice", attributes={"source": "app"}), "interaction_queued"
    )
    assert (queued.queue, queued.priority, queued.skills) == ("other", "high", (SNOW,))
    assert queued.why.rule == "plough"
    assert queued.why.matched == {"topic": "ice", "attributes.source": "app"}
    assert queued.order_ms == queued.waiting_since_ms - 60_000
    assert find(shard.receive("2", topic="ice"), "interaction_queued").why.rule == "all chats"


def test_a_rule_for_a_language_matches_its_regional_forms() -> None:
    shard = Shard(document(agent("ana", "pt"), rules=RULES))
    queued = find(shard.receive("1", language="pt-BR"), "interaction_queued")
    assert (queued.why.rule, queued.why.matched) == ("portuguese", {"language": "pt"})


def test_an_asked_queue_goes_before_the_rules_and_none_is_the_default() -> None:
    shard = Shard(document(agent("ana"), rules=RULES))
    asked = find(shard.receive("1", queue="other"), "interaction_queued")
    assert (asked.queue, asked.why.rule) == ("other", "asked")
    none = find(shard.receive("2", channel="voice"), "interaction_queued")
    assert (none.queue, none.why.rule) == ("general", "default")


def test_skills_of_queue_rule_and_sender_add_up_at_the_highest_level() -> None:
    queue = Queue(name="general", skills=(SkillNeed(skill="snow", level=1),))
    rule = RoutingRule(name="r", queue="general", skills=(SkillNeed(skill="ice", level=2),))
    shard = Shard(document(queues=(queue,), rules=(rule,)))
    queued = find(shard.receive("1", skills=(SNOW,)), "interaction_queued")
    assert queued.skills == (SkillNeed(skill="ice", level=2), SNOW)


@pytest.mark.parametrize(("level", "gets"), [(2, False), (3, True), (5, True)])
def test_a_skill_level_below_what_is_asked_is_not_eligible(level: int, gets: bool) -> None:
    shard = Shard(document(agent("ana", skills={"snow": level})))
    shard.presence("ana")
    assert ("offer_made" in kinds(shard.receive("1", skills=(SNOW,)))) is gets


@pytest.mark.parametrize(
    ("speaks", "asks", "gets"),
    [
        ("pt", "pt-BR", True),  # lookup makes the customer's tag shorter
        ("pt-BR", "pt-br", True),  # tags do not care for case
        ("pt-BR", "pt", False),  # and never longer
        ("pt-PT", "pt-BR", False),
        ("en", "pt", False),
        ("zh", "zh-Hant-x-private", True),
    ],
)
def test_language_falls_back_by_lookup_and_is_never_dropped(
    speaks: str, asks: str, gets: bool
) -> None:
    shard = Shard(document(agent("ana", speaks)))
    shard.presence("ana")
    told = shard.receive("1", language=asks)
    assert kinds(told)[1:] == (["offer_made"] if gets else ["interaction_parked"])


def test_a_lone_letter_goes_with_what_it_introduced() -> None:
    assert fallbacks("zh-Hant-CN-x-private1") == (
        "zh-hant-cn-x-private1", "zh-hant-cn", "zh-hant", "zh",
    )  # fmt: skip


@pytest.mark.parametrize(("channel", "gets"), [("voice", False), ("chat", True)])
def test_the_level_counts_in_the_mode_of_the_channel(channel: str, gets: bool) -> None:
    writes = ConfiguredAgent(id="ana", languages={"en": LanguageLevel(spoken=1, written=3)})
    channels = {
        "voice": ChannelSettings(min_language_level=2),
        "chat": ChannelSettings(min_language_level=3),
    }
    shard = Shard(document(writes, channels=channels))
    shard.presence("ana")
    assert ("offer_made" in kinds(shard.receive("1", channel=channel))) is gets


def test_a_language_listed_at_level_nought_is_not_spoken_whatever_the_channel_asks() -> None:
    mute = ConfiguredAgent(id="ana", languages={"en": LanguageLevel(written=0)})
    shard = Shard(document(mute, channels={"chat": ChannelSettings(min_language_level=0)}))
    shard.presence("ana")
    assert "interaction_parked" in kinds(shard.receive("1"))


def test_who_speaks_the_first_language_is_asked_before_who_is_ready_longer() -> None:
    shard = Shard(document(agent("ana", "es"), agent("bea", "pt")))
    shard.presence("ana")
    shard.wait(60)
    shard.presence("bea")
    first = find(
        shard.receive("1", channel="voice", language="pt-BR", other_languages=("es",)), "offer_made"
    )
    assert (first.agent_id, first.why.language_tag) == ("bea", "pt-BR")
    assert first.why.runner_up.agent_id == "ana"
    then = find(
        shard.receive("2", channel="voice", language="pt-BR", other_languages=("es",)), "offer_made"
    )
    assert (then.agent_id, then.why.language_tag) == ("ana", "es")


def test_the_longest_ready_is_chosen_and_the_offer_says_why() -> None:
    shard = Shard(document(agent("ana"), agent("bea"), agent("cy"), agent("dov", "he")))
    for id_ in ("bea", "cy", "ana", "dov"):
        shard.presence(id_)
        shard.wait(1)
    why = find(shard.receive("1"), "offer_made").why
    assert (why.chosen.agent_id, why.runner_up.agent_id) == ("bea", "cy")
    assert why.chosen.rank < why.runner_up.rank
    assert (why.eligible, why.trigger, why.strategy) == (3, "received", "longest_ready")


def test_among_equals_the_smaller_agent_id_is_chosen() -> None:
    shard = Shard(document(agent("bea"), agent("ana")))
    shard.presence("bea")
    shard.presence("ana")
    assert find(shard.receive("1"), "offer_made").agent_id == "ana"


def test_offers_are_spread_over_agents_who_could_take_several() -> None:
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.presence("ana")
    shard.wait(1)
    shard.presence("bea")
    shard.wait(1)
    chosen = []
    for local in "123":
        chosen.append(find(shard.receive(local), "offer_made").agent_id)
        shard.wait(1)
    assert chosen == ["ana", "bea", "ana"]


def test_a_head_start_overtakes_only_within_its_bound() -> None:
    shard = Shard(document(agent("ana", capacity_units=40)))
    shard.receive("old")
    shard.wait(61)
    shard.receive("middle")
    shard.wait(30)
    shard.receive("urgent", priority="high")
    order = []
    shard.presence("ana")
    for _ in range(3):
        offer = shard.facts[-1]
        local = offer.interaction_id.split(":")[1]  # type: ignore[attr-defined]  # an OfferMade
        order.append(local)
        shard.accept(local, 1, "ana")
        shard.say(CloseRequested, local=local, agent_id="ana")
    assert order == ["old", "urgent", "middle"]
