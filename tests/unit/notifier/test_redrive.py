"""An operator sends a dead letter again: one try, and only if it is still of use."""

import pytest

from services.notifier.core import notifier_core
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased, NotificationReopened
from shared.contracts.people import PeopleDocument
from shared.contracts.system import EventRejected
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.words import AttemptOutcome
from tests.support.ledger import (
    DOCUMENT,
    HOUR,
    SECOND,
    LedgerShard,
    ends,
    leases,
    notice,
    opened,
    outcome_of,
    page,
    recall,
    receipt_of,
    redrive,
)

DAY = 24 * HOUR


def dead(shard: LedgerShard, asked: Event | None = None) -> AttemptLeased:
    (lease,) = leases(shard.hear(asked or page("eva", method="sms")))
    shard.hear(outcome_of(lease, "refused", detail="30006"))
    return lease


def again(shard: LedgerShard, lease: AttemptLeased, number: int = 1) -> list[Event]:
    return shard.hear(redrive(lease.notification_id, lease.person, number=number))


def code_of(facts: list[Event]) -> str:
    (rejected,) = facts
    assert isinstance(rejected, EventRejected)
    assert rejected.message
    return rejected.code


@pytest.mark.parametrize("days", [0, 13])
@pytest.mark.parametrize("taken_over", [False, True])
def test_a_dead_letter_gets_one_try_more_within_two_weeks(days: int, taken_over: bool) -> None:
    shard = LedgerShard()
    lease = dead(shard)
    shard.wait(days * DAY)
    if taken_over:
        shard.reload()

    reopened, second = again(shard, lease)

    assert isinstance(reopened, NotificationReopened)
    assert reopened.expires_at_ms == (lease.at_ms + 4 * HOUR if not days else shard.now + HOUR)
    assert isinstance(second, AttemptLeased)
    assert (second.number, second.message_id) == (2, lease.message_id)
    assert ends(shard.hear(outcome_of(second, "accepted")))[0].end == "accepted"
    assert code_of(again(shard, lease, 2)) == "got_through"


@pytest.mark.parametrize("outcome", ["transient", "throttled", "unknown", "refused"])
def test_what_is_sent_again_has_no_schedule(outcome: AttemptOutcome) -> None:
    shard = LedgerShard()
    lease = dead(shard)
    (second,) = leases(again(shard, lease))
    (end,) = ends(shard.hear(outcome_of(second, outcome)))
    assert end.end == ("unknown" if outcome == "unknown" else "dead_lettered")
    assert leases(shard.wait(5 * HOUR)) == []
    assert leases(again(shard, lease, 2))  # but he may ask for more


@pytest.mark.parametrize("outcome", ["blocked", "not_sent", "too_big"])
def test_what_was_not_really_tried_is_tried(outcome: AttemptOutcome) -> None:
    shard = LedgerShard()
    lease = dead(shard)
    (second,) = leases(again(shard, lease))
    told = shard.hear(outcome_of(second, outcome, retry_after_ms=SECOND)) + shard.wait(SECOND)
    assert leases(told)


def test_the_same_command_twice_is_one_try() -> None:
    shard = LedgerShard()
    lease = dead(shard)
    (second,) = leases(again(shard, lease))
    assert again(shard, lease) == []
    shard.hear(outcome_of(second, "refused"))
    shard.reload()
    assert again(shard, lease) == []


@pytest.mark.parametrize("ended", ["expired", "unknown"])
def test_what_expired_or_ended_unknown_can_be_sent_again(ended: str) -> None:
    shard = LedgerShard()
    update = notice("eva", method="slack", sequence=2, expires_ms=20 * SECOND)
    (lease,) = leases(shard.hear(update))
    outcome: AttemptOutcome = "unknown" if ended == "unknown" else "transient"
    shard.hear(outcome_of(lease, outcome, retry_after_ms=20 * SECOND))
    shard.wait(20 * SECOND)
    assert ends(shard.facts)[-1].end == ended
    (second,) = leases(again(shard, lease))
    assert second.possible_repeat == (ended == "unknown")


def test_a_refusal_names_its_reason_and_goes_where_the_command_was() -> None:
    shard = LedgerShard()
    (rejected,) = shard.hear(redrive("never heard of", "eva"))
    assert code_of([rejected]) == "unknown_notification"
    assert notifier_core.destinations(rejected) == ((PEOPLE_LOG, "eva"),)


def test_what_is_still_tried_is_not_sent_again() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="sms")))
    assert code_of(again(shard, lease)) == "still_open"


@pytest.mark.parametrize("ended", ["accepted", "delivered"])
def test_what_got_through_is_not_sent_again(ended: AttemptOutcome) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="sms")))
    shard.hear(outcome_of(lease, ended))
    assert code_of(again(shard, lease)) == "got_through"


def test_what_another_hop_told_is_not_sent_again_also_after_that_is_forgotten() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="rules")))
    (second,) = leases(shard.hear(outcome_of(lease, "refused")))
    assert leases(again(shard, lease)) != []  # as long as nothing got through
    shard.hear(outcome_of(leases(shard.facts)[-1], "refused"))
    shard.hear(outcome_of(second, "accepted"))
    assert code_of(again(shard, lease, 2)) == "got_through"
    shard.wait(3 * DAY)
    assert second.notification_id not in shard.state.notifications
    assert code_of(again(shard, lease, 3)) in ("not_kept", "unknown_notification")


def test_a_receipt_that_comes_late_ends_what_could_be_sent_again() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(notice("eva", method="slack", sequence=2)))
    shard.hear(outcome_of(lease, "unknown"))
    shard.hear(receipt_of(lease, "delivered"))
    assert code_of(again(shard, lease)) == "got_through"


@pytest.mark.parametrize("days", [0, 5])
def test_a_page_that_was_recalled_is_not_sent_again(days: int) -> None:
    shard = LedgerShard()
    lease = dead(shard)
    shard.hear(recall("eva"))
    shard.wait(days * DAY)  # the recall itself is forgotten meanwhile
    assert code_of(again(shard, lease)) == ("recalled" if not days else "not_kept")


def test_a_recall_stops_what_is_sent_again() -> None:
    shard = LedgerShard()
    lease = dead(shard)
    (second,) = leases(again(shard, lease))
    shard.hear(outcome_of(second, "not_sent", retry_after_ms=60 * SECOND))
    assert ends(shard.hear(recall("eva")))[0].end == "superseded"
    assert leases(shard.wait(HOUR)) == []


@pytest.mark.parametrize("days", [0, 5])
@pytest.mark.parametrize("newer", ["update", "recovery"])
def test_news_that_newer_news_followed_are_not_sent_again(days: int, newer: str) -> None:
    shard = LedgerShard()
    lease = dead(shard, notice("eva", method="slack"))
    recovery = "recovery" if newer == "recovery" else None
    (other,) = leases(
        shard.hear(notice("eva", method="slack", sequence=2, purpose=recovery))  # type: ignore[arg-type]  # a word
    )
    shard.hear(outcome_of(other, "accepted"))
    shard.wait(days * DAY)
    assert code_of(again(shard, lease)) in ("superseded", "not_kept")


def test_the_end_of_an_outage_is_sent_again_unless_the_channel_is_down_again() -> None:
    shard = LedgerShard()
    lease = dead(shard, notice("eva", method="slack", sequence=2, purpose="recovery"))
    (second,) = leases(again(shard, lease))
    shard.hear(outcome_of(second, "refused"))
    shard.hear(notice("eva", method="slack", incident_id="chat-8"))
    assert code_of(again(shard, lease, 2)) in ("superseded", "not_kept")


def test_what_is_sent_again_in_vain_opens_no_hop() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="rules", expires_ms=40 * SECOND)))
    shard.wait(40 * SECOND)
    assert ends(shard.facts)[-1].end == "expired"
    (second,) = leases(again(shard, lease))
    told = shard.hear(outcome_of(second, "refused"))
    assert (len(ends(told)), opened(told)) == (1, [])


def test_who_cannot_be_reached_is_said_so() -> None:
    shard = LedgerShard()
    lease = dead(shard)
    shard.configure(PeopleDocument(people=DOCUMENT.people[:1]), 2)
    assert code_of(again(shard, lease)) == "unreachable"


def test_nothing_that_was_sent_again_is_remembered_for_ever() -> None:
    shard = LedgerShard()
    lease = dead(shard)
    (second,) = leases(again(shard, lease))
    shard.reload()
    shard.hear(outcome_of(second, "refused"))
    shard.wait(15 * DAY)
    assert (shard.state.notifications, shard.state.buckets) == ({}, {})
    assert code_of(again(shard, lease, 2)) == "unknown_notification"
