"""Bounds of queues, where they flow over to, and how those return who found no room."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.core import router_core
from shared.contracts.agents import AgentSkillsRequested
from shared.contracts.configuration import ChannelSettings, Queue
from shared.contracts.event import Event
from shared.contracts.interactions import (
    CallbackRequested,
    ChangeRequested,
    CloseRequested,
    CustomerAbandoned,
    RequeueRequested,
    SkillNeed,
    TransferRequested,
)
from tests.support.router_shard import Shard, agent, document, entities, find, index, kinds

SMALL = Queue(name="general", max_waiting=2)


def shard_of(*queues: Queue, **given_: Any) -> Shard:
    given_.setdefault("agents", (agent("ana"),))
    agents = given_.pop("agents")
    return Shard(document(*agents, queues=queues, **given_))


def fill(shard: Shard, number: int = 2, queue: str = "general") -> None:
    for local in range(number):
        shard.receive(f"{queue}{local}", queue=queue)
        shard.wait(1)


def standing(shard: Shard) -> Counter[str]:
    """How many wait in each queue."""
    found = shard.state.pools["boston"].interactions.values()
    return Counter(it.queue for it in found if it.status == "waiting")


def where(shard: Shard, local: str) -> tuple[str, str]:
    it = shard.state.pools["boston"].interactions[f"boston:{local}"]
    return it.status, it.queue


def test_who_comes_to_a_full_queue_is_parked_before_it_and_not_lost() -> None:
    shard = shard_of(SMALL)
    fill(shard)
    queued, parked = shard.receive("3")
    assert queued.why.flowed_over == ("general",)  # type: ignore[attr-defined]
    assert (parked.reason, parked.queue) == ("queue_full", "general")  # type: ignore[attr-defined]
    assert "general is full" in parked.detail  # type: ignore[attr-defined]
    assert standing(shard) == {"general": 2}


def test_only_those_who_wait_count() -> None:
    shard = shard_of(SMALL)
    fill(shard, 3)
    assert where(shard, "general2") == ("parked", "general")
    told = shard.presence("ana")  # the first two are offered to her, and that is all she can do
    returned = find(told, "interaction_requeued")
    assert (returned.interaction_id, returned.reason) == ("boston:general2", "unparked")
    assert kinds(shard.receive("3")) == ["interaction_queued"]
    assert find(shard.receive("4"), "interaction_parked").reason == "queue_full"


def test_as_many_as_free_agents_can_take_are_offered_at_once_whatever_the_bound() -> None:
    five = tuple(agent(f"agent{number}") for number in range(5))
    shard = shard_of(Queue(name="general", max_waiting=1), agents=five)
    for it in five:
        shard.presence(it.id)
    for number in range(5):
        assert find(shard.receive(f"{number}", channel="voice"), "offer_made")
    assert kinds(shard.receive("5", channel="voice")) == ["interaction_queued"]
    assert find(shard.receive("6", channel="voice"), "interaction_parked")


def test_all_who_stand_outside_are_offered_in_one_turn_when_agents_come() -> None:
    shard = shard_of(Queue(name="general", max_waiting=1), agents=(agent("ana"),))
    fill(shard, 4)
    told = [it for it in shard.presence("ana") if kinds([it]) == ["offer_made"]]
    assert [it.interaction_id for it in told] == [  # type: ignore[attr-defined]
        "boston:general0",
        "boston:general1",
    ]
    assert where(shard, "general2") == ("waiting", "general")


@pytest.mark.parametrize("how", ["decline", "expire", "revoke"])
def test_who_comes_back_from_an_offer_into_a_full_queue_is_the_first_to_return(how: str) -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1), agents=(agent("ana", "en"), agent("cid", "pt"))
    )
    shard.presence("ana")
    shard.receive("1", channel="voice", language="en")
    shard.wait(1)
    shard.receive("2", channel="voice", language="pt")
    if how == "decline":
        told = shard.decline("1", 1, "ana")
    else:
        told = shard.wait(30) if how == "expire" else shard.presence("ana", "away")
    assert find(told, "interaction_parked").interaction_id == "boston:1"
    assert standing(shard) == {"general": 1}
    shard.receive("3", channel="voice", language="pt")
    shard.say(CustomerAbandoned, local="2")
    assert where(shard, "1") == ("waiting", "general")
    assert where(shard, "3") == ("parked", "general")


def test_who_comes_back_from_an_offer_into_a_full_queue_flows_over() -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1, overflow_to="second"), Queue(name="second")
    )
    shard.presence("ana")
    for local in ("1", "2"):
        shard.receive(local, channel="voice")
    told = shard.presence("ana", "away")
    assert [it.reason for it in told if kinds([it]) == ["interaction_requeued"]] == [  # type: ignore[attr-defined]
        "revoked",
        "overflowed",
    ]
    assert where(shard, "1") == ("waiting", "second")


def test_who_comes_back_from_an_offer_is_first_offered_to_others() -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1),
        agents=(agent("ana", "en", "pt"), agent("bea", "en"), agent("cid", "pt")),
    )
    shard.presence("ana")
    shard.receive("1", channel="voice", language="en")
    shard.receive("2", channel="voice", language="pt")
    shard.presence("bea")
    told = shard.decline("1", 1, "ana")
    assert "interaction_parked" not in kinds(told)
    assert {it.interaction_id: it.agent_id for it in told if kinds([it]) == ["offer_made"]} == {  # type: ignore[attr-defined]
        "boston:1": "bea",
        "boston:2": "ana",
    }


@pytest.mark.parametrize("overflow_to", [None, "second"])
def test_whom_a_free_agent_takes_at_once_needs_no_room_where_others_wait(
    overflow_to: str | None,
) -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1, overflow_to=overflow_to),
        Queue(name="second"),
        agents=(agent("ana", "en"), agent("cid", "pt")),
    )
    shard.presence("ana")
    shard.receive("1", channel="voice", language="pt")
    told = shard.receive("2", channel="voice", language="en")
    assert kinds(told) == ["interaction_queued", "offer_made"]
    assert find(told, "interaction_queued").why.flowed_over == ()


# Where nobody could ever serve it


def chain(**of_second: Any) -> Shard:
    return shard_of(
        Queue(name="general", max_waiting=1, overflow_to="second", overflow_after_s=60),
        Queue(name="second", overflow_to="third", **of_second),
        Queue(name="third"),
        agents=(agent("ana", "en", skills={"billing": 3}), agent("bea", "pt")),
        skills=("billing", "legal"),
    )


NOBODY_HAS: dict[str, Any] = {"skills": (SkillNeed(skill="legal"),)}


def test_overflow_passes_over_a_queue_in_which_nobody_could_ever_serve_it() -> None:
    shard = chain(**NOBODY_HAS)
    shard.receive("1")
    queued = find(shard.receive("2"), "interaction_queued")
    assert (queued.queue, queued.why.flowed_over) == ("third", ("general", "second"))


def test_whether_somebody_could_serve_it_there_is_asked_of_the_last_step() -> None:
    shard = chain(skills=(SkillNeed(skill="legal", drops_after_s=600),))
    shard.receive("1")
    assert find(shard.receive("2"), "interaction_queued").queue == "second"


@pytest.mark.parametrize(
    ("asked", "queue"),
    [
        ({"language": "en"}, "second"),
        ({"language": "pt"}, "third"),
        ({"language": "pt", "other_languages": ("en",)}, "second"),
    ],
)
def test_its_languages_decide_where_it_flows(asked: dict[str, Any], queue: str) -> None:
    shard = chain(skills=(SkillNeed(skill="billing"),))
    shard.receive("1")
    assert find(shard.receive("2", **asked), "interaction_queued").queue == queue


def test_skills_that_the_sender_asked_for_go_with_it() -> None:
    shard = chain()
    shard.receive("1")
    asked = (SkillNeed(skill="billing", level=3),)
    assert find(shard.receive("2", skills=asked), "interaction_queued").queue == "second"
    told = shard.receive("3", language="pt", skills=asked)
    assert find(told, "interaction_parked").queue == "general"


def test_who_waits_long_stays_where_nobody_could_serve_him_behind() -> None:
    shard = chain(**NOBODY_HAS)
    shard.receive("1")
    assert shard.wait(600) == []
    shard.restore()
    assert shard.wait(600) == []


def test_who_may_not_flow_over_holds_up_nobody_outside_behind_him() -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1, overflow_to="second"),
        Queue(name="second", max_waiting=1, skills=(SkillNeed(skill="billing"),)),
        agents=(agent("ana", "en", skills={"billing": 3}), agent("bea", "pt")),
        skills=("billing",),
    )
    fill(shard, 2)
    assert standing(shard) == {"general": 1, "second": 1}
    shard.receive("pt", language="pt")
    shard.wait(1)
    shard.receive("en")
    back = find(shard.say(CloseRequested, local="general1"), "interaction_requeued")
    assert (back.interaction_id, back.queue) == ("boston:en", "second")
    assert where(shard, "pt") == ("parked", "general")


def test_who_learns_what_a_queue_behind_asks_opens_it_for_those_outside_and_those_late() -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1, overflow_to="second", overflow_after_s=60),
        Queue(name="second", skills=(SkillNeed(skill="legal"),)),
        skills=("legal",),
    )
    shard.receive("1")
    shard.receive("2")
    shard.wait(100)
    assert standing(shard) == {"general": 1}
    told = shard.say(AgentSkillsRequested, agent_id="ana", skills={"legal": 3})
    moved = [it.interaction_id for it in told if kinds([it]) == ["interaction_requeued"]]  # type: ignore[attr-defined]
    assert moved == ["boston:2", "boston:1"]
    assert standing(shard) == {"second": 2}


@pytest.mark.parametrize("how", ["abandon", "close", "transfer", "change", "expire"])
def test_any_place_that_gets_free_is_taken_by_the_oldest_outside(how: str) -> None:
    shard = shard_of(Queue(name="general", max_waiting=2, expires_after_s=600), Queue(name="other"))
    fill(shard)
    for local in ("3", "4"):
        shard.receive(local)
        shard.wait(1)
    if how == "abandon":
        told = shard.say(CustomerAbandoned, local="general1")
    elif how == "close":
        told = shard.say(CloseRequested, local="general1")
    elif how == "transfer":
        told = shard.say(TransferRequested, local="general1", to_queue="other")
    elif how == "change":
        told = shard.say(ChangeRequested, local="general1", queue="other")
    else:
        told = shard.wait(596)  # general0 ends at 600
    back = [it for it in told if getattr(it, "reason", None) == "unparked"]
    assert [it.interaction_id for it in back] == ["boston:3"]  # type: ignore[attr-defined]
    assert standing(shard)["general"] == 2


def test_returned_ones_have_the_age_they_had() -> None:
    shard = shard_of(SMALL)
    fill(shard)
    since = find(shard.receive("3"), "interaction_queued").waiting_since_ms
    shard.wait(100)
    back = find(shard.say(CloseRequested, local="general0"), "interaction_requeued")
    assert back.waiting_since_ms == since


def test_a_full_queue_flows_over_and_says_which_were_full() -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1, overflow_to="second"),
        Queue(name="second", max_waiting=1, overflow_to="third"),
        Queue(name="third"),
    )
    found = [find(shard.receive(it), "interaction_queued") for it in "123"]
    assert [it.queue for it in found] == ["general", "second", "third"]
    assert [it.why.flowed_over for it in found] == [(), ("general",), ("general", "second")]


def test_who_flows_over_needs_what_the_other_queue_asks() -> None:
    shard = shard_of(
        Queue(
            name="general",
            max_waiting=1,
            overflow_to="second",
            skills=(SkillNeed(skill="billing"),),
        ),
        Queue(name="second", skills=(SkillNeed(skill="sales", level=2),)),
        agents=(agent("ana", skills={"billing": 3, "sales": 3}),),
        skills=("billing", "sales"),
    )
    shard.receive("1")
    queued = find(shard.receive("2"), "interaction_queued")
    assert [(it.skill, it.level) for it in queued.skills] == [("sales", 2)]


def test_a_loop_of_queues_ends_and_who_went_round_is_parked_at_his_own() -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1, overflow_to="second"),
        Queue(name="second", max_waiting=1, overflow_to="general"),
    )
    shard.receive("1")
    shard.receive("2")
    queued, parked = shard.receive("3")
    assert queued.why.flowed_over == ("general", "second")  # type: ignore[attr-defined]
    assert (parked.queue, parked.reason) == ("general", "queue_full")  # type: ignore[attr-defined]


def test_room_in_the_queue_behind_brings_in_the_oldest_of_all_that_flow_into_it() -> None:
    shard = shard_of(
        Queue(name="general", max_waiting=1, overflow_to="last"),
        Queue(name="other", max_waiting=1, overflow_to="last"),
        Queue(name="last", max_waiting=1),
    )
    for local, queue in (("1", "general"), ("2", "other"), ("3", "last")):
        shard.receive(local, queue=queue)
    for local, queue in (("4", "other"), ("5", "general"), ("6", "last")):
        shard.wait(1)
        assert find(shard.receive(local, queue=queue), "interaction_parked").queue == queue
    back = find(shard.say(CloseRequested, local="3"), "interaction_requeued")
    assert (back.interaction_id, back.reason, back.queue) == ("boston:4", "overflowed", "last")
    assert back.routing.queue == "last"
    assert where(shard, "5") == ("parked", "general")


def test_a_transfer_into_a_full_queue_is_parked_there_if_its_agent_takes_nobody_from_it() -> None:
    shard = shard_of(Queue(name="other"), SMALL, default_queue="other")
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.presence("ana", "away")
    for local in ("2", "3"):
        shard.receive(local, channel="voice", queue="general")
    told = shard.say(TransferRequested, local="1", to_queue="general")
    assert kinds(told) == ["interaction_requeued", "interaction_parked"]
    assert standing(shard)["general"] == 2
    told = shard.presence("ana")
    assert find(told, "offer_made").interaction_id == "boston:2"
    assert where(shard, "1") == ("waiting", "general")


def test_of_work_that_returns_at_once_the_youngest_finds_no_room() -> None:
    shard = shard_of(SMALL)
    shard.presence("ana")
    for local in ("1", "2"):
        shard.receive(local)
        shard.accept(local, 1, "ana")
        shard.wait(1)
    shard.receive("3")
    shard.presence("ana", "away", requeue_work=True)
    assert standing(shard) == {"general": 2}
    assert where(shard, "2") == ("parked", "general")
    assert (where(shard, "1")[0], where(shard, "3")[0]) == ("waiting", "waiting")


def test_a_lowered_bound_turns_out_nobody_who_is_in() -> None:
    shard = shard_of(Queue(name="general"))
    fill(shard, 3)
    shard.configure(document(agent("ana"), queues=(SMALL,)))
    assert standing(shard) == {"general": 3}
    assert find(shard.receive("4"), "interaction_parked").reason == "queue_full"
    shard.presence("ana")
    shard.decline("general0", 1, "ana")
    assert where(shard, "general0") == ("waiting", "general")


def test_a_bound_that_is_raised_lets_them_in_oldest_first() -> None:
    shard = shard_of(SMALL)
    fill(shard, 5)
    told = shard.configure(document(agent("ana"), queues=(Queue(name="general", max_waiting=4),)))
    back = [it.interaction_id for it in told if kinds([it]) == ["interaction_requeued"]]  # type: ignore[attr-defined]
    assert back == ["boston:general2", "boston:general3"]


def test_offers_accepted_by_themselves_empty_a_queue_and_all_outside() -> None:
    shard = shard_of(
        SMALL,
        channels={"chat": ChannelSettings(units=1, auto_accept=True)},
        agents=(agent("ana"),),
    )
    fill(shard, 20)
    shard.presence("ana")
    assert all(it.status == "assigned" for it in shard.state.pools["boston"].interactions.values())


def test_who_stands_outside_is_put_back_by_hand_only_if_there_is_room() -> None:
    shard = shard_of(SMALL)
    fill(shard, 3)
    told = shard.say(RequeueRequested, local="general2")
    assert find(told, "interaction_parked").reason == "queue_full"
    assert standing(shard) == {"general": 2}


def test_after_a_time_one_flows_over_and_needs_what_the_other_queue_asks() -> None:
    shard = shard_of(
        Queue(name="general", overflow_to="second", overflow_after_s=60), Queue(name="second")
    )
    shard.receive("1")
    assert shard.wait(59.999) == []
    moved = find(shard.wait(0.001), "interaction_requeued")
    assert (moved.reason, moved.queue, moved.routing.queue) == ("overflowed", "second", "second")
    assert shard.wait(3600) == []


def test_those_who_came_at_the_same_instant_flow_over_at_the_same_instant() -> None:
    shard = shard_of(
        Queue(name="general", overflow_to="second", overflow_after_s=60),
        Queue(name="second", max_waiting=2),
    )
    for local in "123":
        shard.receive(local)
    assert kinds(shard.wait(60)) == ["interaction_requeued"] * 2
    assert standing(shard) == {"general": 1, "second": 2}


def test_one_stays_while_the_queue_behind_is_full_and_goes_when_there_is_room() -> None:
    shard = shard_of(
        Queue(name="general", overflow_to="second", overflow_after_s=60),
        Queue(name="second", max_waiting=1),
    )
    shard.receive("0", queue="second")
    shard.receive("1")
    shard.wait(1)
    shard.receive("2")
    assert shard.wait(600) == []
    assert where(shard, "1") == ("waiting", "general")
    shard.restore()
    moved = find(shard.say(CloseRequested, local="0"), "interaction_requeued")
    assert (moved.interaction_id, moved.queue) == ("boston:1", "second")
    assert where(shard, "2") == ("waiting", "general")


def test_one_who_is_being_offered_flows_over_only_when_the_offer_has_ended() -> None:
    shard = shard_of(
        Queue(name="general", overflow_to="second", overflow_after_s=10), Queue(name="second")
    )
    shard.presence("ana")
    shard.receive("1")
    assert shard.wait(29) == []
    told = shard.wait(1)
    assert [it.reason for it in told if kinds([it]) == ["interaction_requeued"]] == [  # type: ignore[attr-defined]
        "expired",
        "overflowed",
    ]


def test_queues_that_flow_into_each_other_in_time_pass_one_on_once_per_time() -> None:
    shard = shard_of(
        Queue(name="general", overflow_to="second", overflow_after_s=60),
        Queue(name="second", overflow_to="general", overflow_after_s=60),
    )
    shard.receive("1")
    assert len(shard.wait(300)) == 5


def test_who_stands_outside_when_his_channel_fails_is_told_and_comes_back_to_his_place() -> None:
    shard = shard_of(SMALL)
    fill(shard, 3)
    told = shard.fail_over("chat", 1)
    assert [it.reason for it in told if kinds([it]) == ["interaction_parked"]] == [  # type: ignore[attr-defined]
        "channel_down"
    ] * 3
    shard.restore_channel("chat", 2)
    assert standing(shard) == {"general": 2}
    assert where(shard, "general2") == ("parked", "general")


def test_commands_heard_twice_move_nobody_twice() -> None:
    shard = shard_of(SMALL, Queue(name="other"))
    fill(shard, 3)
    shard.say(TransferRequested, local="general0", to_queue="other", event_id="once")
    assert shard.say(TransferRequested, local="general0", to_queue="other", event_id="once") == []
    assert standing(shard) == {"general": 2, "other": 1}


Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["receive", "accept", "decline", "close", "transfer", "away", "ready", "wait",
             "down", "up", "hand", "callback", "abandon"]
        ),
        st.integers(0, 11),
    ),
    min_size=15,
    max_size=60,
)  # fmt: skip
CHAIN = (
    Queue(name="general", max_waiting=2, overflow_to="second", expires_after_s=300),
    Queue(name="second", max_waiting=1, overflow_to="third", overflow_after_s=20),
    Queue(name="third", max_waiting=2, overflow_to="general"),
)
BOUNDS = {it.name: it.max_waiting or 0 for it in CHAIN}


def act(shard: Shard, step: Step, epoch: list[int]) -> list[Event]:
    what, n = step
    local, open_ = str(n), shard.state.pools["boston"].interactions
    it = open_.get(f"boston:{local}")
    agent_id = ("ana", "bea")[n % 2]
    match what:
        case "receive":
            return shard.receive(local, queue=CHAIN[n % 3].name)
        case "accept" | "decline" if it is not None and it.offers:
            offer = it.offers[0]
            return shard.answer(local, offer.attempt, offer.agent_id, what)
        case "close":
            return shard.say(CloseRequested, local=local)
        case "abandon":
            return shard.say(CustomerAbandoned, local=local)
        case "transfer":
            return shard.say(TransferRequested, local=local, to_queue=CHAIN[n % 3].name)
        case "hand":
            return shard.say(RequeueRequested, local=local)
        case "callback":
            return shard.say(
                CallbackRequested, local=local, not_before_ms=shard.now + 7_000 * (n % 4)
            )
        case "away" | "ready":
            return shard.presence(agent_id, what, requeue_work=what == "away")
        case "wait":
            return shard.wait(n * 3)
        case "down" | "up":
            epoch[0] += 1
            do = shard.fail_over if what == "down" else shard.restore_channel
            return do("chat", epoch[0])
    return []


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_bound_is_ever_passed_and_where_there_is_room_nobody_stands_outside(
    steps: list[Step],
) -> None:
    shard = shard_of(*CHAIN, agents=(agent("ana"), agent("bea")))
    epoch = [0]
    for step in steps:
        act(shard, step, epoch)
        full = standing(shard)
        assert all(full[name] <= bound for name, bound in BOUNDS.items()), full
        outside = [
            it.queue
            for it in shard.state.pools["boston"].interactions.values()
            if it.parked_why == "queue_full"
        ]
        assert not outside or all(full[name] == bound for name, bound in BOUNDS.items())


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 40))
def test_a_shard_that_is_restored_in_the_middle_decides_the_same(
    steps: list[Step], middle: int
) -> None:
    one, two = (shard_of(*CHAIN, agents=(agent("ana"), agent("bea"))) for _ in range(2))
    for number, step in enumerate(steps):
        if number == middle:
            two.restore()
            assert index(two.state) == index(one.state)
        assert act(one, step, [number]) == act(two, step, [number])
    replayed = router_core.empty(one.documents)
    for fact in one.facts:
        router_core.evolve(replayed, fact)
    assert entities(replayed) == entities(one.state)
