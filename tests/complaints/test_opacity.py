"""Decisions that nobody can follow: here each question that users ask has an answer in words."""

from typing import Any

from shared.contracts.configuration import ChannelSettings, Queue
from shared.contracts.interactions import ChangeRequested, CloseRequested, SkillNeed
from tests.complaints.story import explained, offered, take
from tests.support.router_shard import Shard, agent, document, find

# Genesys community `skill-proficiency`: how do proficiency and idle time combine?


def experts(**settings: Any) -> Shard:
    """Ana is better at tax, and came last; bea and cy are equals, and bea came first."""
    shard = Shard(
        document(
            agent("ana", skills={"tax": 5}),
            agent("bea", skills={"tax": 3}),
            agent("cy", skills={"tax": 3}),
            skills=("tax",),
            **settings,
        )
    )
    for id_ in ("bea", "cy", "ana"):
        shard.presence(id_)
        shard.wait(60)
    return shard


def test_the_explanation_says_how_proficiency_and_idle_time_were_combined() -> None:
    shard = experts(strategy="most_proficient")
    # when
    shard.receive("1", channel="voice", skills=(SkillNeed(skill="tax", level=2),))
    told = explained(shard, "1")
    # then: compared part by part from the left, and the smaller wins
    assert told.rank_names[:4] == ("language", "proficiency", "load", "ready_since")
    assert told.winner is not None
    assert told.runner_up is not None
    assert (told.winner.agent_id, told.runner_up.agent_id) == ("ana", "bea")
    winner = dict(zip(told.rank_names, told.winner.rank, strict=True))
    second = dict(zip(told.rank_names, told.runner_up.rank, strict=True))
    # proficiency decided it, though bea was idle for longer
    assert (winner["proficiency"], second["proficiency"]) == (0, 2)
    assert winner["ready_since"] - second["ready_since"] == 120_000
    assert told.winner.rank < told.runner_up.rank


def test_among_equals_in_proficiency_the_explanation_shows_that_idle_time_decided() -> None:
    shard = experts(strategy="most_proficient")
    shard.receive("1", channel="voice", skills=(SkillNeed(skill="tax", level=2),))
    take(shard, "1")
    # when
    shard.receive("2", channel="voice", skills=(SkillNeed(skill="tax", level=2),))
    told = explained(shard, "2")
    # then
    assert told.winner is not None
    assert told.runner_up is not None
    assert (told.winner.agent_id, told.runner_up.agent_id) == ("bea", "cy")
    ranks = zip(told.rank_names, told.winner.rank, told.runner_up.rank, strict=True)
    assert next(name for name, mine, his in ranks if mine != his) == "ready_since"


def test_a_pool_that_puts_idle_time_first_is_explained_by_its_own_order() -> None:
    shard = experts(rank=("ready_since", "proficiency"))
    shard.receive("1", channel="voice", skills=(SkillNeed(skill="tax", level=2),))
    told = explained(shard, "1")
    assert told.rank_names == ("ready_since", "proficiency")
    assert told.winner is not None
    assert (told.winner.agent_id, told.winner.rank[1]) == ("bea", 2)


# Genesys community "Conversation Priority and Score": when does a change of priority act?


def line_of_three(**settings: Any) -> Shard:
    """Ana is busy; three wait for her, ten seconds apart."""
    shard = Shard(document(agent("ana"), **settings))
    shard.presence("ana")
    shard.receive("busy", channel="voice")
    take(shard, "busy")
    for local in ("1", "2", "3"):
        shard.wait(10)
        shard.receive(local, channel="voice")
    return shard


def test_a_change_of_priority_acts_at_once_and_is_told_with_its_effect() -> None:
    # given
    shard = line_of_three()
    assert [explained(shard, local).ahead for local in ("1", "2", "3")] == [0, 1, 2]
    # when
    told = shard.say(ChangeRequested, local="3", priority="high", reason="promised")
    # then: who did what, why, and what it made of the place, in the same turn
    changed = find(told, "interaction_changed")
    assert (changed.changed, changed.actor, changed.reason) == (
        ("priority",),
        "somebody",
        "promised",
    )
    came_ms = find(shard.facts[:-1], "interaction_assigned").at_ms + 30_000
    assert changed.routing.order_ms == came_ms - 60_000  # a head start of a minute
    assert [explained(shard, local).ahead for local in ("1", "2", "3")] == [1, 2, 0]
    # and: it is so
    freed = shard.say(CloseRequested, local="busy", agent_id="ana")
    assert offered(freed) == [("3", "ana")]


# Genesys community `estimated-wait-time-algorithm`; AWS re:Post on Amazon Connect's estimate

HANDLED = (Queue(name="general", handle_time_s=300), Queue(name="other"))


def test_an_estimate_says_what_it_rests_on() -> None:
    # given: a configured handle time, and one agent
    shard = line_of_three(queues=HANDLED)
    estimate = explained(shard, "3").estimate
    assert estimate is not None
    assert estimate.rests_on == ("staffing",)
    assert 0 < estimate.p50_s < estimate.p90_s
    # when: the head of the line has waited for much longer than that promises
    shard.wait(3600)
    later = explained(shard, "3").estimate
    # then: that is said, too, and counts
    assert later is not None
    assert later.rests_on == ("staffing", "head_of_line")
    assert later.p50_s > estimate.p50_s


def test_no_estimate_is_told_where_there_is_no_ground_for_one() -> None:
    # Neither a measured nor a configured handle time; or nobody there.
    assert explained(line_of_three(), "1").estimate is None
    shard = line_of_three(queues=HANDLED)
    shard.presence("ana", "away")
    assert explained(shard, "1").estimate is None


def test_an_estimate_is_made_anew_whenever_it_is_asked_for() -> None:
    # given
    shard = line_of_three(queues=HANDLED, channels={"voice": ChannelSettings()})
    before = explained(shard, "3").estimate
    # when: one before it hangs up
    shard.say(CloseRequested, local="1")
    after = explained(shard, "3").estimate
    # then
    assert before is not None
    assert after is not None
    assert (after.p50_s, after.p90_s) < (before.p50_s, before.p90_s)


# Dynamics 365 `assignment-methods`: re-ordering that looks as if priority did not count


def test_the_most_urgent_that_was_not_assigned_says_what_it_waits_for() -> None:
    # given: nobody who speaks Hebrew is there
    shard = Shard(document(agent("ana", "en"), agent("zoe", "he")))
    shard.receive("urgent", language="he", priority="high")
    shard.receive("normal")
    # when: the less urgent one is assigned
    shard.presence("ana")
    assert take(shard, "normal") == "ana"
    # then
    told = explained(shard, "urgent")
    assert told.counts == {"language": 1, "presence": 1}
    assert (
        told.binds == "It waits: it needs somebody to sign in, and 1 agent holds everything else."
    )
    assert {it.agent_id: it.constraint for it in told.verdicts} == {
        "ana": "language",
        "zoe": "presence",
    }


def test_who_is_overtaken_sees_it_and_the_order_says_why() -> None:
    # given: one waits alone
    shard = line_of_three()
    assert explained(shard, "1").ahead == 0
    # when: a more urgent one comes while the queue is looked at
    told = find(shard.receive("4", channel="voice", priority="high"), "interaction_queued")
    # then: the place of all is another at once, and the head start is in the fact
    assert [explained(shard, local).ahead for local in ("4", "1", "2", "3")] == [0, 1, 2, 3]
    assert (told.priority, told.waiting_since_ms - told.order_ms) == ("high", 60_000)
    # and: the offer says before how many others of its line it was taken
    freed = shard.say(CloseRequested, local="busy", agent_id="ana")
    made = find(freed, "offer_made")
    assert (made.interaction_id, made.why.waiting_before) == ("boston:4", 3)
