"""N1 and O3 look at what was to be told, not at one row of the ledger alone."""

from dataclasses import replace

import pytest

from shared.contracts.configuration import PEOPLE
from shared.contracts.contacts import VerificationRequested
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded, NotificationReopened
from switchyard.report.build import build_report
from switchyard.report.verdict import Verdict
from tests.unit.report.small_log import MINUTE, POOL, Log, clean_log, topics_of
from tests.unit.report.small_outage import INCIDENT, OVER, outage_log
from tests.unit.report.small_telling import (
    LATER,
    ask,
    bundled,
    customer_notice,
    ended,
    flushed,
    leased,
    noted,
    opened,
    tell,
    through,
    trouble,
)

MIA_TOLD = f"{INCIDENT}:n3:mia:email"
CODE = VerificationRequested(
    event_id="code-1", pool=PEOPLE, at_ms=LATER, by="gateway", actor="person:mia",
    verification_id="code-1", person="mia", method="email", address_hash="x",
    expires_at_ms=LATER + 10 * MINUTE,
)  # fmt: skip


def verdict(log: Log, name: str) -> Verdict:
    report = build_report(topics_of(log.records), day="2015-02-04", timezone="UTC").report
    return next(it for it in report.verdicts if it.name == name)


def much_later(log: Log) -> None:
    """So much that nothing asked before may still be on its way."""
    through(log, "much-later", at_ms=OVER + 3 * 60 * MINUTE)


@pytest.mark.parametrize(
    ("cause", "row"),
    [
        (flushed("group:floor:0:a:1", "e1"), "group:floor:0:a:1"),
        (customer_notice("b"), f"{POOL}:b:receipt"),
        (trouble(), trouble().trouble_id),
        (CODE, "code-1"),
    ],
    ids=["room", "customer", "operator", "code"],
)
def test_whatever_is_to_be_told_must_be_opened(cause: Event, row: str) -> None:
    log = clean_log()
    ask(log, cause)
    assert verdict(log, "N1").state == "held"  # it may be on its way
    much_later(log)
    found = verdict(log, "N1")
    assert found.state == "broken"
    assert found.evidence == (f"{row}: asked for, and never opened",)
    through(log, row)
    assert verdict(log, "N1").state == "held"


def test_a_notice_by_a_channel_that_leads_to_no_customer_is_not_owed() -> None:
    log = clean_log()
    ask(log, customer_notice("b").model_copy(update={"channel": "chat"}))
    much_later(log)
    assert verdict(log, "N1").state == "held"


def where_mia_was_not_told(end: str = "expired") -> Log:
    """The recovery that was for her by mail came to nothing."""
    log = outage_log()
    for number, record in enumerate(log.records):
        event = record.event()
        if isinstance(event, NotificationEnded) and event.notification_id == MIA_TOLD:
            changed = event.model_copy(update={"end": end, "reason": end})
            log.records[number] = replace(record, value=changed.model_dump_json().encode())
    assert verdict(log, "O3").state == "broken"
    return log


def second_hop(log: Log) -> str:
    row = f"{MIA_TOLD}+2"
    tell(log, opened(row, at_ms=OVER, cause_id=MIA_TOLD, hop=2, because="failed"), leased(row))
    return row


def test_the_end_of_an_outage_may_come_by_a_later_hop() -> None:
    log = where_mia_was_not_told("dead_lettered")
    row = second_hop(log)
    tell(log, ended(row, at_ms=OVER))
    assert verdict(log, "O3").state == "held"


def test_while_a_later_hop_may_still_get_through_nobody_is_forgotten_and_then_he_is() -> None:
    log = where_mia_was_not_told("dead_lettered")
    row = second_hop(log)
    assert verdict(log, "O3").state == "held"
    tell(log, ended(row, "dead_lettered", at_ms=OVER))
    assert verdict(log, "O3").state == "broken"


def test_the_end_of_an_outage_may_come_in_a_digest() -> None:
    log = where_mia_was_not_told("dead_lettered")
    row, digest = second_hop(log), "digest:mia:sms:1"
    tell(log, opened(digest, at_ms=OVER, members=(row,)), bundled(row, digest))
    tell(log, ended(row, at_ms=OVER), ended(digest, at_ms=OVER))
    assert verdict(log, "O3").state == "held"


def test_a_recovery_that_was_given_up_and_did_arrive_told_her() -> None:
    log = where_mia_was_not_told()
    tell(log, noted(MIA_TOLD, "delivered", OVER))
    assert verdict(log, "O3").state == "held"


def test_a_recovery_of_which_its_provider_says_that_it_did_not_arrive_told_nobody() -> None:
    log = outage_log()
    assert verdict(log, "O3").state == "held"
    tell(log, noted(MIA_TOLD, "undelivered", OVER))
    assert verdict(log, "O3").state == "broken"


def test_what_did_not_arrive_and_was_sent_again_did() -> None:
    # given a recovery that its provider gave up
    log = outage_log()
    tell(log, noted(MIA_TOLD, "undelivered", OVER))
    # when an operator sends it again
    tell(log, reopened(MIA_TOLD))
    assert verdict(log, "O3").state == "held"  # on its way
    tell(log, leased(MIA_TOLD, 2, OVER), ended(MIA_TOLD, at_ms=OVER))
    # then it was told, and accounted for as one
    assert verdict(log, "O3").state == "held"
    assert verdict(log, "N1").state == "held"


def test_what_was_sent_again_in_vain_told_nobody() -> None:
    log = where_mia_was_not_told("dead_lettered")
    tell(log, reopened(MIA_TOLD))
    tell(log, leased(MIA_TOLD, 2, OVER), ended(MIA_TOLD, "dead_lettered", OVER))
    assert verdict(log, "O3").state == "broken"
    assert verdict(log, "N1").state == "held"


def reopened(row: str) -> NotificationReopened:
    return NotificationReopened(
        event_id=f"{row}/reopened/1", pool=POOL, at_ms=OVER, by="notifier", notification_id=row,
        person="mia", redrives=1, expires_at_ms=OVER + 60 * MINUTE,
    )  # fmt: skip


def test_a_doctored_log_in_which_a_row_ends_twice_is_found_also_after_it_was_sent_again() -> None:
    log = where_mia_was_not_told("dead_lettered")
    tell(log, reopened(MIA_TOLD), ended(MIA_TOLD, at_ms=OVER), ended(MIA_TOLD, at_ms=OVER))
    assert verdict(log, "N1").state == "broken"
