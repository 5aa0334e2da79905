"""What features got wrong together: each was found by reading, or by a random history."""

from typing import Any

from shared.contracts.configuration import (
    Calendar,
    ChannelSettings,
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
    shard = parked_by_a_backup(Queue(name="general", max_waiting=1))
    here(shard, "ana", "bea")
    for local in ("1", "2"):
        shard.receive(local, channel="voice", reachable_by=("chat",))
    assert offered(shard.accept("1", 1, "ana")) == [("2", "bea")]


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
