"""What features got wrong together: each was found by reading, or by a random history."""

from typing import Any

import pytest

from shared.contracts.configuration import (
    Calendar,
    ChannelSettings,
    Pace,
    PoolDocument,
    Queue,
    RingOpening,
    RoutingRule,
    Span,
    UnsureLanguage,
)
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AssignRequested,
    ChangeRequested,
    CustomerAbandoned,
    CustomerMessaged,
    HandBackRequested,
    SkillNeed,
    TransferRequested,
)
from shared.contracts.routing import InteractionRequeued
from tests.support.router_shard import Shard, agent, document, find, kinds

DAY_S = 86_400
MIDNIGHT_MS = 11 * DAY_S * 1000
OPEN_AT_TEN = Calendar(
    name="ten",
    timezone="UTC",
    week={
        day: (Span(opens_min=600, closes_min=700),)
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    },
)
VOICE_OR_CHAT = {"voice": ChannelSettings(backups=("chat",)), "chat": ChannelSettings()}


def centre(*queues: Queue, **settings: Any) -> PoolDocument:
    """Ana, then Bea: one interaction each."""
    base: dict[str, Any] = {
        "queues": (*queues, Queue(name="other")),
        "channels": {"voice": ChannelSettings(), "chat": ChannelSettings()},
        "calendars": (OPEN_AT_TEN,),
    }
    return document(agent("ana"), agent("bea"), **(base | settings))


def at(minutes: int, doc: PoolDocument) -> Shard:
    return Shard(doc, now=MIDNIGHT_MS + minutes * 60_000)


def here(shard: Shard, *ids: str) -> None:
    for id_ in ids:
        shard.presence(id_)
        shard.wait(1)


def offered(facts: list[Event]) -> list[tuple[str, str]]:
    """(local id, agent) of the offers, in their order."""
    made = [fact.model_dump() for fact in facts if fact.model_dump()["kind"] == "offer_made"]
    return [(it["interaction_id"].split(":")[1], it["agent_id"]) for it in made]


# Outages, bounds and hours together


def parked_by_a_backup(queue: Queue) -> Shard:
    """Voice is down at 9:00."""
    shard = at(540, centre(queue, channels=VOICE_OR_CHAT))
    shard.fail_over("voice", 1)
    return shard


def test_who_waits_for_the_opening_by_a_backup_does_not_expire_when_it_opens() -> None:
    queue = Queue(name="general", calendar="ten", when_closed="park", expires_after_s=120)
    shard = parked_by_a_backup(queue)
    shard.receive("1", channel="voice", reachable_by=("chat",))
    told = shard.wait(3_600)
    assert "interaction_expired" not in kinds(told)
    assert find(told, "interaction_requeued").reason == "unparked"
    assert find(shard.wait(121), "interaction_expired").at_ms == MIDNIGHT_MS + 602 * 60_000


def test_who_is_parked_by_a_backup_has_not_moved_again_when_he_is_let_in() -> None:
    shard = parked_by_a_backup(Queue(name="general", calendar="ten", when_closed="park"))
    assert find(shard.receive("1", channel="voice", reachable_by=("chat",)), "interaction_moved")
    assert "interaction_moved" not in kinds(shard.wait(3_600))


def test_who_comes_in_from_before_the_door_by_a_backup_is_offered_at_once() -> None:
    two_at_once = (agent("ana", capacity_units=200),)
    queue = Queue(name="general", max_waiting=1)
    shard = at(540, centre(queue, channels=VOICE_OR_CHAT, agents=two_at_once))
    shard.fail_over("voice", 1)
    shard.receive("1", channel="voice", reachable_by=("chat",))
    told = shard.receive("2", channel="voice", reachable_by=("chat",))
    assert find(told, "interaction_parked").reason == "queue_full"
    assert offered(shard.presence("ana")) == [("1", "ana"), ("2", "ana")]


def test_time_that_stood_still_begins_anew_when_the_hours_and_the_backups_change_at_once() -> None:
    queue = Queue(name="general", calendar="ten", when_closed="park", expires_after_s=120)
    both = {**VOICE_OR_CHAT, "email": ChannelSettings()}
    shard = at(540, centre(queue, channels=both))
    shard.fail_over("voice", 1)
    shard.receive("1", channel="voice", reachable_by=("chat", "email"))
    shard.wait(600)
    always = queue.model_copy(update={"calendar": None, "when_closed": "wait"})
    voice = ChannelSettings(backups=("email",))
    told = shard.configure(centre(always, channels={**both, "voice": voice}))
    assert find(told, "interaction_moved").to_channel == "email"
    assert "interaction_expired" not in kinds(told)


def test_a_queue_that_opens_lets_those_before_an_earlier_one_flow_through_it() -> None:
    general = Queue(name="general", max_waiting=1, overflow_to="second")
    second = Queue(
        name="second", max_waiting=1, overflow_to="third", calendar="ten", when_closed="park"
    )
    third = Queue(name="third", max_waiting=1)
    shard = at(650, centre(general, second, third))
    for queue in ("general", "second", "third"):
        shard.receive(f"in {queue}", queue=queue)
    shard.wait(60 * 60)
    shard.receive("1", queue="general")
    shard.say(CustomerAbandoned, local="in third")
    told = shard.wait(DAY_S)
    moved = {it.interaction_id: it.queue for it in told if isinstance(it, InteractionRequeued)}
    assert moved == {"boston:in second": "second", "boston:1": "third"}


# Order, when several agents get free at once


def test_an_agent_is_not_given_to_somebody_younger_because_another_was_looked_at_first() -> None:
    x, y = (SkillNeed(skill="x"),), (SkillNeed(skill="y"),)
    shard = at(
        540,
        document(
            agent("ana", skills={"x": 1}, capacity_units=200, calendar="ten"),
            agent("bea", skills={"x": 1, "y": 1}, calendar="ten"),
            skills=("x", "y"),
            calendars=(OPEN_AT_TEN,),
        ),
    )
    here(shard, "ana", "bea")
    for local, skills in (("1", x), ("2", y), ("3", x)):
        shard.receive(local, channel="voice", skills=skills)
        shard.wait(1)
    told = shard.wait(3_600)
    assert offered(told)[:3] == [("1", "ana"), ("2", "bea"), ("3", "ana")]


# Who comes and leaves


RING = Queue(name="general", rings=(RingOpening(ring="helpers", after_s=600),))


def ana_is_busy() -> Shard:
    """Ana works, Bea helps; another interaction waits for Ana."""
    shard = Shard(
        document(agent("ana"), agent("bea", rings=("helpers",)), queues=(RING, Queue(name="other")))
    )
    here(shard, "ana", "bea")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    assert offered(shard.receive("2", channel="voice")) == []
    shard.wait(1)
    return shard


def test_who_only_ends_his_work_has_left_those_who_waited_for_him() -> None:
    shard = ana_is_busy()
    told = shard.presence("ana", "away", after_work=True)
    assert find(told, "interaction_widened").why == "nobody_there"
    assert offered(told) == [("2", "bea")]


def test_a_preferred_agent_who_only_ends_his_work_is_waited_for_no_more() -> None:
    shard = ana_is_busy()
    shard.configure(document(agent("ana"), agent("bea")))
    shard.say(TransferRequested, local="2", to_agent="ana")
    told = shard.presence("ana", "away", after_work=True)
    assert find(told, "interaction_widened").let_go == "ana"
    assert offered(told) == [("2", "bea")]


def test_who_stays_after_all_brings_the_step_that_he_may_serve() -> None:
    shard = Shard(
        document(
            agent("ana", rings=("helpers",)),
            agent("bea", skills={"snow": 1}),
            skills=("snow",),
            queues=(RING, Queue(name="other")),
        )
    )
    here(shard, "ana")
    shard.receive("1", channel="voice", queue="other", skills=())
    shard.say(AssignRequested, local="1", agent_id="ana")
    shard.presence("ana", "away", after_work=True)
    shard.wait(1)
    assert "interaction_widened" not in kinds(shard.receive("2", channel="voice"))
    told = shard.presence("ana")
    assert find(told, "interaction_widened").why == "nobody_there"


def test_the_last_one_there_may_leave_without_a_look_at_those_who_cannot_go_on() -> None:
    shard = Shard(document(agent("ana"), queues=(RING, Queue(name="other"))))
    here(shard, "ana")
    shard.receive("0", channel="voice")
    for number in range(1, 40):
        shard.receive(str(number), channel="voice")
    looked_at: list[str] = []
    floor = shard.state.pools["boston"].floor
    line_of = floor.line
    floor.line = lambda it: looked_at.append(it.id) or line_of(it)  # type: ignore[func-returns-value,method-assign] # counts
    shard.presence("ana", "away")
    assert set(looked_at) <= {"boston:0"}


# Commands that are heard twice


def test_an_order_to_assign_is_followed_once_however_late_it_comes_again() -> None:
    shard = Shard(centre(Queue(name="general")))
    here(shard, "ana")
    shard.presence("ana", "away")
    shard.receive("1", channel="voice")
    shard.say(AssignRequested, local="1", agent_id="ana", event_id="order")
    shard.say(TransferRequested, local="1", to_queue="other")
    assert shard.say(AssignRequested, local="1", agent_id="ana", event_id="order") == []


# Doubts about a language


def test_a_language_in_doubt_stays_in_doubt_when_the_rules_are_applied_again() -> None:
    unsure = UnsureLanguage(below_permille=600, queue="other")
    shard = Shard(centre(Queue(name="general"), unsure_language=unsure))
    shard.receive("1", language_source="detected", language_confidence_permille=300)
    told = shard.say(ChangeRequested, local="1", reapply=True)
    assert find(told, "interaction_changed").routing.queue == "other"
    told = shard.say(ChangeRequested, local="1", language="en", reapply=True)
    assert find(told, "interaction_changed").routing.queue == "general"


# After a consult


def test_who_is_handed_back_needs_again_what_the_rule_had_asked_for() -> None:
    rule = RoutingRule(name="vip", queue="general", skills=(SkillNeed(skill="vip"),))
    shard = Shard(
        document(agent("ana", skills={"vip": 1}), agent("bea"), skills=("vip",), rules=(rule,))
    )
    here(shard, "ana", "bea")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.say(TransferRequested, local="1", to_queue="other", consult=True)
    shard.accept("1", 2, "bea")
    shard.restore()
    told = shard.say(HandBackRequested, local="1", agent_id="bea")
    assert find(told, "interaction_requeued").routing.skills == (SkillNeed(skill="vip"),)


def test_who_waited_before_the_pool_went_by_the_cost_of_delay_is_not_overtaken_by_all() -> None:
    """Its weight is told also while the pool goes by age."""
    # given: one has waited for an hour when the order becomes another
    shard = Shard(document(agent("ana")))
    shard.receive("old", channel="voice")
    shard.wait(3600)
    shard.configure(document(agent("ana"), order="cost_of_delay"))
    shard.receive("new", channel="voice")
    shard.wait(1)
    # when
    told = shard.presence("ana")
    # then
    assert find(told, "offer_made").interaction_id == "boston:old"


# What is known of a language and a topic


def test_the_doubt_about_a_language_goes_with_a_transfer_to_another_pool() -> None:
    unsure = UnsureLanguage(below_permille=600, queue="other")
    shard = Shard(centre(Queue(name="general")))
    shard.configure(centre(Queue(name="general"), unsure_language=unsure, pool="lisbon"))
    shard.receive("1", language_source="detected", language_confidence_permille=300)
    shard.restore()
    told = shard.say(TransferRequested, local="1", to_pool="lisbon")
    assert find(told, "transferred_in").language_confidence_permille == 300
    assert find(shard.deliver(told), "interaction_queued").queue == "other"
    back = shard.say(TransferRequested, local="1", pool="lisbon", to_pool="boston")
    assert find(back, "transferred_in").language_confidence_permille == 300


def test_a_language_that_somebody_named_is_in_doubt_no_more() -> None:
    shard = Shard(centre(Queue(name="general")))
    shard.receive("1", language_source="detected", language_confidence_permille=300)
    shard.say(ChangeRequested, local="1", language="pt")
    told = shard.say(TransferRequested, local="1", to_pool="lisbon")
    assert find(told, "transferred_in").language_confidence_permille == 1000


@pytest.mark.parametrize(
    ("when", "matches"),
    [
        ({"language_confidence_permille": ("<600",)}, True),
        ({"language_confidence_permille": ("<300",)}, False),
        ({"topic_source": ("keywords",)}, True),
        ({"topic_source": ("given",)}, False),
        ({"topic_keyword": ("fatura*",)}, True),
        ({"topic_keyword": ("!*",)}, False),
    ],
)
def test_rules_look_at_how_language_and_topic_were_found(
    when: dict[str, tuple[str, ...]], matches: bool
) -> None:
    rule = RoutingRule(name="doubted", when=when, queue="other")
    shard = Shard(centre(Queue(name="general"), rules=(rule,)))
    queued = find(
        shard.receive(
            "1",
            language_source="detected",
            language_confidence_permille=300,
            topic="invoice",
            topic_source="keywords",
            topic_keyword="fatura",
        ),
        "interaction_queued",
    )
    assert queued.queue == ("other" if matches else "general")
    told = shard.say(ChangeRequested, local="1", reapply=True)
    assert find(told, "interaction_changed").routing.queue == queued.queue


def test_without_a_topic_nothing_says_where_it_came_from() -> None:
    rule = RoutingRule(name="known", when={"topic_source": ("*",)}, queue="other")
    shard = Shard(centre(Queue(name="general"), rules=(rule,)))
    assert find(shard.receive("1"), "interaction_queued").queue == "general"


# Hours of agents


def shifts(**settings: Any) -> PoolDocument:
    """Ana works from ten to twenty to twelve, Bea helps at any time."""
    return document(
        agent("ana", calendar="ten"),
        agent("bea", rings=("helpers",)),
        queues=(RING, Queue(name="other", prefer_s=3_000)),
        calendars=(OPEN_AT_TEN,),
        **settings,
    )


def test_who_is_outside_his_hours_is_not_there_for_those_whom_he_could_serve() -> None:
    shard = at(540, shifts())
    here(shard, "ana", "bea")
    told = shard.receive("1", channel="voice")
    assert find(told, "interaction_widened").why == "nobody_there"
    assert offered(told) == [("1", "bea")]


def test_who_waits_for_somebody_goes_on_when_his_hours_end() -> None:
    shard = at(695, shifts())
    here(shard, "ana", "bea")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    assert offered(shard.receive("2", channel="voice")) == []
    told = shard.wait(300)
    assert find(told, "interaction_widened").why == "nobody_there"
    assert offered(told) == [("2", "bea")]


def test_an_agent_is_preferred_only_within_his_hours() -> None:
    shard = at(695, shifts())
    here(shard, "ana")
    shard.receive("1", channel="voice", queue="other")
    shard.accept("1", 1, "ana")
    told = shard.receive("2", channel="voice", queue="other", preferred_agent="ana")
    assert find(told, "interaction_queued").preference is not None
    assert find(shard.wait(300), "interaction_widened").let_go == "ana"
    told = shard.receive("3", channel="voice", queue="other", preferred_agent="ana")
    assert find(told, "interaction_widened").let_go == "ana"


def test_when_his_hours_begin_those_go_on_to_the_step_that_he_may_serve() -> None:
    shard = at(
        599,
        document(
            agent("ana", calendar="ten", rings=("helpers",)),
            agent("bea"),
            queues=(RING, Queue(name="other")),
            calendars=(OPEN_AT_TEN,),
        ),
    )
    here(shard, "ana")
    assert "interaction_widened" not in kinds(shard.receive("1", channel="voice"))
    told = shard.wait(60)
    assert find(told, "interaction_widened").why == "nobody_there"
    assert offered(told) == [("1", "ana")]


def test_pace_takes_nobody_from_those_who_wait_for_him() -> None:
    shard = at(650, shifts(pace=Pace(offers=1, per_s=600)))
    here(shard, "ana", "bea")
    shard.receive("1", channel="chat")
    assert offered(shard.receive("2", channel="chat")) == []


# Who wakes


def test_who_wakes_without_room_waits_for_its_agent_where_the_queue_does_not_say() -> None:
    chat = ChannelSettings(units=100, idle_after_s=60)
    shard = Shard(document(agent("ana"), agent("bea"), channels={"chat": chat}))
    here(shard, "ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    shard.wait(60)
    shard.receive("2")
    shard.accept("2", 1, "ana")
    here(shard, "bea")
    shard.wait(30)
    shard.say(CustomerMessaged, local="2")
    told = shard.say(CustomerMessaged, local="1")
    woken = find(told, "interaction_requeued")
    assert woken.preference.agent_id == "ana"
    assert woken.preference.until_ms == shard.now + 60_000
    assert offered(told) == []
    assert offered(shard.wait(30)) == []
    shard.say(CustomerMessaged, local="2")
    assert offered(shard.wait(30)) == [("1", "bea")]
