"""SLA clocks: when they start, how they end, and when a breach is told."""

import pytest

from services.escalation.core import escalation_core
from shared.contracts.configuration import SlaTarget
from shared.contracts.escalation import SlaBreached, SlaCancelled, SlaClockStarted, SlaMet
from shared.contracts.words import CloseOutcome
from tests.unit.escalation.stage import (
    FIRST_REPLY,
    HOUR,
    MINUTE,
    NOON,
    RESOLUTION,
    SECOND,
    Stage,
    document,
    kinds,
    ms,
    of,
)

DUE = NOON + MINUTE
SILENT = FIRST_REPLY.model_copy(update={"escalation_policy": None})


def test_both_clocks_start_from_the_instant_since_which_the_customer_waits() -> None:
    stage = Stage()
    first, resolution = of(SlaClockStarted, stage.queued(since=NOON - 10 * SECOND))
    assert (first.metric, first.started_at_ms, first.due_at_ms) == (
        "first_reply", NOON - 10 * SECOND, NOON + 50 * SECOND,
    )  # fmt: skip
    assert (resolution.metric, resolution.due_at_ms) == ("resolution", ms("2026-03-05T07:59:50"))
    assert (first.event_id, first.policy) == ("a:1#first_reply/1/started", "usual")


def test_the_due_time_is_explained_by_the_open_time_that_was_counted() -> None:
    _, resolution = of(SlaClockStarted, Stage().queued())
    assert resolution.why.target == "4 h of open time"
    assert resolution.why.calendar == "office"
    assert resolution.why.intervals == (
        (NOON, NOON + 3 * HOUR),  # 14:00 to 17:00 in Riga
        (ms("2026-03-05T07:00:00"), ms("2026-03-05T08:00:00")),
    )


def test_the_queue_s_own_policy_comes_before_the_pool_s() -> None:
    (first,) = of(SlaClockStarted, Stage().queued(queue="quick"))
    assert (first.policy, first.due_at_ms, first.met_by) == ("quick", NOON + 5 * SECOND, "reply")


def test_the_first_target_that_fits_wins() -> None:
    voice = SILENT.model_copy(update={"channels": ("voice",), "open_s": 1})
    vip = SILENT.model_copy(update={"priorities": ("vip",), "open_s": 2})
    billing = SILENT.model_copy(update={"topics": ("billing",), "open_s": 3})
    stage = Stage(document(targets=(voice, vip, billing, SILENT)))
    due = [
        of(SlaClockStarted, told)[0].due_at_ms - NOON
        for told in (
            stage.queued("a:1", channel="voice", priority="vip"),
            stage.queued("a:2", priority="vip", topic="billing"),
            stage.queued("a:3", topic="billing"),
            stage.queued("a:4", topic="other"),
        )
    ]
    assert due == [1000, 2000, 3000, 60_000]


def test_nothing_is_promised_where_no_target_fits() -> None:
    stage = Stage(document(targets=(SILENT.model_copy(update={"channels": ("voice",)}),)))
    assert stage.queued(channel="chat") == []
    assert escalation_core.deadline(stage.state) is None


def test_a_pool_without_configuration_promises_nothing() -> None:
    assert Stage().queued("z:1", pool="z") == []


def test_the_breach_is_told_at_the_due_time_and_not_before() -> None:
    stage = Stage(document(targets=(SILENT,)))
    stage.queued()
    assert escalation_core.deadline(stage.state) == DUE
    assert stage.wait(MINUTE - 1) == []
    (breach,) = of(SlaBreached, stage.wait(1))
    assert (breach.event_id, breach.at_ms, breach.due_at_ms) == (
        "a:1#first_reply/1/breached", DUE, DUE,
    )  # fmt: skip


def test_a_breach_is_told_once_and_the_clock_runs_on_until_it_is_met_late() -> None:
    stage = Stage(document(targets=(SILENT,)))
    stage.queued()
    stage.wait(MINUTE)
    assert stage.wait(HOUR) == []
    (met,) = of(SlaMet, stage.assigned())
    assert met.late_ms == HOUR


def test_an_assignment_exactly_at_the_due_time_is_in_time() -> None:
    stage = Stage()
    stage.queued()
    stage.now = DUE
    assert [(type(it), getattr(it, "late_ms", None)) for it in stage.assigned()] == [(SlaMet, 0)]


def test_an_assignment_after_an_untold_breach_tells_the_breach_first() -> None:
    stage = Stage(document(targets=(SILENT,)))
    stage.queued()
    stage.now = DUE + 1
    told = stage.assigned()
    assert kinds(told) == ["sla_breached", "sla_met"]
    assert of(SlaMet, told)[0].late_ms == 1


def test_a_breach_told_in_the_same_millisecond_is_never_met_in_time() -> None:
    stage = Stage(document(targets=(SILENT,)))
    stage.queued()
    stage.wait(MINUTE)
    assert of(SlaMet, stage.assigned())[0].late_ms == 1


def test_any_event_of_the_shard_makes_the_core_look_at_what_is_due() -> None:
    stage = Stage(document(targets=(SILENT,)), document(pool="b", targets=(SILENT,)))
    stage.queued("a:1")
    stage.now = DUE + 5
    told = stage.queued("b:1", pool="b")
    assert [(it.pool, it.event_id) for it in of(SlaBreached, told)] == [
        ("a", "a:1#first_reply/1/breached")
    ]


def test_overdue_clocks_are_told_oldest_first_and_ids_break_ties() -> None:
    stage = Stage(document(targets=(SILENT,)))
    for id_, since in (("a:9", NOON), ("a:2", NOON), ("a:5", NOON - 1)):
        stage.queued(id_, since=since)
    told = of(SlaBreached, stage.wait(HOUR))
    assert [it.interaction_id for it in told] == ["a:5", "a:2", "a:9"]


def test_a_reply_keeps_the_promise_of_a_reply_and_of_an_assignment() -> None:
    reply = SILENT.model_copy(update={"met_by": "reply"})
    for target in (reply, SILENT):
        stage = Stage(document(targets=(target,)))
        stage.queued()
        assert stage.message("in") == []
        assert kinds(stage.message("out")) == ["sla_met"]


def test_an_assignment_does_not_keep_the_promise_of_a_reply() -> None:
    stage = Stage(document(targets=(SILENT.model_copy(update={"met_by": "reply"}),)))
    stage.queued()
    assert stage.assigned() == []


def test_solving_keeps_every_promise() -> None:
    stage = Stage()
    stage.queued()
    assert [it.metric for it in of(SlaMet, stage.closed())] == ["first_reply", "resolution"]


@pytest.mark.parametrize("outcome", ["no_action", "duplicate", "spam", "other"])
def test_closing_without_a_solution_ends_the_work_and_answers_nobody(
    outcome: CloseOutcome,
) -> None:
    stage = Stage()
    stage.queued()
    told = stage.closed(outcome=outcome)
    assert [it.metric for it in of(SlaMet, told)] == ["resolution"]
    assert [(it.metric, it.reason) for it in of(SlaCancelled, told)] == [("first_reply", "closed")]


@pytest.mark.parametrize("end", ["abandoned", "expired"])
def test_clocks_are_cancelled_when_the_customer_is_gone(end: str) -> None:
    stage = Stage()
    stage.queued()
    told = of(SlaCancelled, getattr(stage, end)())
    assert [(it.metric, it.reason) for it in told] == [("first_reply", end), ("resolution", end)]
    assert escalation_core.deadline(stage.state) is None


def test_the_same_arrival_twice_starts_nothing_twice() -> None:
    stage = Stage()
    stage.queued()
    assert stage.queued() == []
    stage.closed()
    assert stage.queued() == []  # neither after its end


def test_endings_of_unknown_interactions_say_nothing() -> None:
    stage = Stage()
    assert stage.assigned("a:404") + stage.closed("a:404") + stage.abandoned("a:404") == []


def test_a_transfer_cancels_here_and_runs_on_there_with_its_age() -> None:
    stage = Stage(document(), document(pool="b"))
    stage.queued("a:1")
    stage.now += 20 * SECOND
    told = of(SlaCancelled, stage.transferred_out("a:1"))
    assert {it.reason for it in told} == {"transferred"}
    first, _ = of(SlaClockStarted, stage.queued("a:1", pool="b", since=NOON, hop=1))
    assert (first.event_id, first.due_at_ms) == ("a:1#first_reply/2/started", DUE)


def test_what_an_earlier_pool_answered_is_not_promised_again() -> None:
    stage = Stage(document(pool="b"))
    told = stage.queued("a:1", pool="b", hop=1, answered=True)
    assert [it.metric for it in of(SlaClockStarted, told)] == ["resolution"]
    told = stage.queued("a:2", pool="b", hop=1, queue="quick", answered=True)
    assert kinds(told) == ["sla_clock_started"]  # a reply is still owed
    assert stage.queued("a:3", pool="b", hop=1, queue="quick", replied=True) == []


def test_an_interaction_that_comes_back_runs_again_under_the_next_instance() -> None:
    stage = Stage()
    stage.queued("a:1")
    stage.transferred_out("a:1")
    told = of(SlaClockStarted, stage.queued("a:1", hop=2))
    assert [it.instance for it in told] == [3, 3]
    assert stage.queued("a:1", hop=0) == []  # the first arrival, heard late


def test_an_earlier_transfer_heard_late_ends_no_later_stay() -> None:
    stage = Stage()
    stage.queued("a:1")
    stage.transferred_out("a:1", hop=1)
    stage.queued("a:1", hop=2)
    assert stage.transferred_out("a:1", hop=1) == []
    assert len(stage.transferred_out("a:1", hop=3)) == 2


def test_a_transferred_clock_that_is_already_overdue_breaches_on_arrival() -> None:
    stage = Stage(document(pool="b", targets=(SILENT,)))
    told = stage.queued("a:1", pool="b", since=NOON - HOUR, hop=1)
    assert kinds(told) == ["sla_clock_started", "sla_breached"]


def test_running_clocks_keep_their_due_when_the_configuration_changes() -> None:
    stage = Stage(document(targets=(SILENT,)))
    stage.queued("a:1")
    slower = SlaTarget(metric="first_reply", open_s=600, met_by="assignment")
    assert kinds(stage.configure(document(targets=(slower,)))) == ["config_taken"]
    assert escalation_core.deadline(stage.state) == DUE
    (started,) = of(SlaClockStarted, stage.queued("a:2"))
    assert started.due_at_ms == NOON + 600 * SECOND


def test_an_older_configuration_heard_late_changes_nothing() -> None:
    stage = Stage()
    stage.configure(document(targets=(RESOLUTION,)), version=7)
    assert stage.configure(document(), version=6) == []
    assert [it.metric for it in of(SlaClockStarted, stage.queued())] == ["resolution"]


def test_a_document_that_cannot_be_run_under_is_refused_and_the_old_one_stays() -> None:
    stage = Stage()
    broken = document().calendars[0].model_copy(update={"timezone": "Europe/Rigga"})
    told = stage.configure(document(calendars=(broken,)))
    assert kinds(told) == ["event_rejected"]
    assert "Europe/Rigga" in told[0].message  # type: ignore[attr-defined]  # seen to be a rejection
    assert len(of(SlaClockStarted, stage.queued())) == 2


def test_a_calendar_that_never_opens_neither_hangs_nor_keeps_silent() -> None:
    shut = document().calendars[0].model_copy(update={"week": {}})
    stage = Stage(document(calendars=(shut,), targets=(RESOLUTION,)))
    (started,) = of(SlaClockStarted, stage.queued())
    assert started.due_at_ms == NOON + 4 * HOUR
    assert "counted as always" in started.why.calendar


def test_every_fact_names_its_cause_and_the_configuration() -> None:
    stage = Stage()
    for fact in stage.queued() + stage.wait(HOUR) + stage.closed():
        assert (fact.cause is not None, fact.config, fact.by) == (True, "a1", "escalation")  # type: ignore[attr-defined]  # all are facts


def test_ended_interactions_are_forgotten_after_the_horizon() -> None:
    stage = Stage(document(dedupe_horizon_s=60))
    for number in range(20):
        stage.queued(f"a:{number}")
        stage.closed(f"a:{number}")
    stage.restore()
    assert len(stage.stored) == 21  # the pool, and a stub each
    stage.now += 61 * SECOND
    for number in range(100, 106):
        stage.queued(f"a:{number}")
    stage.commit()
    assert set(stage.stored) == {"pool/a"} | {f"case/a/a:{n}" for n in range(100, 106)}
