"""Receipts: what a provider tells of a message's way counts in the order of its ranks."""

from itertools import permutations

import pytest

from shared.contracts.event import Event
from shared.contracts.notification import ReceiptNoted
from shared.contracts.people import Hop, PersonalRules
from shared.contracts.words import ReceiptStatus
from tests.support.ledger import (
    DOCUMENT,
    EVA,
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
)


def noted(facts: list[Event]) -> list[str]:
    return [fact.status for fact in facts if isinstance(fact, ReceiptNoted)]


@pytest.mark.parametrize("order", list(permutations(("sent", "delivered", "read"))))
def test_a_receipt_of_a_lower_rank_that_comes_late_changes_nothing(
    order: tuple[ReceiptStatus, ...],
) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="sms")))
    shard.hear(outcome_of(lease, "accepted"))
    for status in order:
        shard.hear(receipt_of(lease, status))
        shard.hear(receipt_of(lease, status))
    told = noted(shard.facts)
    assert told == sorted(set(told), key=("sent", "delivered", "read").index)
    assert told[-1] == "read"
    assert shard.state.notifications[lease.notification_id].receipt == "read"


@pytest.mark.parametrize("status", ["sent", "delivered", "read"])
def test_after_undelivered_nothing_counts_and_after_delivered_it_does_not(
    status: ReceiptStatus,
) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="sms")))
    shard.hear(outcome_of(lease, "accepted"))
    shard.hear(receipt_of(lease, "undelivered"))
    assert shard.hear(receipt_of(lease, status)) == []
    (other,) = leases(shard.hear(page("eva", method="voice", cycle=2)))
    shard.hear(outcome_of(other, "delivered"))
    shard.hear(receipt_of(other, status))
    assert noted(shard.hear(receipt_of(other, "undelivered"))) == (
        ["undelivered"] if status == "sent" else []
    )


@pytest.mark.parametrize(
    ("status", "end"), [("sent", "accepted"), ("delivered", "delivered"), ("read", "delivered")]
)
@pytest.mark.parametrize("doubt", [False, True])
def test_a_receipt_ends_a_row_that_is_leased_or_in_doubt(
    status: ReceiptStatus, end: str, doubt: bool
) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="sms")))
    if doubt:
        shard.hear(outcome_of(lease, "unknown"))
    told = shard.hear(receipt_of(lease, status, provider_id="SM1"))
    assert [(it.end, it.provider_id) for it in ends(told)] == [(end, "SM1")]
    assert shard.hear(outcome_of(lease, "accepted")) == []
    assert leases(shard.wait(5 * HOUR)) == []


def test_a_receipt_of_what_was_never_tried_or_is_not_known_is_harmless() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="sms")))
    assert LedgerShard().hear(receipt_of(lease, "delivered")) == []
    shard.hear(recall("eva"))
    shard.hear(page("eva", method="sms", round_=2))
    never = lease.model_copy(update={"notification_id": lease.notification_id.replace("r1", "r2")})
    assert shard.hear(receipt_of(never, "delivered")) == []


@pytest.mark.parametrize("criterion", ["accepted", "delivered"])
@pytest.mark.parametrize("taken_over", [False, True])
def test_undelivered_opens_the_next_hop_at_once(criterion: str, taken_over: bool) -> None:
    rules = PersonalRules(high=(Hop(method="sms", succeed_on=criterion), Hop(method="email")))
    eva = EVA.model_copy(update={"rules": rules})
    shard = LedgerShard(DOCUMENT.model_copy(update={"people": (eva,)}))
    (lease,) = leases(shard.hear(page("eva", method="rules")))
    shard.hear(outcome_of(lease, "accepted"))
    if taken_over:
        shard.reload()
    told = shard.hear(receipt_of(lease, "undelivered", detail="30003"))
    assert [(it.method, it.because) for it in opened(told)] == [("email", "failed")]
    assert opened(shard.wait(5 * HOUR)) == []


@pytest.mark.parametrize("over", ["recalled", "expired"])
def test_undelivered_opens_nothing_where_the_page_is_of_no_use_any_more(over: str) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="rules", expires_ms=50 * SECOND)))
    shard.hear(outcome_of(lease, "accepted"))
    if over == "recalled":
        shard.hear(recall("eva"))
    shard.wait(0 if over == "recalled" else 50 * SECOND)
    told = shard.hear(receipt_of(lease, "undelivered"))
    assert (noted(told), opened(told)) == (["undelivered"], [])


def test_undelivered_of_an_earlier_try_does_not_end_the_row_nor_hide_the_next_receipt() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="sms")))
    shard.hear(outcome_of(lease, "unknown"))
    shard.hear(receipt_of(lease, "undelivered"))
    assert ends(shard.facts) == []
    (second,) = leases(shard.wait(10 * SECOND))
    assert ends(shard.hear(receipt_of(second, "delivered")))[0].end == "delivered"


def test_a_late_receipt_of_the_first_hop_ends_the_second_that_waits() -> None:
    rules = PersonalRules(
        high=(Hop(method="sms", succeed_by_s=10, succeed_on="delivered"), Hop(method="email"))
    )
    eva = EVA.model_copy(update={"rules": rules})
    shard = LedgerShard(DOCUMENT.model_copy(update={"people": (eva,)}))
    (first,) = leases(shard.hear(page("eva", method="rules")))
    shard.hear(outcome_of(first, "accepted"))
    (second,) = leases(shard.wait(10 * SECOND))
    shard.hear(outcome_of(second, "transient"))
    (end,) = ends(shard.hear(receipt_of(first, "delivered")))
    assert (end.end, end.reason) == ("superseded", "hop 1 got through")
    assert leases(shard.wait(5 * HOUR)) == []


def test_an_opening_that_is_known_to_be_undelivered_owes_no_end_by_that_method() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(notice("eva", method="rules")))
    shard.hear(outcome_of(lease, "accepted"))
    told = shard.hear(receipt_of(lease, "undelivered"))
    shard.hear(outcome_of(leases(told)[0], "accepted"))
    over = shard.hear(notice("eva", method="rules", sequence=3, purpose="recovery"))
    assert [row.method for row in opened(over)] == ["email"]
