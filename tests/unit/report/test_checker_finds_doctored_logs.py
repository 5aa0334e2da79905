"""For each invariant: held on a clean log, broken on a doctored one, not exercised on none."""

from collections.abc import Callable

import pytest

from shared.contracts.event import Event
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG
from shared.log import LogRecord
from switchyard.report.build import Topics, build_report
from switchyard.report.checker import replay_verdict
from switchyard.report.verdict import Verdict
from tests.unit.report.small_log import (
    MINUTE,
    T0,
    Log,
    assigned,
    clean_log,
    doctored,
    ended,
    leased,
    offered,
    page,
    queued,
    received,
    topics_of,
)
from tests.unit.report.small_outage import outage_log

CHECKED = ("R1", "R2", "R3", "R4", "E1", "E2", "E3", "N1", "O1")


def verdicts(topics: Topics) -> dict[str, Verdict]:
    reading = build_report(topics, day="2015-02-04", timezone="America/New_York")
    return {it.name: it for it in reading.report.verdicts}


def without(kind: str, topic: str = "") -> list[LogRecord]:
    """The clean log without the first record of a kind (in one topic, if told)."""
    records = clean_log().records
    first = next(it for it in records if it.kind == kind and topic in {"", it.topic})
    return [it for it in records if it is not first]


def changed(kind: str, nth: int = 0, **fields: object) -> list[LogRecord]:
    def change(event: Event) -> Event:
        return event.model_copy(update=fields)

    return doctored(change, kind=kind, nth=nth)


def and_then(tell: Callable[[Log], None]) -> list[LogRecord]:
    log = clean_log()
    tell(log)
    return log.records


def offer_to_one_who_has_two_calls(log: Log) -> None:
    at = T0 + 50 * MINUTE
    for name in ("x", "y"):
        on = log.append(POOL_LOG, received(name, at))
        log.route(on, queued(name, at), offered(name, at))


def offer_again_while_it_is_set_aside(log: Log) -> None:
    at = T0 + 50 * MINUTE
    on = log.append(POOL_LOG, received("x", at))
    log.route(
        on,
        queued("x", at),
        offered("x", at),
        ended("x", at, aside_until_ms=at + MINUTE),
        offered("x", at + 1, attempt=2),
    )


def lease_after_the_recall(log: Log) -> None:
    key = page("a", 0).page_id
    recall = next(r for r in log.records if r.kind == "page_recalled" and r.topic == PEOPLE_LOG)
    log.decide("notifier", recall.offset + 1, (PEOPLE_LOG, leased(key, T0 + 30 * MINUTE, 2)))


def lease_again_while_the_first_is_live(log: Log) -> None:
    request = page("z", T0 + 50 * MINUTE)
    log.decide(
        "notifier",
        90,
        (PEOPLE_LOG, leased(request.page_id, request.at_ms)),
        (PEOPLE_LOG, leased(request.page_id, request.at_ms, 2)),
    )


def decide_a_page_twice(log: Log) -> None:
    log.decide("escalation", 900, (POOL_LOG, page("a", T0 + 30 * MINUTE)))


def assign_twice(log: Log) -> None:
    log.route(900, assigned("d", T0 + 60 * MINUTE))


def offer_while_another_is_live(log: Log) -> None:
    at = T0 + 50 * MINUTE
    on = log.append(POOL_LOG, received("x", at))
    log.route(on, queued("x", at), offered("x", at), offered("x", at, attempt=2, agent="ben"))


def close_what_was_given_up(log: Log) -> None:
    closed = next(r for r in log.records if r.kind == "interaction_closed").event()
    again = closed.model_copy(update={"interaction_id": "north:c"})
    log.route(900, again)


def receive_and_never_decide(log: Log) -> None:
    log.append(POOL_LOG, received("x", T0 + 50 * MINUTE))
    on = log.append(POOL_LOG, received("y", T0 + 51 * MINUTE))
    log.route(on, queued("y", T0 + 51 * MINUTE))


DOCTORED: list[tuple[str, str, list[LogRecord]]] = [
    ("R1", "an arrival without a decision", and_then(receive_and_never_decide)),
    ("R1", "closed after it was given up", and_then(close_what_was_given_up)),
    ("R1", "queued without an arrival", without("interaction_received")),
    ("R2", "assigned twice", and_then(assign_twice)),
    ("R2", "two live offers", and_then(offer_while_another_is_live)),
    ("R2", "assigned by another offer", changed("interaction_assigned", offer_id="north:b:9")),
    ("R3", "two calls at once", and_then(offer_to_one_who_has_two_calls)),
    ("R4", "skill level too low", changed("offer_made", agent_id="ben")),
    ("R4", "another epoch", changed("offer_made", agent_epoch=2)),
    ("R4", "not of this pool", changed("offer_made", agent_id="zoe")),
    ("R4", "not ready", changed("agent_changed", status="away")),
    ("R4", "a language he lacks", changed("interaction_queued", language="lv")),
    ("R4", "set aside for it", and_then(offer_again_while_it_is_set_aside)),
    ("R4", "an unknown configuration", changed("offer_made", config="0")),
    ("E1", "a breach that is not told", without("sla_breached")),
    ("E1", "a breach that opens nothing", without("escalation_opened")),
    ("E1", "an escalation that pages nobody", without("page_requested", POOL_LOG)),
    ("E1", "a page that reaches no person", without("page_requested", PEOPLE_LOG)),
    ("E2", "leased after its recall", and_then(lease_after_the_recall)),
    ("E3", "decided twice", and_then(decide_a_page_twice)),
    ("E3", "two live leases", and_then(lease_again_while_the_first_is_live)),
    ("N1", "never ended", changed("notification_ended", notification_id="another")),
    ("N1", "ended without a reason", changed("notification_ended", reason="")),
    ("O1", "an arrival in no bucket", and_then(receive_and_never_decide)),
    ("O1", "answered without an arrival", without("interaction_received")),
]


@pytest.mark.parametrize("name", CHECKED)
def test_a_clean_log_is_called_held(name: str) -> None:
    assert verdicts(clean_log().topics())[name].state == "held"
    assert verdicts(clean_log().topics())[name].evidence == ()


@pytest.mark.parametrize("name", CHECKED)
def test_an_empty_log_is_called_not_exercised(name: str) -> None:
    assert verdicts(Topics())[name].state == "not_exercised"


@pytest.mark.parametrize(
    ("name", "records"),
    [(name, records) for name, _, records in DOCTORED],
    ids=[f"{name}-{what}" for name, what, _ in DOCTORED],
)
def test_a_doctored_log_is_called_broken(name: str, records: list[LogRecord]) -> None:
    verdict = verdicts(topics_of(records))[name]
    assert verdict.state == "broken"
    assert verdict.evidence


def test_every_invariant_has_a_doctored_log() -> None:
    assert {name for name, _, _ in DOCTORED} == set(CHECKED)


def test_the_verdict_of_a_replay_is_passed_on() -> None:
    report = build_report(outage_log().topics(), day="2015-02-04").report
    assert report.with_replay(replay_verdict("held", 7)).sound
    broken = report.with_replay(replay_verdict("broken", 7, ("router: offset 3",)))
    assert not broken.unbroken
    assert [it.name for it in broken.verdicts].index("R7") == 4


def test_facts_that_a_restarted_shard_wrote_again_count_once() -> None:
    log = outage_log()
    again = [it for it in log.records if it.source.startswith("router-")][-3:]
    assert {it.state for it in verdicts(topics_of(log.records + again)).values()} == {"held"}


def test_an_arrival_that_no_router_has_read_yet_is_open_and_not_lost() -> None:
    # given an arrival at the very end of the log
    log = outage_log()
    log.append(POOL_LOG, received("x", T0 + 100 * MINUTE))
    # when it is read
    reading = build_report(log.topics(), day="2015-02-04", timezone="America/New_York")
    # then it is open, and said to be undecided
    assert reading.report.figures.sum.open == 1
    assert reading.undecided == 1
    assert reading.report.sound
