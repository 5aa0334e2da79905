"""Escalations: who is paged and when, and what stops it."""

from services.escalation.core import escalation_core
from shared.contracts.configuration import EscalationLevel, EscalationPolicy
from shared.contracts.escalation import (
    EscalationAcknowledged,
    EscalationExhausted,
    EscalationOpened,
    EscalationResolved,
    LevelCopy,
    PageRecalled,
    PageRequested,
)
from shared.contracts.event import Event
from shared.contracts.system import EventRejected
from tests.unit.escalation.stage import (
    FIRST,
    FIRST_REPLY,
    HOUR,
    LEAD,
    MINUTE,
    NOON,
    SECOND,
    Stage,
    document,
    kinds,
    of,
)

OPENED = NOON + MINUTE


def breached() -> Stage:
    """One interaction whose first reply is a minute late; ana and ben have been paged."""
    stage = Stage(document(targets=(FIRST_REPLY,)))
    stage.queued()
    stage.wait(MINUTE)
    return stage


def pages(facts: list[Event]) -> list[tuple[int, int, str, int]]:
    return [
        (it.round, it.level, it.person, (it.at_ms - OPENED) // SECOND)
        for it in of(PageRequested, facts)
    ]


def test_a_breach_opens_an_escalation_with_its_own_copy_of_the_levels() -> None:
    (opened,) = of(EscalationOpened, breached().facts)
    assert (opened.escalation_id, opened.cycle, opened.policy) == (FIRST, 1, "lead")
    assert opened.levels == (
        LevelCopy(after_ms=0, people=("ana", "ben")),
        LevelCopy(after_ms=300_000, people=("cleo",)),
    )


def test_levels_are_paged_after_their_delay_in_every_round_until_all_is_exhausted() -> None:
    stage = breached()
    stage.play(OPENED + 24 * HOUR)
    assert pages(stage.facts) == [
        (1, 1, "ana", 0), (1, 1, "ben", 0), (1, 2, "cleo", 300),
        (2, 1, "ana", 1800), (2, 1, "ben", 1800), (2, 2, "cleo", 2100),
    ]  # fmt: skip
    (end,) = of(EscalationExhausted, stage.facts)
    assert (end.at_ms, end.pages) == (OPENED + HOUR, 6)
    assert escalation_core.deadline(stage.state) is None


def test_a_page_s_id_is_the_event_s_and_says_what_it_is_about() -> None:
    first = of(PageRequested, breached().facts)[0]
    assert first.event_id == first.page_id == f"{FIRST}:c1:r1:l1:ana:email"


def test_pages_and_recalls_go_to_the_pool_s_and_the_person_s_log() -> None:
    stage = breached()
    stage.assigned()
    there = {
        fact.kind: list(escalation_core.destinations(fact))  # type: ignore[attr-defined]  # every fact has a kind
        for fact in stage.facts
        if not isinstance(fact, PageRequested | PageRecalled) or fact.person == "ben"
    }
    assert there["page_requested"] == [("pool-log", "a"), ("people-log", "ben")]
    assert there["page_recalled"] == [("pool-log", "a"), ("people-log", "ben")]
    assert there["sla_breached"] == [("pool-log", "a")]


def test_a_page_is_of_use_until_the_next_round_replaces_it_the_last_for_hours() -> None:
    stage = breached()
    stage.play(OPENED + HOUR)
    useful = {it.page_id: it.expires_at_ms - it.at_ms for it in of(PageRequested, stage.facts)}
    assert useful[f"{FIRST}:c1:r1:l1:ana:email"] == 30 * MINUTE
    assert useful[f"{FIRST}:c1:r2:l1:ana:email"] == 4 * HOUR


def test_an_acknowledgement_stops_the_pages_and_recalls_them_from_everybody() -> None:
    stage = breached()
    stage.now += 10 * SECOND
    told = stage.acknowledged(person="ben")
    assert [(it.person, it.after_ms) for it in of(EscalationAcknowledged, told)] == [
        ("ben", 10 * SECOND)
    ]
    assert [(it.person, it.reason) for it in of(PageRecalled, told)] == [
        ("ana", "acknowledged"), ("ben", "acknowledged"),
    ]  # fmt: skip
    assert stage.play(NOON + 24 * HOUR) == []


def test_an_acknowledgement_stops_a_page_that_was_due_but_not_yet_told() -> None:
    stage = breached()
    stage.now += HOUR
    assert of(PageRequested, stage.acknowledged()) == []


def test_the_same_acknowledgement_twice_says_nothing_new() -> None:
    stage = breached()
    stage.acknowledged()
    assert stage.acknowledged() == []
    assert stage.acknowledged(person="ben") == []


def test_an_acknowledgement_of_another_cycle_is_rejected() -> None:
    stage = breached()
    (told,) = stage.acknowledged(cycle=2)
    assert isinstance(told, EventRejected)
    assert (told.code, told.field, told.status) == ("stale_cycle", "cycle", 409)
    assert pages(stage.play(OPENED + 5 * MINUTE)) == [(1, 2, "cleo", 300)]


def test_an_acknowledgement_of_nothing_open_is_rejected() -> None:
    stage = breached()
    (other,) = stage.acknowledged("a:2#first_reply/1")
    (elsewhere,) = stage.acknowledged(pool="b")
    stage.assigned()
    (over,) = stage.acknowledged()
    for told in (other, elsewhere, over):
        assert isinstance(told, EventRejected)
        assert (told.code, told.status) == ("unknown_escalation", 404)


def test_meeting_the_promise_resolves_the_escalation_and_recalls_its_pages() -> None:
    stage = breached()
    told = stage.assigned()
    assert kinds(told) == ["sla_met", "escalation_resolved", "page_recalled", "page_recalled"]
    assert of(EscalationResolved, told)[0].reason == "met"
    assert {it.reason for it in of(PageRecalled, told)} == {"resolved"}
    assert stage.play(NOON + 24 * HOUR) == []


def test_a_cancelled_promise_resolves_the_escalation_too() -> None:
    stage = breached()
    assert of(EscalationResolved, stage.abandoned())[0].reason == "cancelled"


def test_resolving_what_was_acknowledged_recalls_nothing_twice() -> None:
    stage = breached()
    stage.acknowledged()
    assert kinds(stage.assigned()) == ["sla_met", "escalation_resolved"]


def test_an_exhausted_escalation_can_still_be_acknowledged() -> None:
    stage = breached()
    stage.play(OPENED + 2 * HOUR)
    told = stage.acknowledged()
    assert len(of(EscalationAcknowledged, told)) == 1
    assert [it.person for it in of(PageRecalled, told)] == ["ana", "ben", "cleo"]


def test_levels_that_fell_due_together_are_paged_in_order_once_each() -> None:
    stage = breached()
    assert pages(stage.wait(20 * MINUTE)) == [(1, 2, "cleo", 1200)]
    late = Stage(document(targets=(FIRST_REPLY,)))
    late.queued()
    assert pages(late.wait(MINUTE + 20 * MINUTE)) == [(1, 1, "ana", 1200), (1, 1, "ben", 1200)]


def test_after_a_standstill_only_the_newest_round_is_paged() -> None:
    policy = LEAD.model_copy(update={"rounds": 10})
    stage = Stage(document(targets=(FIRST_REPLY,), escalations=(policy,)))
    stage.queued()
    stage.wait(MINUTE)
    told = stage.wait(3 * HOUR + 10 * MINUTE)  # in the 7th round
    assert [it[:3] for it in pages(told)] == [(7, 1, "ana"), (7, 1, "ben"), (7, 2, "cleo")]
    assert escalation_core.deadline(stage.state) == OPENED + 7 * 30 * MINUTE


def test_after_a_standstill_past_the_end_people_still_get_time_to_answer() -> None:
    stage = breached()
    told = stage.wait(48 * HOUR)
    assert [it[:3] for it in pages(told)] == [(2, 1, "ana"), (2, 1, "ben"), (2, 2, "cleo")]
    assert of(EscalationExhausted, told) == []
    assert escalation_core.deadline(stage.state) == stage.now + 25 * MINUTE


def test_somebody_named_twice_in_a_level_is_paged_once() -> None:
    policy = EscalationPolicy(name="lead", levels=(EscalationLevel(people=("ana", "ana")),))
    stage = Stage(document(targets=(FIRST_REPLY,), escalations=(policy,)))
    stage.queued()
    assert [it[2] for it in pages(stage.wait(MINUTE))] == ["ana"]


def test_a_round_that_ends_before_its_last_level_is_made_long_enough() -> None:
    levels = (EscalationLevel(people=("ana",)), EscalationLevel(after_s=600, people=("ben",)))
    policy = EscalationPolicy(name="lead", levels=levels, rounds=2, round_s=60)
    stage = Stage(document(targets=(FIRST_REPLY,), escalations=(policy,)))
    stage.queued()
    stage.play(NOON + 24 * HOUR)
    assert pages(stage.facts) == [
        (1, 1, "ana", 0), (1, 2, "ben", 600), (2, 1, "ana", 660), (2, 2, "ben", 1260),
    ]  # fmt: skip


def test_an_open_escalation_keeps_its_people_when_the_policy_is_edited() -> None:
    stage = breached()
    edited = LEAD.model_copy(update={"levels": (EscalationLevel(people=("zoe",)),)})
    stage.configure(document(targets=(FIRST_REPLY,), escalations=(edited,)))
    assert [it[2] for it in pages(stage.play(OPENED + 5 * MINUTE))] == ["cleo"]


def test_a_clock_that_breaches_after_an_edit_pages_the_people_of_today() -> None:
    stage = Stage(document(targets=(FIRST_REPLY,)))
    stage.queued()
    edited = LEAD.model_copy(update={"levels": (EscalationLevel(people=("zoe",)),)})
    stage.configure(document(targets=(FIRST_REPLY,), escalations=(edited,)))
    assert [it[2] for it in pages(stage.wait(MINUTE))] == ["zoe"]


def test_a_policy_that_was_taken_out_still_pages_its_people() -> None:
    stage = Stage(document(targets=(FIRST_REPLY,)))
    stage.queued()
    stage.configure(document(targets=(), escalations=()))
    assert [it[2] for it in pages(stage.wait(MINUTE))] == ["ana", "ben"]


def test_an_assignment_after_an_untold_breach_pages_and_recalls_in_this_order() -> None:
    stage = Stage(document(targets=(FIRST_REPLY,)))
    stage.queued()
    stage.now += HOUR
    assert kinds(stage.assigned()) == [
        "sla_breached", "escalation_opened", "page_requested", "page_requested",
        "sla_met", "escalation_resolved", "page_recalled", "page_recalled",
    ]  # fmt: skip


def test_a_breach_without_an_escalation_policy_is_told_and_pages_nobody() -> None:
    silent = FIRST_REPLY.model_copy(update={"escalation_policy": None})
    stage = Stage(document(targets=(silent,)))
    stage.queued()
    assert kinds(stage.wait(MINUTE)) == ["sla_breached"]


def test_a_restored_shard_goes_on_where_the_last_one_stood() -> None:
    stage = breached()
    stage.restore()
    assert pages(stage.play(OPENED + 5 * MINUTE)) == [(1, 2, "cleo", 300)]
    stage.acknowledged()
    stage.restore()
    assert stage.play(NOON + 24 * HOUR) == []
