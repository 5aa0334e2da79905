"""How telling went, counted by what was to be told, from the log alone."""

from shared.contracts.explanation import WaitEstimate
from shared.contracts.notification import NotificationReopened
from shared.contracts.topics import POOL_LOG
from switchyard.report.as_json import as_json
from switchyard.report.build import build_report
from switchyard.report.morning import Report, render
from switchyard.report.telling import Telling
from switchyard.report.telling_told import telling_lines
from tests.unit.report.small_log import MINUTE, POOL, T0, Log, clean_log, page, queued, received
from tests.unit.report.small_telling import (
    LATER,
    ask,
    bundled,
    customer_notice,
    ended,
    flushed,
    held,
    leased,
    opened,
    tell,
    through,
)

SHORT = T0 + MINUTE


def report_of(log: Log) -> Report:
    return build_report(log.topics(), day="2015-02-04", timezone="UTC").report


def telling(log: Log) -> Telling:
    return report_of(log).figures.telling


def page_of(log: Log, name: str) -> str:
    """A page for `name`, and its first row, which nobody acknowledged."""
    asked = page(name, LATER)
    ask(log, asked, "escalation")
    tell(log, opened(asked.page_id), leased(asked.page_id), ended(asked.page_id))
    return asked.page_id


def test_a_page_that_went_two_ways_is_one_page() -> None:
    log = clean_log()
    before = telling(log).told("pages")
    cause = page_of(log, "p")
    second = opened(f"{cause}+2", method="webhook", cause_id=cause, hop=2, because="not_in_time")
    tell(log, second, leased(f"{cause}+2"), ended(f"{cause}+2"))
    found = telling(log)
    assert (found.asked("pages"), found.told("pages")) == (before + 1, before + 1)
    assert found.second_way == 1


def test_a_second_way_that_was_never_tried_is_none() -> None:
    log = clean_log()
    cause = page_of(log, "p")
    second = opened(f"{cause}+2", method="webhook", cause_id=cause, hop=2, because="not_in_time")
    tell(log, second, ended(f"{cause}+2", "superseded"))
    assert telling(log).second_way == 0


def test_a_second_way_counts_also_where_a_digest_took_it() -> None:
    log = clean_log()
    cause = page_of(log, "p")
    hop, digest = f"{cause}+2", "digest:mia:sms:1"
    second = opened(hop, method="sms", cause_id=cause, hop=2, because="not_in_time")
    tell(log, second, opened(digest, members=(hop,)), bundled(hop, digest))
    tell(log, leased(digest, members=(hop,)), ended(hop), ended(digest))
    assert telling(log).second_way == 1


def test_what_reached_nobody_is_undelivered_and_what_was_of_no_use_is_not() -> None:
    log = clean_log()
    before = telling(log)
    assert before.undelivered == 0
    for name, end in (("x", "dead_lettered"), ("y", "expired"), ("z", "superseded")):
        asked = page(name, LATER)
        ask(log, asked, "escalation")
        tell(log, opened(asked.page_id), ended(asked.page_id, end))  # type: ignore[arg-type]  # each is an end
    found = telling(log)
    assert found.undelivered == found.in_vain("pages") == 2
    assert found.told("pages") == before.told("pages")
    assert found.asked("pages") == before.asked("pages") + 3


def test_one_way_that_got_through_makes_up_for_another_that_did_not() -> None:
    log = clean_log()
    asked = page("x", LATER)
    ask(log, asked, "escalation")
    second = f"{asked.page_id}+2"
    tell(log, opened(asked.page_id), ended(asked.page_id, "dead_lettered"))
    tell(log, opened(second, cause_id=asked.page_id, hop=2, because="failed"))
    tell(log, leased(second), ended(second))
    assert telling(log).undelivered == 0


def test_what_was_sent_again_by_hand_and_got_through_is_delivered() -> None:
    log = clean_log()
    asked = page("x", LATER)
    ask(log, asked, "escalation")
    row = asked.page_id
    tell(log, opened(row), ended(row, "dead_lettered"))
    assert telling(log).undelivered == 1
    again = NotificationReopened(
        event_id=f"{row}/reopened/1", pool=POOL, at_ms=LATER, by="notifier", notification_id=row,
        person="mia", redrives=1, expires_at_ms=LATER + 60 * MINUTE,
    )  # fmt: skip
    tell(log, again)
    assert telling(log).ends["pages"]["open"] == 1
    tell(log, leased(row, 1), ended(row))
    assert telling(log).undelivered == 0


def test_rooms_are_told_in_messages_that_hold_alerts_each_counted_once() -> None:
    log = clean_log()
    for group, alerts in (
        ("group:floor:0:a:1", ("e1", "e2")),
        ("group:floor:0:a:2", ("e2", "e3")),
        ("group:nadia:0.0:a:2", ("e1",)),
    ):
        ask(log, flushed(group, *alerts))
        through(log, group, "floor")
    # one that was replaced before it left tells nobody of anything
    ask(log, flushed("group:floor:0:a:3", "e9"))
    tell(log, opened("group:floor:0:a:3"), ended("group:floor:0:a:3", "superseded"))
    found = telling(log)
    assert (found.told("rooms"), found.asked("rooms"), found.alerts) == (3, 4, 3)


def test_what_is_held_counts_once_and_what_a_digest_held_too() -> None:
    log = clean_log()
    groups, digest = ("group:n:0:a:1", "group:n:0:b:1"), "digest:n:email:9"
    for group in groups:
        ask(log, flushed(group, group))
        tell(log, opened(group), held(group), held(group))
    tell(log, opened(digest, members=groups), *(bundled(it, digest) for it in groups))
    tell(log, leased(digest, members=groups), *(ended(it) for it in groups), ended(digest))
    found = telling(log)
    assert found.held == {"quiet_hours": 2}
    assert (found.digests, found.in_digests, found.told("rooms")) == (1, 2, 2)


def test_a_wait_that_was_told_is_held_against_what_came_true() -> None:
    # given `a`, who waited 6 minutes, `b` and `d`, who waited seconds, and `c`, who hung up
    log = clean_log()
    for name, wait in (
        ("a", WaitEstimate(p50_s=60, p90_s=600, rests_on=("staffing",))),
        ("b", WaitEstimate(p50_s=30, p90_s=90, rests_on=("staffing",))),
        ("c", WaitEstimate(p50_s=1, p90_s=1, rests_on=("staffing",))),
        ("d", None),
    ):
        notice = customer_notice(name, wait=wait)
        ask(log, notice, "router")
        through(log, notice.notice_id, notice.person)
    longer = customer_notice("a", purpose="longer_wait")
    ask(log, longer, "router")
    through(log, longer.notice_id, longer.person)
    # then each wait is judged, but not that of who left
    found = telling(log).receipts
    assert (found.told, found.longer, found.with_wait) == (4, 1, 3)
    assert (found.within_usual.part, found.within_usual.whole) == (1, 2)
    assert (found.within_most.part, found.within_most.whole) == (2, 2)
    assert (found.told_usual_ms, found.told_most_ms) == (30_000, 90_000)
    assert (found.came_p50_ms, found.came_p90_ms) == (7_000, 6 * MINUTE)


def test_who_still_waits_proves_a_wait_wrong_and_never_right() -> None:
    log = clean_log()
    on = log.append(POOL_LOG, received("w", SHORT))
    log.route(on, queued("w", SHORT))
    notice = customer_notice(
        "w", SHORT, wait=WaitEstimate(p50_s=60, p90_s=36_000, rests_on=("staffing",))
    )
    ask(log, notice, "router")
    through(log, notice.notice_id, notice.person)
    found = telling(log).receipts
    assert (found.within_usual.part, found.within_usual.whole) == (0, 1)
    assert found.within_most.whole == 0


def test_a_receipt_that_was_not_told_is_not_counted_as_told() -> None:
    log = clean_log()
    notice = customer_notice("a")
    ask(log, notice, "router")
    tell(log, opened(notice.notice_id), ended(notice.notice_id, "dead_lettered"))
    found = telling(log)
    assert (found.receipts.told, found.in_vain("customers")) == (0, 1)
    # and nobody of staff can mend it
    assert "reached nobody" not in render(report_of(log))


def test_a_room_that_heard_nothing_is_something_to_act_on() -> None:
    log = clean_log()
    ask(log, flushed("group:floor:0:a:1", "e1"))
    tell(log, opened("group:floor:0:a:1"), ended("group:floor:0:a:1", "dead_lettered"))
    assert "beside pages 1 reached nobody" in render(report_of(log))


def test_the_section_says_all_that_happened_in_a_few_lines_and_the_data_all_of_it() -> None:
    log = clean_log()
    ask(log, flushed("group:floor:0:a:1", "e1", "e2"))
    tell(log, opened("group:floor:0:a:1"), held("group:floor:0:a:1"))
    tell(log, leased("group:floor:0:a:1"), ended("group:floor:0:a:1"))
    notice = customer_notice("b", wait=WaitEstimate(p50_s=30, p90_s=90, rests_on=("staffing",)))
    ask(log, notice, "router")
    through(log, notice.notice_id, notice.person)
    report = report_of(log)
    assert telling_lines(report.figures.telling) == [
        "Telling: 1 of 1 pages told; 0 of 0 notices; 0 undelivered",
        "  1 message about 2 alerts to rooms; 1 held in quiet hours",
        "  receipts told to 1 customer, 1 with a wait; 0 heard that it takes longer",
        "  wait told 30s usual, 1m30s most; came true 7s p50, 7s p90; within usual 100%, most 100%",
    ]
    assert all(line in render(report) for line in telling_lines(report.figures.telling))
    data = as_json(report)["telling"]
    assert data["rooms"] == {"asked": 1, "told": 1, "undelivered": 0, "ends": {"accepted": 1}}
    assert data["held"] == {"quiet_hours": 1}
    assert data["receipts"]["within_most"] == {"part": 1, "whole": 1}


def test_a_day_on_which_nobody_was_to_be_told_anything_says_so() -> None:
    log = Log()
    log.append(POOL_LOG, received("a", T0))
    assert telling_lines(telling(log)) == ["Telling: nothing"]


def test_another_day_s_messages_do_not_count() -> None:
    log = clean_log()
    ask(log, flushed("group:floor:0:a:1", "e1", at_ms=T0 + 24 * 60 * MINUTE))
    assert telling(log).asked("rooms") == 0
