"""Customers in the ledger: told once, by their own channel, and never twice because of a doubt."""

from typing import Any

import pytest

from services.notifier.adapters.sending.addressees import addressed
from services.notifier.core import content, recipient
from services.notifier.core.model import HORIZON_MS
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.event import Event
from shared.contracts.explanation import WaitEstimate
from shared.contracts.interactions import Personal
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import PeopleDocument, Person, Recipient
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import AttemptOutcome, CustomerNoticePurpose
from tests.support.ledger import (
    DOCUMENT,
    HOUR,
    SECOND,
    T0,
    LedgerShard,
    ends,
    leases,
    opened,
    outcome_of,
    redrive,
)

ID = "boston:42"
CUSTOMER = f"customer:{ID}"
ADDRESS = "ada@example.com"
FIVE_MINUTES = WaitEstimate(p50_s=300, p90_s=900, rests_on=("staffing",))


def receipt(address: str | None = ADDRESS, **changes: Any) -> CustomerNoticeRequested:
    return asked("receipt", personal=Personal(name="Ada", address=address), **changes)


def longer(**changes: Any) -> CustomerNoticeRequested:
    return asked("longer_wait", told_before_s=300, **changes)


def asked(purpose: CustomerNoticePurpose, **changes: Any) -> CustomerNoticeRequested:
    notice = CustomerNoticeRequested(
        event_id=f"{ID}#customer_notice/{purpose}",
        pool="boston",
        at_ms=T0,
        by="router",
        notice_id=f"{ID}:{purpose}",
        person=CUSTOMER,
        interaction_id=ID,
        purpose=purpose,
        channel="email",
        language="he",
        wait=FIVE_MINUTES,
        expires_at_ms=T0 + 2 * HOUR,
    )
    return notice.model_copy(update=changes)


def written_to(shard: LedgerShard, lease: AttemptLeased) -> Person:
    """As the sender sees him, which alone reads his address."""
    person = recipient(shard.state, lease.notification_id)
    found = addressed(person, content(shard.state, lease.notification_id))
    assert found is not None
    return found


def lease_of(facts: list[Event]) -> AttemptLeased:
    (lease,) = leases(facts)
    return lease


def test_a_receipt_is_leased_at_once_to_the_address_that_came_with_it() -> None:
    shard = LedgerShard()

    told = shard.hear(receipt())

    lease = lease_of(told)
    assert (lease.notification_id, lease.person) == (f"{ID}:receipt", CUSTOMER)
    assert (lease.method, lease.priority) == ("email", 3)
    assert content(shard.state, lease.notification_id) == receipt()
    assert written_to(shard, lease) == Person(id=CUSTOMER, locale="he", email=ADDRESS)
    (end,) = ends(shard.hear(outcome_of(lease, "accepted")))
    assert end.end == "accepted"


def test_a_receipt_of_a_text_message_goes_to_the_number_as_a_text_message() -> None:
    shard = LedgerShard()
    lease = lease_of(shard.hear(receipt("+31612345678", channel="sms")))
    assert lease.method == "sms"
    person = written_to(shard, lease)
    assert (person.phone, person.email) == ("+31612345678", None)


def test_customers_are_told_also_before_anybody_configured_people() -> None:
    assert len(leases(LedgerShard(document=None).hear(receipt()))) == 1


def test_the_same_receipt_twice_is_one_row() -> None:
    shard = LedgerShard()
    lease = lease_of(shard.hear(receipt()))
    assert shard.hear(receipt()) == []
    shard.hear(outcome_of(lease, "accepted"))
    assert shard.hear(receipt()) == []


@pytest.mark.parametrize("channel", ["voice", "chat", "web_form"])
def test_by_a_channel_that_leads_to_no_customer_nothing_is_opened(channel: str) -> None:
    assert LedgerShard().hear(receipt(channel=channel)) == []


def test_a_try_in_doubt_is_not_repeated() -> None:
    shard = LedgerShard()
    lease = lease_of(shard.hear(receipt()))
    told = shard.hear(outcome_of(lease, "unknown"))
    assert [end.end for end in ends(told)] == ["unknown"]
    assert leases(shard.wait(4 * HOUR)) == []


def test_a_try_that_was_never_answered_is_not_repeated() -> None:
    shard = LedgerShard()
    shard.hear(receipt())
    told = shard.wait(4 * HOUR)
    assert [end.end for end in ends(told)] == ["unknown"]
    assert leases(told) == []


@pytest.mark.parametrize("outcome", ["transient", "throttled", "not_sent"])
def test_what_surely_did_not_arrive_is_tried_again_while_it_is_true(
    outcome: AttemptOutcome,
) -> None:
    shard = LedgerShard()
    lease = lease_of(shard.hear(receipt()))
    shard.hear(outcome_of(lease, outcome))
    again = lease_of(shard.wait(10 * SECOND))
    assert again.message_id == lease.message_id
    shard.hear(outcome_of(again, outcome))
    shard.now = T0 + 3 * HOUR
    assert [end.end for end in ends(shard.wait(1))] == ["expired"]


@pytest.mark.parametrize(
    "address",
    [
        None, "", " ", "ada", "ada@", "@example.com", "Ada <ada@example.com>",
        "ada@example.com, bob@example.com", "ada@example.com\r\nBcc: bob@example.com",
        "+31612345678", f"{'a' * 64}@{'b' * 200}.example",
    ],
)  # fmt: skip
def test_without_a_plain_address_it_ends_and_operators_hear_nothing(address: str | None) -> None:
    shard = with_operator()
    lease = lease_of(shard.hear(receipt(address)))
    person = written_to(shard, lease)
    assert (person.email, person.phone) == (None, None)
    told = shard.hear(outcome_of(lease, "bad_recipient", detail="no_address"))
    assert [end.end for end in ends(told)] == ["dead_lettered"]
    assert troubles(told) == []


@pytest.mark.parametrize("number", ["0612345678", "+0612345678", "+31 6", "112", ADDRESS])
def test_a_number_must_be_whole_for_a_text_message(number: str) -> None:
    shard = LedgerShard()
    lease = lease_of(shard.hear(receipt(number, channel="sms")))
    assert written_to(shard, lease).phone is None


def with_operator() -> LedgerShard:
    operators = (Recipient(person="dov", method="email"),)
    return LedgerShard(DOCUMENT.model_copy(update={"operators": operators}))


def troubles(facts: list[Event]) -> list[str]:
    return [fact.trouble_with for fact in facts if isinstance(fact, TroubleReported)]


def test_a_customer_whose_mailbox_is_gone_is_no_trouble_but_a_broken_provider_is() -> None:
    shard = with_operator()
    lease = lease_of(shard.hear(receipt()))
    assert troubles(shard.hear(outcome_of(lease, "bad_recipient", detail="550 mailbox gone"))) == []
    assert len(ends(shard.facts)) == 1

    shard = with_operator()
    lease = lease_of(shard.hear(receipt()))
    assert troubles(shard.hear(outcome_of(lease, "config", detail="535"))) == ["provider"]


def test_that_it_takes_longer_goes_to_the_address_of_the_receipt() -> None:
    shard = LedgerShard()
    shard.hear(outcome_of(lease_of(shard.hear(receipt())), "accepted"))
    shard.wait(600 * SECOND)
    shard.reload()

    lease = lease_of(shard.hear(longer()))

    assert lease.notification_id == f"{ID}:longer_wait"
    person = written_to(shard, lease)
    assert (person.email, person.locale) == (ADDRESS, "he")
    told = shard.hear(outcome_of(lease, "unknown"))
    assert [end.end for end in ends(told)] == ["unknown"]


def test_it_follows_a_receipt_that_could_not_be_sent() -> None:
    shard = LedgerShard()
    shard.hear(outcome_of(lease_of(shard.hear(receipt())), "refused"))
    assert len(leases(shard.hear(longer()))) == 1


def test_it_goes_nowhere_if_its_receipt_is_not_known() -> None:
    shard = LedgerShard()
    assert written_to(shard, lease_of(shard.hear(longer()))).email is None


def test_the_address_is_forgotten_a_day_after_the_doubled_wait() -> None:
    shard = LedgerShard()
    shard.hear(outcome_of(lease_of(shard.hear(receipt())), "accepted"))
    assert holding(shard) == [f"customer/{ID}"]
    shard.wait(HORIZON_MS)
    assert holding(shard) == [f"customer/{ID}"]
    shard.reload()
    shard.wait(600 * SECOND + HOUR)
    assert shard.entities().keys() == {"taken"}


def test_no_address_is_remembered_where_nothing_can_follow() -> None:
    shard = LedgerShard()
    shard.hear(outcome_of(lease_of(shard.hear(receipt(wait=None))), "accepted"))
    assert holding(shard) == []


def test_an_id_that_is_used_anew_is_remembered_anew() -> None:
    """The receipt's row is forgotten before the address, so that another one may come between."""
    long_wait = WaitEstimate(p50_s=86_400, p90_s=90_000, rests_on=())
    shard = LedgerShard()
    shard.hear(outcome_of(lease_of(shard.hear(receipt(wait=long_wait))), "accepted"))
    shard.wait(HORIZON_MS + 2 * HOUR)
    other = receipt("bob@example.com", wait=long_wait, expires_at_ms=shard.now + HOUR)
    shard.hear(outcome_of(lease_of(shard.hear(other)), "accepted"))
    shard.wait(2 * HORIZON_MS)
    assert shard.state.customers[ID].personal.address == "bob@example.com"
    shard.wait(2 * HORIZON_MS)
    assert shard.state.customers == {}


def holding(shard: LedgerShard) -> list[str]:
    """Entities that hold the customer's address."""
    return [name for name, value in shard.entities().items() if ADDRESS.encode() in value]


def test_a_dead_letter_to_a_customer_is_not_sent_again_and_keeps_no_address() -> None:
    shard = LedgerShard()
    lease = lease_of(shard.hear(receipt(wait=None)))
    shard.hear(outcome_of(lease, "refused"))
    assert holding(shard) == []
    assert opened(shard.hear(redrive(lease.notification_id, CUSTOMER))) == []


def test_a_customer_need_not_have_confirmed_his_address() -> None:
    strict = DOCUMENT.model_copy(update={"require_verified": True})
    assert len(leases(LedgerShard(strict).hear(receipt()))) == 1


def test_a_person_of_the_document_is_never_taken_for_a_customer() -> None:
    namesake = PeopleDocument(people=(Person(id=CUSTOMER, email="staff@example.org"),))
    shard = LedgerShard(namesake)
    lease = lease_of(shard.hear(receipt()))
    person = written_to(shard, lease)
    assert person.email == ADDRESS


def test_replayed_facts_give_the_same_ledger() -> None:
    shard = LedgerShard()
    shard.hear(outcome_of(lease_of(shard.hear(receipt())), "accepted"))
    shard.hear(longer())
    again = LedgerShard()
    for event, now in shard.heard[1:]:
        again.hear(event, now)
    assert again.facts == shard.facts
    assert again.entities() == shard.entities()
