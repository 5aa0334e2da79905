"""What an agent may serve, changed by hand until the configuration is applied again."""

from typing import Any

import pytest

from shared.contracts.agents import AgentSkillsRequested, LanguageSkill
from shared.contracts.configuration import ChannelSettings, PoolDocument
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested, SkillNeed
from tests.support.router_shard import Shard, agent, document, find, index, kinds

LATVIAN = {"lv": LanguageSkill()}
SNOW = (SkillNeed(skill="snow", level=3),)


def centre(**ana: Any) -> PoolDocument:
    return document(
        agent("ana", "en", "lv", skills={"snow": 3} | ana),
        agent("bea"),
        skills=("snow", "ice"),
        channels={"voice": ChannelSettings(), "chat": ChannelSettings(units=40)},
    )


@pytest.fixture
def shard() -> Shard:
    """Ana is ready; she speaks English and Latvian, and knows snow at level 3."""
    shard = Shard(centre())
    shard.presence("ana")
    return shard


def change(shard: Shard, agent_id: str = "ana", **given: Any) -> list[Event]:
    return shard.say(AgentSkillsRequested, agent_id=agent_id, **given)


def test_a_change_is_told_with_its_actor_and_reason(shard: Shard) -> None:
    told = find(change(shard, skills={"ice": 2}, reason="course"), "agent_skills_changed")
    assert (told.skills, told.languages) == ({"ice": 2}, None)
    assert (told.actor, told.reason) == ("somebody", "course")


def test_an_offer_that_she_may_not_serve_any_more_is_taken_back(shard: Shard) -> None:
    shard.receive("1", skills=SNOW)
    shard.receive("2")
    told = change(shard, skills={})
    assert kinds(told)[:3] == ["agent_skills_changed", "offer_ended", "interaction_requeued"]
    ended = find(told, "offer_ended")
    assert (ended.offer_id, ended.end) == ("boston:1:1", "revoked")
    assert find(shard.accept("2", 1, "ana"), "interaction_assigned").agent_id == "ana"


def test_assigned_work_stays(shard: Shard) -> None:
    shard.receive("1", language="lv")
    shard.accept("1", 1, "ana")
    assert kinds(change(shard, languages={"en": LanguageSkill()})) == ["agent_skills_changed"]
    assert shard.say(CloseRequested, local="1", agent_id="ana")


def test_what_waits_is_offered_to_who_may_serve_it_now(shard: Shard) -> None:
    shard.presence("ana", "away")
    shard.presence("bea")
    shard.receive("1", language="lv")
    told = change(shard, "bea", languages=LATVIAN)
    assert kinds(told) == ["agent_skills_changed", "offer_made"]
    made = find(told, "offer_made")
    assert (made.agent_id, made.why.trigger) == ("bea", "skills_changed")


def test_what_nobody_could_serve_is_offered_when_somebody_can(shard: Shard) -> None:
    assert "interaction_parked" in kinds(shard.receive("1", skills=(SkillNeed(skill="ice"),)))
    told = change(shard, skills={"ice": 1})
    assert kinds(told) == ["agent_skills_changed", "interaction_requeued", "offer_made"]


def test_what_nobody_can_serve_any_more_is_parked_with_an_alarm(shard: Shard) -> None:
    shard.presence("ana", "away")
    shard.receive("1", language="lv")
    told = change(shard, languages={"en": LanguageSkill()})
    assert kinds(told) == ["agent_skills_changed", "interaction_parked"]
    assert find(told, "interaction_parked").reason == "no_agent_can_serve"


def test_who_waits_for_the_last_agent_there_goes_on_to_the_next_step_when_she_loses_it() -> None:
    # given: snow is asked for ten minutes; ana is busy with a call, and bea knows no snow
    shard = Shard(centre())
    shard.presence("ana")
    shard.receive("0", channel="voice")
    shard.presence("bea")
    need = SkillNeed(skill="snow", level=3, drops_after_s=600)
    assert kinds(shard.receive("1", skills=(need,))) == ["interaction_queued"]
    # when
    told = change(shard, skills={})
    # then
    assert find(told, "interaction_widened").why in {"nobody_there", "nobody_exists"}
    assert find(told, "offer_made").agent_id == "bea"


def test_an_agent_who_lost_it_is_not_asked_and_one_who_has_it_is(shard: Shard) -> None:
    shard.presence("bea")
    change(shard, "bea", skills={"snow": 5})
    change(shard, skills={"snow": 2})
    assert find(shard.receive("1", skills=SNOW), "offer_made").agent_id == "bea"


def test_how_well_a_language_is_spoken_counts_by_mode(shard: Shard) -> None:
    change(shard, languages={"lv": LanguageSkill(spoken=0, written=5)})
    assert "offer_made" in kinds(shard.receive("1", language="lv"))
    told = shard.receive("2", language="lv", channel="voice")
    assert "interaction_parked" in kinds(told)


def test_what_is_not_named_keeps_an_earlier_change(shard: Shard) -> None:
    change(shard, skills={"ice": 2})
    told = find(change(shard, languages=LATVIAN), "agent_skills_changed")
    assert (told.skills, told.languages) == ({"ice": 2}, LATVIAN)
    told = find(change(shard, skills={}), "agent_skills_changed")
    assert (told.skills, told.languages) == ({}, LATVIAN)


def test_naming_neither_brings_the_configured_ones_back(shard: Shard) -> None:
    change(shard, skills={}, languages={})
    told = change(shard)
    assert kinds(told) == ["agent_skills_changed"]
    assert "offer_made" in kinds(shard.receive("1", skills=SNOW, language="lv"))


def test_the_next_configuration_ends_it(shard: Shard) -> None:
    change(shard, skills={})
    assert "interaction_parked" in kinds(shard.receive("1", skills=SNOW))
    told = shard.configure(centre(ice=1))
    assert kinds(told) == ["config_taken", "interaction_requeued", "offer_made"]
    shard.restore()
    assert "offer_made" in kinds(shard.receive("2", skills=SNOW))


def test_it_outlives_a_restart_also_for_who_was_never_there(shard: Shard) -> None:
    change(shard, skills={"ice": 4})
    change(shard, "bea", languages=LATVIAN)
    before = index(shard.state)
    shard.restore()
    assert index(shard.state) == before
    assert "offer_made" in kinds(shard.receive("1", skills=(SkillNeed(skill="ice", level=4),)))
    shard.presence("ana", "away")
    shard.presence("bea")
    assert find(shard.receive("2", language="lv"), "offer_made").agent_id == "bea"


def test_the_same_request_again_is_silent(shard: Shard) -> None:
    change(shard, skills={"ice": 1}, event_id="by hand")
    change(shard, skills={"snow": 1})
    assert change(shard, skills={"ice": 1}, event_id="by hand") == []


@pytest.mark.parametrize(
    ("agent_id", "given", "refused"),
    [
        ("nobody", {}, ("unknown_agent", "agent_id", 404)),
        ("ana", {"skills": {"juggling": 1}}, ("unknown_skill", "skills", 422)),
        ("ana", {"skills": {"snow": 6}}, ("bad_skill_level", "skills", 422)),
        ("ana", {"skills": {"snow": 0}}, ("bad_skill_level", "skills", 422)),
    ],
)
def test_what_does_not_exist_is_refused_with_a_remedy(
    shard: Shard, agent_id: str, given: dict[str, Any], refused: tuple[str, str, int]
) -> None:
    refusal = find(change(shard, agent_id, **given), "event_rejected")
    assert (refusal.code, refusal.field, refusal.status) == refused


def test_a_refusal_names_the_skills_that_there_are(shard: Shard) -> None:
    refusal = find(change(shard, skills={"juggling": 1}), "event_rejected")
    assert "it has: ice, snow" in refusal.message
