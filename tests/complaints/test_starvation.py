"""Starvation, inversion, dead ends: work that is never served though somebody could serve it."""

from typing import get_args

import pytest

from shared.contracts.configuration import ChannelSettings, PriorityClass, Queue, RingOpening
from shared.contracts.interactions import CloseRequested, SkillNeed
from shared.contracts.routing import OfferMade
from shared.contracts.words import Strategy
from tests.complaints.story import explained, in_use, offered, standing_offers, take
from tests.support.router_shard import Shard, agent, document, find, kinds

FIRST = (
    PriorityClass(name="normal"),
    PriorityClass(name="first", emergency=True),
)

# asterisk/asterisk #1561, and `compare_weight` in `app_queue.c`


def test_who_is_outside_the_rings_of_one_queue_gets_the_calls_of_another_meanwhile() -> None:
    # given: ana helps in queue A after 30 s; A has the higher priority
    queues = (
        Queue(name="a", rings=(RingOpening(ring="helpers", after_s=30),), skip_empty_steps=False),
        Queue(name="b", rings=(RingOpening(ring="helpers"),)),
    )
    shard = Shard(
        document(
            agent("ana", rings=("helpers",)),
            agent("ben"),
            queues=queues,
            default_queue="b",
            priorities=FIRST,
        )
    )
    shard.presence("ana")
    # when: A gets a call, then B
    first = shard.receive("a1", channel="voice", queue="a", priority="first")
    second = shard.receive("b1", channel="voice", queue="b")
    # then: B's does not wait for A's, and A's comes when its ring opens and she is free
    assert (offered(first), offered(second)) == ([], [("b1", "ana")])
    take(shard, "b1")
    shard.wait(30)
    assert offered(shard.say(CloseRequested, local="b1", agent_id="ana")) == [("a1", "ana")]


def test_callers_whom_an_agent_may_not_serve_hold_up_none_of_those_whom_he_may() -> None:
    # given: many wait in a more urgent queue, and nobody who may serve them is there
    tax = Queue(name="tax", skills=(SkillNeed(skill="tax"),))
    shard = Shard(
        document(
            agent("ana"),
            agent("zoe", skills={"tax": 1}),
            queues=(Queue(name="general"), tax),
            skills=("tax",),
            priorities=FIRST,
        )
    )
    for number in range(50):
        shard.receive(f"t{number}", channel="voice", queue="tax", priority="first")
    # when: one whom ana may serve waits before she comes, and one comes after
    shard.receive("g1")
    assert offered(shard.presence("ana")) == [("g1", "ana")]
    assert offered(shard.receive("g2")) == [("g2", "ana")]


# Salesforce KB 000382420; Dynamics 365 `assignment-methods`: who declined


def test_the_only_agent_who_declined_is_asked_again_without_signing_out() -> None:
    # given
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1")
    ended = find(shard.decline("1", 1, "ana"), "offer_ended")
    # then: it is known when she is asked again, and she is
    told = explained(shard, "1")
    assert (told.state, told.changes_at_ms) == ("waiting", ended.aside_until_ms)
    assert told.counts == {"aside": 1}
    assert offered(shard.wait(60)) == [("1", "ana")]
    # and: one who comes meanwhile need not wait for that
    shard.decline("1", 2, "ana")
    shard.configure(document(agent("ana"), agent("bea")))
    assert offered(shard.presence("bea")) == [("1", "bea")]


def test_what_a_hundred_agents_declined_is_still_offered() -> None:
    # given: 101 agents, each of whom declines it
    agents = [agent(f"a{number:03}") for number in range(101)]
    shard = Shard(document(*agents))
    for it in agents:
        shard.presence(it.id)
    shard.receive("1", channel="voice")
    declined = []
    for attempt in range(1, 102):
        (who,) = standing_offers(shard)["1"]
        shard.decline("1", attempt, who)
        declined.append(who)
    assert len(set(declined)) == 101
    # then: it waits, and they are asked again
    assert explained(shard, "1").state == "waiting"
    assert len(offered(shard.wait(60))) == 1
    assert standing_offers(shard)["1"]


def test_an_agent_who_declines_a_hundred_times_is_asked_a_hundred_times() -> None:
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1")
    for attempt in range(1, 101):
        ended = find(shard.decline("1", attempt, "ana"), "offer_ended")
        back_off_s = (ended.aside_until_ms - shard.now) / 1000
        assert back_off_s <= 480
        # then: asked again when her back-off is over, and each time
        assert offered(shard.wait(back_off_s)) == [("1", "ana")]


@pytest.mark.parametrize("waits_before", [True, False])
def test_thousands_who_cannot_be_served_do_not_hide_one_who_can(waits_before: bool) -> None:
    # given: 2,500 wait in a language of which nobody is there, all of them more urgent and older
    shard = Shard(
        document(
            agent("ana", "en"),
            agent("zoe", "he"),
            priorities=FIRST,
            channels={"voice": ChannelSettings()},
        )
    )
    for number in range(2_500):
        shard.receive(f"he{number}", channel="voice", language="he", priority="first")
    # when
    if waits_before:
        shard.receive("1", channel="voice")
        told = shard.presence("ana")
    else:
        shard.presence("ana")
        told = shard.receive("1", channel="voice")
    # then
    assert offered(told) == [("1", "ana")]


# Amazon Connect `chat-with-connect-contacts`: missed chats keep their slots


def test_missed_offers_keep_no_room_and_nothing_is_to_be_cleared_by_hand() -> None:
    # given: ana has room for two chats, and misses them until she is set away
    shard = Shard(document(agent("ana"), misses_until_away=4, aside_s=10))
    shard.presence("ana")
    shard.receive("1")
    shard.receive("2")
    told = shard.wait(90)
    assert find(told, "agent_changed").reason == "missed_offers"
    assert in_use(shard, "ana") == 0
    # when she is back
    told = shard.presence("ana") + shard.wait(90)
    # then: she gets as many as ever
    assert {local for local, _ in offered(told)} == {"1", "2"}


# Genesys Cloud `rate-limiting-for-agent-evaluations-during-best-skills-routing`


@pytest.mark.parametrize("strategy", get_args(Strategy))
def test_no_matching_is_put_off_however_many_contacts_come_at_once(strategy: Strategy) -> None:
    # given: 150 agents of differing skills
    agents = [agent(f"a{number:03}", skills={"tax": number % 5 + 1}) for number in range(150)]
    shard = Shard(document(*agents, strategy=strategy, skills=("tax",)))
    for it in agents:
        shard.presence(it.id)
    # when: 150 calls in one millisecond, by skill
    need = (SkillNeed(skill="tax", level=1),)
    told = [shard.receive(f"{n:03}", channel="voice", skills=need) for n in range(150)]
    # then: each is offered by the event that brought it
    made = [find(facts, "offer_made") for facts in told]
    assert {it.at_ms for it in made} == {shard.now}
    assert len({it.agent_id for it in made}) == 150
    assert [it.waited_ms for it in made] == [0] * 150


def test_many_who_wait_are_matched_with_many_who_come_in_one_turn() -> None:
    # given: 60 calls that an outage had parked, and 60 agents of differing skills
    agents = [agent(f"a{number:02}", skills={"tax": number % 5 + 1}) for number in range(60)]
    shard = Shard(document(*agents, strategy="most_proficient", skills=("tax",)))
    for it in agents:
        shard.presence(it.id)
    shard.fail_over("voice", 1)
    for number in range(60):
        shard.receive(f"{number:02}", channel="voice", skills=(SkillNeed(skill="tax"),))
    # when
    told = shard.restore_channel("voice", 2)
    # then: all at once, the best first
    made = [it for it in told if isinstance(it, OfferMade)]
    assert len({it.agent_id for it in made}) == len(made) == 60
    levels = [next(a.skills["tax"] for a in agents if a.id == it.agent_id) for it in made]
    assert levels == sorted(levels, reverse=True)


# salesforcedictionary.com `routing-engine`: a skill without a holder matches nobody, silently


def test_a_skill_that_nobody_holds_is_an_alarm_at_second_nought() -> None:
    shard = Shard(document(agent("ana"), agent("bea"), skills=("tax",)))
    shard.presence("ana")
    # when
    told = shard.receive("1", skills=(SkillNeed(skill="tax"),))
    # then: parked with a reason that can be seen, and with what is missing
    parked = find(told, "interaction_parked")
    assert (parked.reason, parked.at_ms) == ("no_agent_can_serve", shard.now)
    assert explained(shard, "1").binds == (
        "Nobody is configured who could serve it: it needs somebody with tax at level 1, "
        "and 2 agents hold everything else."
    )
    # and: not lost, when somebody is trained
    told = shard.configure(document(agent("ana", skills={"tax": 1}), skills=("tax",)))
    assert offered(told) == [("1", "ana")]


def test_a_skill_that_nobody_holds_and_that_drops_is_not_waited_for_and_told() -> None:
    shard = Shard(document(agent("ana"), skills=("tax",)))
    shard.presence("ana")
    told = shard.receive("1", skills=(SkillNeed(skill="tax", drops_after_s=600),))
    assert find(told, "interaction_widened").why == "nobody_exists"
    assert offered(told) == [("1", "ana")]
    assert "interaction_parked" not in kinds(told)
