"""Open hours of queues and of agents: what closes, opens, is parked, and comes back."""

from typing import Any

import pytest

from shared.contracts.configuration import Calendar, Queue, Span
from shared.contracts.interactions import TransferRequested
from tests.support.router_shard import Shard, agent, document, find, index, kinds

HOUR = 3600
CLOSES_IN_S = 11_600  # shards begin on a Monday, 13:46:40
NIGHT_S = 16 * HOUR
DAY = (Span(opens_min=9 * 60, closes_min=17 * 60),)
OFFICE = Calendar(
    name="office",
    timezone="UTC",
    week={"mon": DAY, "tue": DAY, "wed": DAY, "thu": DAY, "fri": DAY},
)
NEVER = Calendar(name="never", timezone="UTC", week={})
ALL_DAY = (Span(opens_min=0, closes_min=1440),)
ALWAYS = Calendar(
    name="always",
    timezone="UTC",
    week={
        "mon": ALL_DAY,
        "tue": ALL_DAY,
        "wed": ALL_DAY,
        "thu": ALL_DAY,
        "fri": ALL_DAY,
        "sat": ALL_DAY,
        "sun": ALL_DAY,
    },
)


def doc(*queues: Queue, ana: dict[str, Any] | None = None, **given: Any) -> Any:
    found = queues or (Queue(name="general", calendar="office", when_closed="park"),)
    return document(
        agent("ana", **(ana or {})), queues=found, calendars=(OFFICE, NEVER, ALWAYS), **given
    )


def of(shard: Shard, local: str) -> Any:
    return shard.state.pools["boston"].interactions[f"boston:{local}"]


def test_hours_are_told_with_the_configuration_and_at_each_change() -> None:
    shard = Shard(doc())
    told = find(shard.facts, "queue_hours_changed")
    closes_ms = shard.now + CLOSES_IN_S * 1000
    assert (told.open, told.until_ms) == (True, closes_ms)
    assert shard.wait(CLOSES_IN_S - 0.001) == []
    closed = find(shard.wait(0.001), "queue_hours_changed")
    assert (closed.open, closed.until_ms) == (False, closes_ms + NIGHT_S * 1000)
    opened = find(shard.wait(NIGHT_S), "queue_hours_changed")
    assert (opened.open, opened.until_ms) == (True, shard.now + 8 * HOUR * 1000)


def test_a_pool_that_is_configured_at_night_is_closed_from_the_first_instant() -> None:
    shard = Shard(doc(), now=1_000_000_000 + (CLOSES_IN_S + HOUR) * 1000)
    shard.presence("ana")
    parked = find(shard.receive("1"), "interaction_parked")
    assert (parked.reason, parked.resumes_at_ms) == ("closed", shard.now + (NIGHT_S - HOUR) * 1000)


def test_what_is_parked_at_night_returns_in_the_morning_with_its_age() -> None:
    shard = Shard(doc())
    shard.presence("ana", "away")
    shard.wait(CLOSES_IN_S)
    since = shard.now
    shard.receive("1")
    shard.wait(HOUR)
    told = shard.wait(NIGHT_S - HOUR)
    back = find(told, "interaction_requeued")
    assert (back.reason, back.waiting_since_ms) == ("unparked", since)
    assert of(shard, "1").status == "waiting"


def test_who_waits_when_it_closes_is_parked_then_and_who_is_offered_after_the_offer() -> None:
    shard = Shard(doc())
    shard.wait(CLOSES_IN_S - 10)
    shard.presence("ana")
    for local in ("1", "2"):
        shard.receive(local, channel="voice")
    told = shard.wait(10)
    assert find(told, "interaction_parked").interaction_id == "boston:2"
    assert of(shard, "1").status == "offered"
    told = shard.wait(20)
    assert kinds(told) == ["offer_ended", "interaction_requeued", "interaction_parked"]
    assert of(shard, "1").parked_why == "closed"


def test_an_offer_that_is_accepted_after_closing_is_an_assignment() -> None:
    shard = Shard(doc())
    shard.presence("ana")
    shard.wait(CLOSES_IN_S - 10)
    shard.receive("1")
    shard.wait(15)
    assert kinds(shard.accept("1", 1, "ana")) == ["interaction_assigned"]


def test_a_queue_that_lets_people_wait_serves_them_when_it_is_closed() -> None:
    shard = Shard(doc(Queue(name="general", calendar="office", when_closed="wait")))
    shard.wait(CLOSES_IN_S + HOUR)
    shard.receive("1")
    assert of(shard, "1").status == "waiting"
    assert find(shard.presence("ana"), "offer_made").interaction_id == "boston:1"


def test_a_closed_queue_flows_over_also_those_who_wait_when_it_closes() -> None:
    night = Queue(name="night")
    shard = Shard(
        doc(
            Queue(name="general", calendar="office", when_closed="overflow", overflow_to="night"),
            night,
        )
    )
    shard.receive("1")
    told = shard.wait(CLOSES_IN_S)
    moved = find(told, "interaction_requeued")
    assert (moved.reason, moved.queue) == ("overflowed", "night")
    queued = find(shard.receive("2"), "interaction_queued")
    assert (queued.queue, queued.why.flowed_over) == ("night", ("general",))


def test_who_finds_no_queue_open_is_parked_and_returns_when_the_first_opens() -> None:
    shard = Shard(
        doc(
            Queue(name="general", calendar="office", when_closed="overflow", overflow_to="other"),
            Queue(name="other", calendar="never", when_closed="park"),
        )
    )
    shard.wait(CLOSES_IN_S)
    parked = find(shard.receive("1"), "interaction_parked")
    assert (parked.queue, parked.reason) == ("general", "closed")
    assert "general is closed" in parked.detail
    back = find(shard.wait(NIGHT_S), "interaction_requeued")
    assert (back.reason, back.queue) == ("unparked", "general")


def test_a_transfer_into_a_closed_queue_is_parked_there() -> None:
    shard = Shard(
        doc(
            Queue(name="general"), Queue(name="office", calendar="never", when_closed="park"),
        )
    )  # fmt: skip
    shard.presence("ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    told = shard.say(TransferRequested, local="1", to_queue="office")
    parked = find(told, "interaction_parked")
    assert (parked.reason, parked.resumes_at_ms) == ("closed", None)


def test_in_the_morning_no_more_come_in_than_the_bound_and_the_rest_is_told_so() -> None:
    shard = Shard(doc(Queue(name="general", calendar="office", when_closed="park", max_waiting=2)))
    shard.wait(CLOSES_IN_S)
    for local in "1234":
        shard.receive(local)
        shard.wait(1)
    told = shard.wait(NIGHT_S)
    back = [it.interaction_id for it in told if kinds([it]) == ["interaction_requeued"]]  # type: ignore[attr-defined]
    full = [it.reason for it in told if kinds([it]) == ["interaction_parked"]]  # type: ignore[attr-defined]
    assert (back, full) == (["boston:1", "boston:2"], ["queue_full", "queue_full"])


def test_time_in_the_queue_stands_still_while_it_is_closed() -> None:
    shard = Shard(
        doc(Queue(name="general", calendar="office", when_closed="park", expires_after_s=HOUR))
    )
    shard.wait(CLOSES_IN_S - 10)
    shard.receive("1")
    told = shard.wait(10 + NIGHT_S)
    assert "interaction_expired" not in kinds(told)
    assert shard.wait(HOUR - 1) == []
    assert kinds(shard.wait(1)) == ["interaction_expired"]


def test_a_queue_that_is_always_open_never_tells_a_midnight() -> None:
    shard = Shard(doc(Queue(name="general", calendar="always", when_closed="park")))
    assert find(shard.facts, "queue_hours_changed").open
    assert shard.wait(30 * 24 * HOUR) == []


def test_a_new_configuration_opens_a_queue_at_once() -> None:
    shard = Shard(doc())
    shard.wait(CLOSES_IN_S)
    shard.receive("1")
    told = shard.configure(doc(Queue(name="general")))
    assert find(told, "queue_hours_changed").until_ms is None
    assert find(told, "interaction_requeued").reason == "unparked"
    assert shard.wait(7 * 24 * HOUR) == []


def test_who_nobody_can_serve_is_an_alarm_at_night_too() -> None:
    shard = Shard(doc(), now=1_000_000_000 + (CLOSES_IN_S + HOUR) * 1000)
    parked = find(shard.receive("1", language="fi"), "interaction_parked")
    assert parked.reason == "no_agent_can_serve"


# Agents


HOURS = {"calendar": "office"}


def plain(**given: Any) -> Any:
    return doc(Queue(name="general"), Queue(name="other"), ana=HOURS, **given)


def test_an_agent_is_asked_for_nothing_new_after_his_hours_and_again_in_the_morning() -> None:
    shard = Shard(plain())
    shard.presence("ana")
    told = find(shard.wait(CLOSES_IN_S), "agent_withheld")
    assert (told.agent_id, told.why, told.withheld) == ("ana", "hours", True)
    assert told.until_ms == shard.now + NIGHT_S * 1000
    assert kinds(shard.receive("1")) == ["interaction_queued"]
    told_ = shard.wait(NIGHT_S)
    assert find(told_, "agent_withheld").withheld is False
    assert find(told_, "offer_made").why.trigger == "hours_began"


def test_at_the_end_of_his_hours_offers_are_revoked_and_work_is_kept() -> None:
    shard = Shard(plain())
    shard.presence("ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    shard.wait(CLOSES_IN_S - 10)
    shard.receive("2")
    told = shard.wait(10)
    assert kinds(told) == ["agent_withheld", "offer_ended", "interaction_requeued"]
    assert find(told, "offer_ended").end == "revoked"
    assert of(shard, "1").agent_id == "ana"


def test_who_comes_ready_outside_his_hours_is_not_asked() -> None:
    shard = Shard(plain(), now=1_000_000_000 + (CLOSES_IN_S + HOUR) * 1000)
    shard.receive("1")
    told = shard.presence("ana")
    assert kinds(told) == ["agent_changed", "agent_withheld"]
    assert shard.presence("ana", "away")[1:] == []  # said once


def test_hours_taken_from_an_agent_let_him_be_asked() -> None:
    shard = Shard(plain(), now=1_000_000_000 + (CLOSES_IN_S + HOUR) * 1000)
    shard.receive("1")
    shard.presence("ana")
    told = shard.configure(doc(Queue(name="general"), Queue(name="other")))
    assert find(told, "agent_withheld").withheld is False
    assert find(told, "offer_made").agent_id == "ana"
    assert "agent_withheld" not in kinds(shard.wait(24 * HOUR))


@pytest.mark.parametrize("at_s", [0, CLOSES_IN_S - 5, CLOSES_IN_S + 5, CLOSES_IN_S + NIGHT_S + 5])
def test_a_shard_that_is_restored_at_any_time_decides_the_same(at_s: int) -> None:
    queues = (
        Queue(name="general", calendar="office", when_closed="park", max_waiting=1),
        Queue(name="other", calendar="office", when_closed="overflow", overflow_to="general"),
    )
    one, two = (Shard(doc(*queues, ana=HOURS)) for _ in range(2))
    for shard in (one, two):
        shard.presence("ana")
        for local in "123":
            shard.receive(local, channel="voice")
    assert one.wait(at_s) == two.wait(at_s)
    two.restore()
    assert index(one.state) == index(two.state)
    for shard in (one, two):
        shard.receive("4", queue="other")
    assert one.wait(2 * 24 * HOUR) == two.wait(2 * 24 * HOUR)
    assert one.facts == two.facts


def test_ids_of_all_that_hours_tell_are_different() -> None:
    shard = Shard(doc(ana=HOURS))
    shard.presence("ana")
    shard.receive("1")
    shard.configure(doc(Queue(name="general")))
    shard.configure(doc(ana=HOURS))
    shard.wait(8 * 24 * HOUR)
    ids = [it.event_id for it in shard.facts]
    assert len(ids) == len(set(ids))
