"""Work of agents who are gone, and work that nobody picks up: what users complain of most."""

from collections import Counter

import pytest

from services.router.core import router_core
from shared.contracts.configuration import (
    Calendar,
    ChannelSettings,
    Pace,
    PoolDocument,
    Queue,
    Span,
)
from shared.contracts.interactions import (
    AssignRequested,
    CloseRequested,
    CustomerMessaged,
    SkillNeed,
    TransferRequested,
)
from shared.contracts.routing import InteractionAssigned
from tests.complaints.story import explained, in_use, offered, standing_offers, take
from tests.support.router_shard import Shard, agent, document, find, kinds

CHAT = ChannelSettings(units=40, presence_grace_s=60)
SMALL = {"chat": ChannelSettings(units=1)}  # an agent has room for a hundred
BY_ITSELF = {"chat": ChannelSettings(units=1, auto_accept=True)}

# chatwoot/chatwoot #7204, #4158, #9587: the work of an agent who is gone


def test_a_conversation_whose_agent_goes_offline_is_given_to_another_after_a_minute() -> None:
    # given: ana has a conversation, and bea is there
    shard = Shard(document(agent("ana"), agent("bea"), channels={"chat": CHAT}))
    shard.presence("ana")
    shard.receive("1")
    take(shard, "1")
    shard.presence("bea")
    began = shard.now
    # when: ana goes, and the router is restarted meanwhile
    shard.presence("ana", "offline")
    assert shard.wait(59.999) == []
    shard.restore()
    told = shard.wait(0.001)
    # then: nobody had to create, toggle or hand over anything
    back = find(told, "interaction_requeued")
    assert (back.reason, back.waiting_since_ms) == ("agent_lost", began)
    assert offered(told) == [("1", "bea")]


def test_a_reply_while_its_agent_is_gone_reaches_somebody_who_is_there() -> None:
    shard = Shard(document(agent("ana"), agent("bea"), channels={"chat": CHAT}))
    shard.presence("ana")
    shard.receive("1")
    take(shard, "1")
    shard.presence("bea")
    shard.presence("ana", "offline")
    shard.wait(30)
    shard.say(CustomerMessaged, local="1")
    shard.wait(30)
    assert take(shard, "1") == "bea"


@pytest.mark.parametrize("status", ["away", "offline"])
def test_a_returning_customer_is_not_kept_for_an_agent_who_is_not_there(status: str) -> None:
    # given: ana had this customer yesterday, and is preferred for five minutes
    queue = Queue(name="general", prefer_s=300, prefer_last_agent=True)
    shard = Shard(document(agent("ana"), agent("bea"), queues=(queue,)))
    shard.presence("ana")
    shard.receive("1", customer="c1")
    take(shard, "1")
    shard.say(CloseRequested, local="1", agent_id="ana")
    shard.presence("bea")
    shard.presence("ana", status)
    # when
    told = shard.receive("2", customer="c1")
    # then
    assert offered(told) == [("2", "bea")]


def test_a_returning_customer_gets_his_agent_if_she_is_there() -> None:
    # The other side of it: the preference is real, so letting go of it is.
    queue = Queue(name="general", prefer_s=300, prefer_last_agent=True)
    shard = Shard(document(agent("ana"), agent("bea"), queues=(queue,)))
    shard.presence("ana")
    shard.receive("1", customer="c1")
    take(shard, "1")
    shard.presence("bea")
    shard.wait(1)
    shard.say(CloseRequested, local="1", agent_id="ana")  # bea is ready for longer
    assert offered(shard.receive("2", customer="c1")) == [("2", "ana")]


@pytest.mark.parametrize("status", ["away", "offline"])
def test_conversations_snoozed_at_the_end_of_a_shift_wake_for_who_is_there(status: str) -> None:
    # given: ana's conversation has idled, and her shift ends; cy has the night
    channels = {
        "chat": ChannelSettings(
            units=40, idle_after_s=600, presence_grace_s=86_400, offer_expires_s=600
        )
    }
    shard = Shard(document(agent("ana"), agent("cy"), channels=channels, presence_lease_s=99_999))
    shard.presence("ana")
    shard.receive("1")
    take(shard, "1")
    assert kinds(shard.wait(600)) == ["interaction_idled"]
    shard.presence("ana", status)
    shard.presence("cy")
    # when: its customer writes again
    told = shard.say(CustomerMessaged, local="1")
    # then
    assert find(told, "interaction_requeued").reason == "woken"
    assert offered(told) == [("1", "cy")]


# chatwoot/chatwoot #10583, #10376, #10685, #5672, #6427, #12334: what waits


def test_the_fourth_of_three_gets_the_place_that_gets_free_and_the_fifth_waits() -> None:
    # given: an agent with room for three, and four chats
    shard = Shard(document(agent("ana", channels={"chat": 3}), channels=SMALL))
    shard.presence("ana")
    for local in "1234":
        shard.receive(local)
    for local in "123":
        take(shard, local)
    # when
    told = shard.say(CloseRequested, local="2", agent_id="ana")
    # then: at once, by this very event
    assert offered(told) == [("4", "ana")]
    assert find(told, "offer_made").cause == shard.events[-1][1].event_id
    assert offered(shard.receive("5")) == []


def test_newer_chats_never_overtake_those_who_wait_when_somebody_gets_free() -> None:
    # given: two agents are full, three chats wait, and newer ones keep coming
    shard = Shard(document(*(agent(it, skills={"tax": 2}) for it in ("ana", "bea"))))
    shard.presence("ana")
    shard.presence("bea")
    for number in range(4):
        shard.receive(f"busy{number}")
        take(shard, f"busy{number}")
    for local in ("w1", "w2", "w3"):
        shard.wait(10)
        shard.receive(local)
    # when: each time somebody gets free, a newer chat has come just before
    served = []
    for number in range(3):
        shard.wait(1)
        shard.receive(f"new{number}", skills=(SkillNeed(skill="tax"),))
        told = shard.say(CloseRequested, local=f"busy{number}")
        served += [local for local, _ in offered(told)]
    # then
    assert served == ["w1", "w2", "w3"]


def test_what_came_while_all_were_offline_is_offered_when_somebody_signs_in() -> None:
    shard = Shard(document(agent("ana"), agent("bea"), channels=SMALL))
    for number in range(5):
        shard.wait(60)
        shard.receive(str(number))
    shard.wait(8 * 3600)
    # when
    told = shard.presence("bea")
    # then: the oldest first, and in the same turn
    assert offered(told) == [(str(number), "bea") for number in range(5)]
    assert {it.at_ms for it in told} == {shard.now}


def test_what_waits_while_nobody_is_there_says_so_and_has_a_place() -> None:
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.receive("1")
    shard.wait(600)
    shard.receive("2")
    told = explained(shard, "2")
    assert (told.state, told.queue, told.ahead) == ("waiting", "general", 1)
    assert told.counts == {"presence": 2}
    assert told.binds == (
        "It waits: it needs somebody to sign in, and 2 agents hold everything else."
    )


def test_who_is_deleted_and_created_again_gets_work_without_a_switch_being_toggled() -> None:
    # given: ben is deleted by mistake, while he is signed in
    both, one = document(agent("ana"), agent("ben")), document(agent("ana"))
    shard = Shard(both)
    shard.presence("ben")
    shard.configure(one)
    shard.receive("1")
    assert standing_offers(shard) == {}
    # when: he is created again, and signs in
    shard.configure(both)
    told = shard.presence("ben")
    # then
    assert offered(told) == [("1", "ben")]
    assert offered(shard.receive("2")) == [("2", "ben")]


def test_assignment_goes_on_for_days_through_restarts_and_new_configurations() -> None:
    # given: nothing is left over between days but what is stored
    docs = [document(agent("ana"), aside_s=60 + day) for day in range(5)]
    shard = Shard(docs[0], now=1_000_000_000)
    shard.presence("ana")
    for day in range(5):
        local = str(day)
        # when
        told = shard.receive(local)
        # then
        assert offered(told) == [(local, "ana")], day
        take(shard, local)
        shard.say(CloseRequested, local=local, agent_id="ana")
        shard.restore()
        shard.configure(docs[day])
        shard.wait(86_400)


def test_the_first_agent_online_is_not_buried_and_nothing_waits_for_a_sweep() -> None:
    # given: 150 waited over night; at most ten offers a minute to one agent
    pace = Pace(offers=10, per_s=60)
    shard = Shard(document(agent("ana"), agent("bea"), channels=BY_ITSELF, pace=pace))
    for number in range(150):
        shard.receive(f"{number:03}")
    # when: ana is first, and bea comes half a minute later
    first = offered(shard.presence("ana"))
    shard.wait(30)
    second = offered(shard.presence("bea"))
    # then: each gets ten at once, oldest first, and the next ten when a minute is over
    assert first == [(f"{number:03}", "ana") for number in range(10)]
    assert second == [(f"{number:03}", "bea") for number in range(10, 20)]
    assert Counter(who for _, who in offered(shard.wait(30)) if who == "ana") == {"ana": 10}


# Intercom article 6512504, Zendesk article 5308501814042


def test_those_who_came_while_all_were_away_are_offered_when_the_first_is_back() -> None:
    shard = Shard(document(agent("ana"), agent("bea"), channels=SMALL))
    shard.presence("ana", "away")
    shard.presence("bea", "away")
    for local in "123":
        assert offered(shard.receive(local)) == []
    assert offered(shard.presence("bea")) == [("1", "bea"), ("2", "bea"), ("3", "bea")]


TO_NINE_S = 24 * 3600 + 800  # of Tuesday; the shard begins on a Monday, at 8:46:40 in New York


def night_shift() -> PoolDocument:
    """Open from nine, New York; mail that comes at night is kept until then."""
    hours = Calendar(
        name="office",
        timezone="America/New_York",
        week=dict.fromkeys(
            ("mon", "tue", "wed", "thu", "fri"), (Span(opens_min=540, closes_min=1020),)
        ),
    )
    queue = Queue(name="general", calendar="office", when_closed="park")
    return document(
        *(agent(it) for it in ("ana", "bea", "cy")),
        queues=(queue,),
        calendars=(hours,),
        channels=BY_ITSELF,
        pace=Pace(offers=2, per_s=300),
        presence_lease_s=99_999_999,
    )


def test_the_pile_of_a_night_is_shared_by_those_who_come_in_the_morning() -> None:
    # given: twelve came in the night from Monday to Tuesday
    shard = Shard(night_shift())
    shard.wait(TO_NINE_S - 8 * 3600)
    for number in range(12):
        shard.wait(60)
        shard.receive(f"{number:02}")
        assert explained(shard, f"{number:02}").state == "parked"
    # when: ana is there before it opens; bea and cy come a minute after that
    shard.presence("ana")
    at_nine = offered(shard.wait(8 * 3600 - 12 * 60))
    shard.wait(60)
    later = offered(shard.presence("bea") + shard.presence("cy"))
    # then: the oldest first, and ana has no more than the others
    assert at_nine == [("00", "ana"), ("01", "ana")]
    assert later == [("02", "bea"), ("03", "bea"), ("04", "cy"), ("05", "cy")]
    # and: the rest goes out at the same pace
    shard.wait(300)
    assert Counter(who for _, who in offered(shard.facts)) == {"ana": 4, "bea": 4, "cy": 4}


# Salesforce KB 004576806; `omnichannel_route_work` and KB 000380818


def test_an_offer_that_a_busy_agent_leaves_alone_goes_on_to_another() -> None:
    # given: ana is busy with a chat and leaves the second one lying
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.presence("ana")
    shard.receive("1")
    take(shard, "1")
    shard.receive("2")
    assert standing_offers(shard) == {"2": ["ana"]}
    shard.presence("bea")
    # when
    told = shard.wait(30)
    # then
    assert find(told, "offer_ended").end == "expired"
    assert offered(told) == [("2", "bea")]


def test_what_was_declined_belongs_to_nobody_and_its_agent_has_his_room_back() -> None:
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    # when
    shard.decline("1", 1, "ana")
    # then
    told = explained(shard, "1")
    assert (told.state, told.agent_id, told.winner) == ("waiting", None, None)
    assert in_use(shard, "ana") == 0
    assert offered(shard.receive("2", channel="voice")) == [("2", "ana")]
    assert offered(shard.presence("bea")) == [("1", "bea")]


# RocketChat/Rocket.Chat #22105, #23642, #18029, #23404


def test_an_offer_outlives_a_restart_so_that_nobody_misses_a_chat_on_his_list() -> None:
    # given: a chat is offered, and the instance that offered it ends
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.presence("ana")
    shard.receive("1")
    before = standing_offers(shard)
    # when: another one takes over from what is stored
    shard.restore()
    # then: it is on the same list, can be taken, and runs out as it would have
    assert standing_offers(shard) == before == {"1": ["ana"]}
    assert router_core.deadline(shard.state) == find(shard.facts, "offer_made").expires_at_ms
    assert find(shard.accept("1", 1, "ana"), "interaction_assigned").agent_id == "ana"


def test_an_agent_who_just_stays_there_gets_chats_of_a_department_that_is_new_to_him() -> None:
    # given: ana signed in once, hours ago, and is only heard since
    shard = Shard(document(agent("ana"), agent("bea", skills={"tax": 3}), skills=("tax",)))
    shard.presence("ana")
    for _ in range(30):
        shard.wait(10)
        shard.seen("ana", gap_s=10)
    # when: she joins another department, and a chat for it comes
    tax = Queue(name="tax", skills=(SkillNeed(skill="tax"),))
    shard.configure(
        document(
            agent("ana", skills={"tax": 2}), skills=("tax",), queues=(tax,), default_queue="tax"
        )
    )
    # then: no status is toggled
    assert offered(shard.receive("1")) == [("1", "ana")]
    assert [kinds([it]) for it in shard.facts].count(["agent_changed"]) == 1


@pytest.mark.parametrize("state", ["waiting", "offered", "parked", "assigned"])
def test_a_chat_can_be_given_away_in_every_state_and_then_be_closed(state: str) -> None:
    shard = in_state(state)
    told = shard.say(AssignRequested, local="1", agent_id="bea")
    assert find(told, "interaction_assigned").agent_id == "bea"
    assert kinds(shard.say(CloseRequested, local="1", agent_id="bea")) == ["interaction_closed"]


@pytest.mark.parametrize("state", ["waiting", "offered", "parked", "assigned"])
def test_a_chat_can_be_closed_in_every_state(state: str) -> None:
    shard = in_state(state)
    assert kinds(shard.say(CloseRequested, local="1"))[-1] == "interaction_closed"
    assert explained(shard, "1").state == "closed"


def in_state(state: str) -> Shard:
    """Interaction 1 in this state; bea is signed in, and away."""
    shard = Shard(document(agent("ana"), agent("bea")))
    shard.presence("bea", "away")
    if state in ("offered", "assigned"):
        shard.presence("ana")
    shard.receive("1", language="lv" if state == "parked" else "en")
    if state == "assigned":
        take(shard, "1")
    assert explained(shard, "1").state == state
    return shard


def test_a_forwarded_chat_leaves_its_agent_at_once_and_is_routed_when_somebody_gets_free() -> None:
    # given: the only agent of department A is full; ana has a chat in B
    full = Queue(name="a", skills=(SkillNeed(skill="a"),))
    shard = Shard(
        document(
            agent("ana"),
            agent("zoe", skills={"a": 1}, channels={"chat": 1}),
            queues=(Queue(name="general"), full),
            skills=("a",),
        )
    )
    shard.presence("zoe")
    shard.receive("busy", queue="a")
    take(shard, "busy")
    shard.presence("ana")
    shard.receive("1")
    assert take(shard, "1") == "ana"
    # when: it is forwarded to A
    told = shard.say(TransferRequested, local="1", to_queue="a")
    # then: ana has nothing more to do with it
    assert kinds(told) == ["interaction_requeued"]
    assert in_use(shard, "ana") == 0
    # and: it goes to the next who gets free there
    told = shard.say(CloseRequested, local="busy", agent_id="zoe")
    assert offered(told) == [("1", "zoe")]


# osTicket/osTicket #852


def test_who_goes_on_holiday_hands_all_open_work_on_in_the_same_turn() -> None:
    # given: ana has three tickets, one of which has idled for a week
    channels = {"email": ChannelSettings(units=10, presence_grace_s=604_800)}
    shard = Shard(document(agent("ana"), agent("bea"), channels=channels))
    shard.presence("ana")
    for local in "123":
        shard.receive(local, channel="email")
        take(shard, local)
    shard.presence("bea")
    # when
    told = shard.presence("ana", "offline", requeue_work=True)
    # then: the week of grace is not waited for
    assert offered(told) == [("1", "bea"), ("2", "bea"), ("3", "bea")]
    for local in "123":
        take(shard, local)
    owners = {
        it.interaction_id: it.agent_id for it in shard.facts if isinstance(it, InteractionAssigned)
    }
    assert set(owners.values()) == {"bea"}
