"""Races, double assignment, counters: what others get wrong under load, told here as stories."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.configuration import ChannelSettings, Pace, PriorityClass, Queue
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AssignRequested,
    CloseRequested,
    ConnectionFailed,
    CustomerAbandoned,
    SkillNeed,
)
from shared.contracts.routing import (
    InteractionAssigned,
    InteractionClosed,
    InteractionQueued,
    InteractionRequeued,
    OfferEnded,
    OfferMade,
)
from shared.contracts.system import EventRejected
from tests.complaints.story import explained, in_use, offered, standing_offers, take
from tests.support.router_shard import T0, Shard, agent, document, find, kinds

# Limits: RocketChat/Rocket.Chat #19352, #35722, #22611; chatwoot/chatwoot #13577


def most_at_once(facts: list[Event]) -> Counter[str]:
    """How many interactions each agent had at once, offered or assigned, at the worst."""
    has: dict[str, set[str]] = defaultdict(set)
    worst: Counter[str] = Counter()
    for fact in facts:
        match fact:
            case OfferMade() | InteractionAssigned():
                has[fact.agent_id].add(fact.interaction_id)
                worst[fact.agent_id] = max(worst[fact.agent_id], len(has[fact.agent_id]))
            case OfferEnded():
                has[fact.agent_id].discard(fact.interaction_id)
            case InteractionClosed() | InteractionRequeued():
                for those in has.values():
                    those.discard(fact.interaction_id)
            case _:
                pass
    return worst


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_however_producers_interleave_an_agent_with_room_for_one_never_has_two(
    data: st.DataObject,
) -> None:
    # given: each producer sends a contact, answers for whoever is asked, and closes it
    producers = data.draw(st.integers(2, 6), label="producers")
    shard = Shard(document(agent("ana"), agent("bea"), aside_s=0))
    shard.presence("ana")
    shard.presence("bea")

    def producer(local: str) -> Iterator[None]:
        for _ in range(2):  # everything is sent twice, as after a reconnection
            shard.receive(local, channel="voice", event_id=f"receive {local}")
            yield
        for answer in ("decline", "accept", "accept"):
            if local in (asked := standing_offers(shard)):
                it = shard.state.pools["boston"].interactions[f"boston:{local}"]
                shard.answer(local, it.offers[0].attempt, asked[local][0], answer)
            yield
        shard.say(CloseRequested, local=local, event_id=f"close {local}")
        yield
        shard.say(CloseRequested, local=local, event_id=f"close {local}")

    # when
    running = [producer(str(number)) for number in range(producers)]
    while running:
        one = data.draw(st.sampled_from(running), label="next")
        if next(one, StopIteration) is StopIteration:
            running.remove(one)
    # then
    assert set(most_at_once(shard.facts).values()) == {1}
    assert (in_use(shard, "ana"), in_use(shard, "bea")) == (0, 0)


@pytest.mark.parametrize(
    ("capacity_units", "cap", "pace", "room"),
    [(100, 9, 9, 5), (100, 3, 9, 3), (100, 9, 2, 2), (60, 9, 4, 3), (20, 1, 1, 1)],
)
def test_all_limits_hold_at_once_and_the_tightest_binds(
    capacity_units: int, cap: int, pace: int, room: int
) -> None:
    # given: a chat takes 20 units
    ana = agent("ana", capacity_units=capacity_units, channels={"chat": cap})
    shard = Shard(
        document(
            ana,
            channels={"chat": ChannelSettings(units=20)},
            pace=Pace(offers=pace, per_s=600),
        )
    )
    shard.presence("ana")
    # when
    for number in range(12):
        shard.receive(str(number))
    # then
    assert len(offered(shard.facts)) == room


def test_load_counts_what_an_agent_has_of_every_queue_and_channel() -> None:
    # given: ana has a call and no chat of `general`; bea has one chat of it
    channels = {"voice": ChannelSettings(units=60), "chat": ChannelSettings(units=20)}
    shard = Shard(document(agent("ana"), agent("bea"), channels=channels, strategy="least_loaded"))
    shard.presence("ana")
    shard.receive("call", channel="voice", queue="other")
    take(shard, "call")
    shard.presence("bea")
    shard.receive("first")
    assert take(shard, "first") == "bea"
    # when
    shard.receive("second")
    # then
    assert offered(shard.facts)[-1] == ("second", "bea")


def test_who_has_no_limits_configured_has_the_whole_of_his_capacity_and_not_more() -> None:
    # given: nothing is said but the names
    shard = Shard(document(agent("ana"), channels={"chat": ChannelSettings()}))
    shard.presence("ana")
    # when: a channel without settings takes a whole agent
    shard.receive("1")
    shard.receive("2")
    # then
    assert offered(shard.facts) == [("1", "ana")]
    assert explained(shard, "2").counts == {"capacity": 1}


def test_a_channel_that_is_not_configured_is_refused_with_a_remedy_and_goes_to_nobody() -> None:
    shard = Shard(document(agent("ana"), channels={"chat": ChannelSettings()}))
    shard.presence("ana")
    refused = find(shard.receive("1", channel="email"), "event_rejected")
    assert (refused.code, refused.field, refused.status) == ("unknown_channel", "channel", 422)
    assert offered(shard.facts) == []


# Several who ring: asterisk/asterisk #1557, signalwire/freeswitch #2540


def ringing(number: int, **settings_: object) -> Shard:
    """So many agents, all of whom ring for a call."""
    queues = (Queue(name="general", offers_at_once=number), Queue(name="other"))
    ids = [f"a{at:02}" for at in range(number)]
    shard = Shard(document(*(agent(it) for it in ids), queues=queues, **settings_))
    for id_ in ids:
        shard.presence(id_)
    shard.receive("1", channel="voice")
    assert standing_offers(shard) == {"1": ids}
    return shard


def test_a_winner_who_hangs_up_before_he_is_connected_lets_the_others_ring_in_the_same_turn() -> (
    None
):
    shard = ringing(4)
    shard.accept("1", 2, "a01")
    # when: he hangs up during the announcement
    told = shard.say(ConnectionFailed, local="1", agent_id="a01")
    # then: the customer keeps his age, and all others ring at once
    back = find(told, "interaction_requeued")
    assert (back.reason, back.waiting_since_ms, back.at_ms) == ("not_connected", T0, shard.now)
    assert offered(told) == [("1", "a00"), ("1", "a02"), ("1", "a03")]


def test_nobody_stays_reserved_whoever_answers_or_does_not() -> None:
    # given: twelve ring, and one of them answers
    shard = ringing(12, misses_until_away=100)
    shard.accept("1", 5, "a04")
    # then: the other eleven ring for the next one
    shard.receive("2", channel="voice")
    assert len(standing_offers(shard)["2"]) == 11
    # when: nobody answers
    told = shard.wait(30)
    # then: each offer has ended by itself, and nothing is held
    ended = [it.agent_id for it in told if isinstance(it, OfferEnded)]
    assert len(ended) == len(set(ended)) == 11
    assert sum(in_use(shard, f"a{at:02}") for at in range(12)) == 100  # the call of a04


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(("voice", "chat", "email")), min_size=1, max_size=12))
def test_every_reservation_has_an_expiry_after_which_it_is_gone(channels: list[str]) -> None:
    shard = Shard(
        document(
            agent("ana"),
            agent("bea"),
            channels={
                "voice": ChannelSettings(offer_expires_s=20),
                "chat": ChannelSettings(offer_expires_s=60, units=40),
                "email": ChannelSettings(offer_expires_s=600, units=10),
            },
        )
    )
    shard.presence("ana")
    shard.presence("bea")
    for number, channel in enumerate(channels):
        shard.receive(str(number), channel=channel)
    made = {it.offer_id: it for it in shard.facts if isinstance(it, OfferMade)}
    # when: nobody ever answers
    shard.wait(600)
    # then
    ended = {it.offer_id: it for it in shard.facts if isinstance(it, OfferEnded)}
    for offer_id, offer in made.items():
        assert offer.at_ms < offer.expires_at_ms
        assert ended[offer_id].at_ms <= offer.expires_at_ms


# Counters: asterisk/asterisk #1736, #1741


def test_a_completion_heard_twice_counts_once_with_2000_queues_and_200_calls() -> None:
    # given
    queues = tuple(Queue(name=f"q{number}") for number in range(2_000))
    agents = [agent(f"a{number:03}") for number in range(200)]
    shard = Shard(document(*agents, queues=queues, default_queue="q0", strategy="least_loaded"))
    for it in agents:
        shard.presence(it.id)
    for number in range(200):
        shard.receive(str(number), channel="voice", queue=f"q{number * 10}")
        take(shard, str(number))
    shard.wait(100)
    # when: each is closed by two threads, and each thread says it twice
    for number in range(200):
        for thread in ("one", "two", "one", "two"):
            id_ = f"{thread} closes {number}"
            shard.say(CloseRequested, local=str(number), event_id=id_)
    # then: counted once, and the second thread is told
    closed = Counter(it.interaction_id for it in shard.facts if isinstance(it, InteractionClosed))
    assert set(closed.values()) == {1}
    assert len(closed) == 200
    refused = [it for it in shard.facts if isinstance(it, EventRejected)]
    assert {it.code for it in refused} == {"interaction_ended"}
    assert {it.cause for it in refused} == {f"two closes {number}" for number in range(200)}
    measured = shard.state.pools["boston"].measured
    assert {(it.handled, it.handle_ms) for it in measured.values()} == {(1, 100_000)}
    assert sum(in_use(shard, it.id) for it in agents) == 0


@pytest.mark.parametrize("event_id", ["close a1", "close a1 again"])
def test_closing_twice_makes_nobody_look_less_loaded_than_he_is(event_id: str) -> None:
    # given: ana has two chats, bea has one and is free for longer
    shard = Shard(document(agent("ana"), agent("bea"), strategy="least_loaded"))
    shard.presence("ana")
    for local in ("a1", "a2"):
        shard.receive(local)
        take(shard, local)
    shard.presence("bea")
    shard.wait(1)
    shard.receive("b1")
    assert take(shard, "b1") == "bea"
    shard.wait(1)
    # when: one of ana's is closed twice
    shard.say(CloseRequested, local="a1", agent_id="ana", event_id="close a1")
    shard.say(CloseRequested, local="a1", agent_id="ana", event_id=event_id)
    # then: both have one, so who is ready for longer is asked
    assert in_use(shard, "ana") == in_use(shard, "bea") == 40
    assert offered(shard.receive("next")) == [("next", "bea")]


# Ends and order: signalwire/freeswitch #1973, #2511, #1216, #1221


@pytest.mark.parametrize(
    "order",
    [
        ("hang up", "answer", "no session"),
        ("answer", "hang up", "no session"),
        ("answer", "no session", "hang up"),
        ("hang up", "no session", "answer"),
    ],
)
def test_a_call_that_ended_is_never_listed_as_answered(order: tuple[str, ...]) -> None:
    # given: ana's call is answered, her session fails, and the customer hangs up
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    # when: these come in any order; a hang-up that was refused is said again by the telephone
    for what in (*order, "hang up"):
        if what == "hang up":
            shard.say(CustomerAbandoned, local="1")
        elif what == "answer":
            shard.accept("1", 1, "ana")
        else:
            shard.say(ConnectionFailed, local="1", agent_id="ana")
    # then: nothing of it is live, and ana has her room
    assert shard.state.pools["boston"].interactions == {}
    assert explained(shard, "1").state == "abandoned"
    assert offered(shard.receive("2", channel="voice")) == [("2", "ana")]
    assert shard.wait(29) == []


# Seconds that members had waited, the first seven as in the thread; the eighth was served first.
SCORES = (303, 273, 200, 198, 186, 186, 138, 53, 50, 41, 33, 20, 7)


def test_of_thirteen_equal_callers_the_longest_waiting_is_served_first_and_so_on() -> None:
    # given: half of them need a skill; the same agents may serve them all
    shard = Shard(document(agent("ana", skills={"tax": 3})))
    waited = 0
    for number, score in enumerate(SCORES):
        shard.wait(waited - score if waited else 0)
        waited = score
        skills = (SkillNeed(skill="tax", level=1 + number % 2),) if number % 3 else ()
        shard.receive(f"{number:02}", channel="voice", skills=skills)
    shard.wait(waited)
    # when: one agent takes one after another
    served = []
    shard.presence("ana")
    while standing_offers(shard):
        (local,) = standing_offers(shard)
        take(shard, local)
        served.append(local)
        shard.say(CloseRequested, local=local, agent_id="ana")
    # then
    assert served == [f"{number:02}" for number in range(len(SCORES))]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 90), st.sampled_from(("normal", "high")), st.sampled_from((0, 1, 3))
        ),
        max_size=12,
    )
)
def test_equals_are_served_in_the_order_that_they_were_told(
    arrivals: list[tuple[int, str, int]],
) -> None:
    # given: calls that ask for none, one or three skills, and that the same agents may serve
    all_of_them = ("ice", "snow", "tax")
    shard = Shard(
        document(
            agent("ana", skills=dict.fromkeys(all_of_them, 3)),
            priorities=(PriorityClass(name="normal"), PriorityClass(name="high", head_start_s=60)),
        )
    )
    for number, (gap_s, priority, asked) in enumerate(arrivals):
        shard.wait(gap_s)
        skills = tuple(SkillNeed(skill=it) for it in all_of_them[:asked])
        shard.receive(f"{number:02}", channel="voice", priority=priority, skills=skills)
    # when
    shard.presence("ana")
    while standing_offers(shard):
        (local,) = standing_offers(shard)
        take(shard, local)
        shard.say(CloseRequested, local=local, agent_id="ana")
    # then
    places = {
        it.interaction_id.partition(":")[2]: (it.order_ms, it.interaction_id)
        for it in shard.facts
        if isinstance(it, InteractionQueued)
    }
    assert [local for local, _ in offered(shard.facts)] == sorted(places, key=places.__getitem__)


def test_a_last_agent_on_a_break_does_not_halt_the_queue() -> None:
    # given: the last of three is on a break
    shard = Shard(document(*(agent(it) for it in ("ana", "bea", "cy"))))
    shard.presence("ana")
    shard.wait(1)
    shard.presence("bea")
    shard.presence("cy", "away")
    shard.receive("1", channel="voice")
    # when: all who are there decline
    shard.decline("1", 1, "ana")
    shard.decline("1", 2, "bea")
    assert standing_offers(shard) == {}
    # then: it begins again from the top by itself
    told = shard.wait(60)
    assert offered(told) == [("1", "ana")]


@pytest.mark.parametrize("who", ["ana", "bea", "cy"])
def test_who_waits_is_served_as_soon_as_anybody_is_free(who: str) -> None:
    shard = Shard(document(*(agent(it) for it in ("ana", "bea", "cy"))))
    for id_ in ("ana", "bea", "cy"):
        shard.presence(id_, "away")
    shard.receive("1", channel="voice")
    shard.wait(5_000)
    assert offered(shard.presence(who)) == [("1", who)]


# Loops and bursts: signalwire/freeswitch #800, OpenACD/OpenACD #5


def test_flipping_the_status_shortens_no_back_off_and_makes_no_loop_of_offers() -> None:
    # given: ana declined it, and is not asked for a minute
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.decline("1", 1, "ana")
    # when: she flips her status all the time
    for _ in range(59):
        shard.presence("ana", "away")
        shard.presence("ana")
        shard.wait(1)
    # then: asked once more, at the end of the minute
    assert offered(shard.facts) == [("1", "ana")]
    assert offered(shard.wait(1)) == [("1", "ana")]


def test_a_status_that_changes_during_an_offer_brings_one_offer_per_change_at_most() -> None:
    # given: ana leaves in the middle of each offer, and comes back
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    for number in range(20):
        gone = shard.presence("ana", "away")
        back = shard.presence("ana")
        assert (offered(gone), offered(back)) == ([], [("1", "ana")]), number
    # then: without another change nothing happens until the offer ends
    assert shard.wait(29.999) == []


def test_a_burst_is_offered_to_as_many_agents_as_there_are() -> None:
    # given
    ids = [f"a{number}" for number in range(6)]
    shard = Shard(document(*(agent(it) for it in ids)))
    for id_ in ids:
        shard.presence(id_)
    # when: six calls in the same millisecond, before anybody answers
    told = [fact for number in range(6) for fact in shard.receive(str(number), channel="voice")]
    # then
    assert sorted(who for _, who in offered(told)) == ids


def test_what_becomes_due_in_one_turn_is_matched_together_and_not_call_by_call() -> None:
    # given: six calls that an outage had parked
    ids = [f"a{number}" for number in range(6)]
    shard = Shard(document(*(agent(it) for it in ids)))
    for id_ in ids:
        shard.presence(id_)
    shard.fail_over("voice", 1)
    for number in range(6):
        shard.receive(str(number), channel="voice")
    # when: one event brings them all back
    told = shard.restore_channel("voice", 2)
    # then: the oldest first, each to another agent
    assert offered(told) == [(str(number), f"a{number}") for number in range(6)]


# Claims by hand: zammad/zammad #1581, #1574


@pytest.mark.parametrize("claim_first", [True, False])
def test_a_claim_by_hand_and_an_answer_at_the_same_time_lead_to_one_owner(
    claim_first: bool,
) -> None:
    # given: it is offered to ana while bea is to have it
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.presence("ana")
    shard.wait(1)
    shard.presence("bea")
    shard.receive("1", channel="voice")
    # when: both are said in the same millisecond
    if claim_first:
        shard.say(AssignRequested, local="1", agent_id="bea")
    shard.accept("1", 1, "ana")
    if not claim_first:
        shard.say(AssignRequested, local="1", agent_id="bea")
    # then: bea has it; ana was told, and has her room for the next one
    it = shard.state.pools["boston"].interactions["boston:1"]
    assert (it.status, it.agent_id, it.offers) == ("assigned", "bea", [])
    assert (in_use(shard, "ana"), in_use(shard, "bea")) == (0, 100)
    assert set(most_at_once(shard.facts).values()) == {1}
    told = kinds(shard.facts)
    assert ("event_rejected" in told, "interaction_requeued" in told) == (
        claim_first,
        True,
    )
    assert offered(shard.receive("2", channel="voice")) == [("2", "ana")]


def test_of_two_who_claim_the_same_ticket_the_later_order_holds_and_one_has_it() -> None:
    shard = Shard(document(agent("ana"), agent("bea"), agent("cy")))
    for id_ in ("ana", "bea", "cy"):
        shard.presence(id_, "away")
    shard.receive("1", channel="voice")
    shard.say(AssignRequested, local="1", agent_id="bea")
    told = shard.say(AssignRequested, local="1", agent_id="cy")
    assert kinds(told) == ["interaction_requeued", "interaction_assigned"]
    assert (in_use(shard, "bea"), in_use(shard, "cy")) == (0, 100)


def test_what_is_claimed_by_hand_takes_room_like_an_offer() -> None:
    # given: room for one call
    shard = Shard(document(agent("ana")))
    shard.presence("ana", "away")
    shard.receive("1", channel="voice")
    shard.say(AssignRequested, local="1", agent_id="ana")
    # when
    shard.presence("ana")
    # then: automation sees that she is full, until it is closed
    assert offered(shard.receive("2", channel="voice")) == []
    told = shard.say(CloseRequested, local="1", agent_id="ana")
    assert offered(told) == [("2", "ana")]
