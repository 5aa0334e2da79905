"""Who gets how much: one agent who gets all, or more for being quick, and orders by accident."""

from collections import Counter
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.configuration import ChannelSettings, PriorityClass, Queue
from shared.contracts.interactions import CloseRequested, SkillNeed
from shared.contracts.routing import OfferMade
from shared.contracts.words import Strategy
from tests.complaints.story import explained, offered, standing_offers, take
from tests.support.router_shard import Shard, agent, document

ROOMY = {"chat": ChannelSettings(units=1)}  # nobody is ever full

# Zendesk article 7990315704090: who works quickly gets more


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(2, 5))
def test_in_a_round_robin_offers_to_equals_differ_by_one_at_most_in_any_window(
    data: st.DataObject, agents: int
) -> None:
    # given: equals, who sign in at any time, and always have room
    ids = [f"a{number}" for number in range(agents)]
    shard = Shard(document(*(agent(it) for it in ids), channels=ROOMY, strategy="round_robin"))
    for id_ in data.draw(st.permutations(ids), label="they sign in"):
        shard.presence(id_)
        shard.wait(data.draw(st.integers(0, 2)))
    # when
    busy: dict[str, str] = {}
    for number in range(data.draw(st.integers(agents, 20), label="contacts")):
        shard.receive(str(number))
        taken: bool = data.draw(st.booleans(), label="taken")
        if taken:
            busy[str(number)] = take(shard, str(number))
        shard.wait(data.draw(st.integers(0, 2)))
        closed: bool = data.draw(st.booleans(), label="closed")
        if busy and closed:
            local = data.draw(st.sampled_from(sorted(busy)))
            shard.say(CloseRequested, local=local, agent_id=busy.pop(local))
    # then: in any window nobody has two more than another
    got = [who for _, who in offered(shard.facts)]
    for first in range(len(got)):
        for last in range(first, len(got)):
            window = Counter(dict.fromkeys(ids, 0))
            window.update(got[first : last + 1])
            assert max(window.values()) - min(window.values()) <= 1


def test_who_works_quickly_is_asked_no_more_and_no_less_than_others_in_a_round_robin() -> None:
    # given: ana closes what she has within seconds, the others keep theirs
    ids = ("ana", "ben", "cy")
    shard = Shard(document(*(agent(it) for it in ids), channels=ROOMY, strategy="round_robin"))
    for id_ in ids:
        shard.presence(id_)
    # when
    for number in range(21):
        shard.receive(str(number))
        take(shard, str(number))
        shard.wait(1)
        if number % 3 == 2:
            shard.say(CloseRequested, local=str(number - 2), agent_id="ana")
    # then
    assert [who for _, who in offered(shard.facts)] == [*ids] * 7


# chatwoot/chatwoot #11034, #12776; OpenSIPS/opensips #2974: one agent gets more


@pytest.mark.parametrize("strategy", get_args(Strategy))
def test_with_a_limit_of_four_chats_are_spread_evenly_among_equals(strategy: Strategy) -> None:
    # given
    ids = ("ana", "bea", "cy")
    agents = [agent(it, channels={"chat": 4}) for it in ids]
    shard = Shard(document(*agents, channels=ROOMY, strategy=strategy))
    for id_ in ids:
        shard.presence(id_)
        shard.wait(1)
    # when: thirteen come, in a burst
    has = Counter(dict.fromkeys(ids, 0))
    for number in range(13):
        has.update(who for _, who in offered(shard.receive(f"{number:02}")))
        # then: at no time has anybody two more than another
        assert max(has.values()) - min(has.values()) <= 1
    assert set(has.values()) == {4}
    assert explained(shard, "12").counts == {"channel_cap": 3}


def test_the_least_loaded_is_asked_though_another_is_ready_for_longer() -> None:
    # given: ana has been ready for longest, with two chats; bea came just now
    shard = Shard(document(agent("ana"), agent("bea"), strategy="least_loaded"))
    shard.presence("ana")
    shard.receive("1")
    take(shard, "1")
    shard.wait(600)
    shard.presence("bea")
    # when
    told = shard.receive("2")
    # then
    assert offered(told) == [("2", "bea")]


@pytest.mark.parametrize("strategy", get_args(Strategy))
def test_calls_that_come_one_by_one_go_round_all_agents(strategy: Strategy) -> None:
    # given: four equals, and never two calls at once
    ids = ("ana", "bea", "cy", "dov")
    shard = Shard(document(*(agent(it) for it in ids), strategy=strategy))
    for id_ in ids:
        shard.presence(id_)
    # when
    for number in range(12):
        shard.wait(10)
        shard.receive(str(number), channel="voice")
        shard.say(CloseRequested, local=str(number), agent_id=take(shard, str(number)))
    # then
    assert Counter(who for _, who in offered(shard.facts)) == dict.fromkeys(ids, 3)


# Salesforce feed 0D54S00000BtT3JSAV: two methods that nobody can tell apart


def test_two_strategies_that_choose_the_same_agent_say_by_what_they_chose_him() -> None:
    said = {}
    for strategy in ("least_loaded", "longest_ready"):
        # given: bea is the least active, and the longest available
        shard = Shard(document(agent("ana"), agent("bea"), strategy=strategy))
        shard.presence("bea")
        shard.wait(5)
        shard.presence("ana")
        # when
        shard.receive("1")
        told = explained(shard, "1")
        # then: the same agent
        assert told.winner is not None
        assert told.runner_up is not None
        assert (told.winner.agent_id, told.runner_up.agent_id) == ("bea", "ana")
        said[strategy] = told.rank_names[:3]
    # and: for reasons that differ
    assert said == {
        "least_loaded": ("language", "load", "ready_since"),
        "longest_ready": ("language", "ready_since", "flexibility"),
    }


@pytest.mark.parametrize(
    ("strategy", "chosen", "by"),
    [("least_loaded", "bea", "load"), ("longest_ready", "ana", "ready_since")],
)
def test_where_two_strategies_differ_the_explanation_shows_what_decided(
    strategy: Strategy, chosen: str, by: str
) -> None:
    # given: ana has a chat, and was asked last before bea came
    shard = Shard(document(agent("ana"), agent("bea"), strategy=strategy))
    shard.presence("ana")
    shard.receive("1")
    take(shard, "1")
    shard.wait(600)
    shard.presence("bea")
    # when
    shard.receive("2")
    told = explained(shard, "2")
    # then
    assert told.winner is not None
    assert told.runner_up is not None
    assert told.winner.agent_id == chosen
    ranks = zip(told.rank_names, told.winner.rank, told.runner_up.rank, strict=True)
    assert next(name for name, mine, his in ranks if mine != his) == by


# asterisk/asterisk #1637, #1640: the longest waiting of all queues, and priorities

# Seconds waited at the time of the thread, by queue; the first of queue 400 has priority 20.
Q400 = (32, 1244, 1229, 1178, 1173, 1167, 1163)
Q401 = (660, 659, 653, 652, 651, 647, 24, 14)


def two_queues(head_start_s: int, *, emergency: bool = False) -> list[str]:
    """Who is served in which order by an operator of both queues."""
    first = PriorityClass(name="first", head_start_s=head_start_s, emergency=emergency)
    shard = Shard(
        document(
            agent("operator", skills={"tax": 1}),
            queues=(Queue(name="q400"), Queue(name="q401", skills=(SkillNeed(skill="tax"),))),
            default_queue="q400",
            priorities=(PriorityClass(name="normal"), first),
        )
    )
    waits = [(wait_s, "q400", "first" if wait_s == 32 else "normal") for wait_s in Q400]
    waits += [(wait_s, "q401", "normal") for wait_s in Q401]
    age_s = 1300
    for wait_s, queue, priority in sorted(waits, reverse=True):
        shard.wait(age_s - wait_s)
        age_s = wait_s
        shard.receive(f"{queue}-{wait_s}", channel="voice", queue=queue, priority=priority)
    shard.wait(age_s)
    shard.presence("operator")
    served = []
    while standing_offers(shard):
        (local,) = standing_offers(shard)
        take(shard, local)
        served.append(local)
        shard.say(CloseRequested, local=local, agent_id="operator")
    return served


def test_priority_counts_across_queues_and_after_it_the_longest_waiting() -> None:
    served = two_queues(0, emergency=True)
    waits_s = [int(it.partition("-")[2]) for it in served]
    assert served[0] == "q400-32"
    assert waits_s[1:] == sorted((*Q400[1:], *Q401), reverse=True)


def test_a_head_start_counts_across_queues_and_no_further_than_its_bound() -> None:
    # 32 s waited and 630 s of head start: before all of the other queue, behind its own elders.
    served = two_queues(630)
    assert served.index("q400-32") == len(Q400) - 1
    assert served[: len(Q400)] == [*(f"q400-{it}" for it in Q400[1:]), "q400-32"]


# Freshdesk FAQ folder 272636: the order in which agents were added to a group


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(get_args(Strategy)))
def test_the_order_in_which_agents_are_configured_does_not_matter(
    data: st.DataObject, strategy: Strategy
) -> None:
    # given: the same agents, configured in two orders
    agents = [
        agent("ana", skills={"tax": 2}),
        agent("bea", "en", "he", skills={"tax": 4}),
        agent("cy", capacity_units=80),
        agent("dov", "he", "en"),
    ]
    others = data.draw(st.permutations(agents), label="configured")
    one, two = (Shard(document(*its, strategy=strategy)) for its in (agents, others))
    # when: the same happens to both
    for number in range(data.draw(st.integers(1, 15))):
        what = data.draw(st.sampled_from(("sign in", "receive", "answer", "close", "wait")))
        who = data.draw(st.sampled_from(agents)).id
        pick = str(data.draw(st.integers(0, number)))
        for shard in (one, two):
            it = shard.state.pools["boston"].interactions.get(f"boston:{pick}")
            if what == "sign in":
                shard.presence(who)
            elif what == "receive":
                shard.receive(str(number))
            elif what == "wait":
                shard.wait(7)
            elif it is not None and it.offers and what == "answer":
                take(shard, pick)
            elif it is not None:
                shard.say(CloseRequested, local=pick)
    # then: each offer, with its reasons, is the same
    made = [
        [(it.offer_id, it.agent_id, it.why) for it in shard.facts if isinstance(it, OfferMade)]
        for shard in (one, two)
    ]
    assert made[0] == made[1]
