"""Addresses that people have confirmed: by a code in no log, while the address is the same."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.core import content
from services.notifier.core.causes.verifications import is_verified
from shared.contacts import address_hash, code_of, matches
from shared.contracts.contacts import ContactConfirmed, ContactVerified, VerificationRequested
from shared.contracts.event import Event
from shared.contracts.people import Hop, PeopleDocument, Person, PersonalRules
from shared.contracts.system import EventRejected
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
    page,
)

KEYS = (b"a key of sixteen", b"the key before it")
ANAS = address_hash("ana@example.org")
MINUTE = 60 * SECOND


def ask(number: int = 1, **changes: Any) -> VerificationRequested:
    verification_id = f"verification:ana:email:{number}"
    asked = VerificationRequested(
        event_id=verification_id,
        pool="*",
        at_ms=T0,
        by="gateway",
        actor="operator",
        verification_id=verification_id,
        person="ana",
        method="email",
        address_hash=ANAS,
        expires_at_ms=T0 + 10 * MINUTE,
    )
    return asked.model_copy(update=changes)


def confirm(number: int = 1, **changes: Any) -> ContactConfirmed:
    told = ContactConfirmed(
        event_id=f"confirmed/{number}",
        pool="*",
        at_ms=T0,
        by="gateway",
        actor="manager:ana",
        verification_id=f"verification:ana:email:{number}",
        person="ana",
        method="email",
        address_hash=ANAS,
    )
    return told.model_copy(update=changes)


def verified(facts: list[Event]) -> list[ContactVerified]:
    return [fact for fact in facts if isinstance(fact, ContactVerified)]


def strict(*people: Person) -> PeopleDocument:
    """Only confirmed addresses are used; `people` replace those who are called the same."""
    named = {one.id: one for one in (*DOCUMENT.people, *people)}
    changes = {"people": tuple(named.values()), "require_verified": True}
    return DOCUMENT.model_copy(update=changes)


# A code goes out


def test_a_code_goes_at_once_to_the_address_that_is_to_be_confirmed() -> None:
    shard = LedgerShard(strict())
    (lease,) = leases(shard.hear(ask()))
    assert (lease.notification_id, lease.method, lease.priority) == (
        ask().verification_id,
        "email",
        1,
    )
    assert content(shard.state, lease.notification_id) == ask()
    assert shard.hear(ask()) == []


def test_a_code_is_tried_again_until_it_expires_and_no_longer() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(ask()))
    shard.hear(outcome_of(lease, "transient"))
    (again,) = leases(shard.wait(10 * SECOND))
    shard.hear(outcome_of(again, "transient"))
    shard.now = T0 + 11 * MINUTE
    assert [end.end for end in ends(shard.wait(1))] == ["expired"]


def test_a_code_for_another_address_than_the_present_one_is_not_sent() -> None:
    shard = LedgerShard()
    told = shard.hear(ask(address_hash=address_hash("old@example.org")))
    assert leases(told) == []
    (end,) = ends(told)
    assert (end.end, end.reason) == ("superseded", "the address is another one by now")


def test_a_code_that_waits_is_not_sent_to_an_address_that_is_new() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(ask()))
    shard.hear(outcome_of(lease, "transient"))
    shard.configure(strict(Person(id="ana", email="new@example.org")), 2)
    told = shard.wait(10 * SECOND)
    assert leases(told) == []
    assert [end.end for end in ends(told)] == ["superseded"]


def test_a_code_for_a_method_without_an_address_ends_with_the_reason() -> None:
    (end,) = ends(LedgerShard().hear(ask(method="sms")))
    assert (end.end, end.reason.partition(":")[0]) == ("dead_lettered", "no_address")


# It is confirmed


def test_what_is_confirmed_is_verified_once_and_after_a_takeover() -> None:
    shard = LedgerShard()
    assert not is_verified(shard.state, "ana", "email")
    (fact,) = verified(shard.hear(confirm()))
    assert (fact.person, fact.method, fact.address_hash) == ("ana", "email", ANAS)
    assert shard.hear(confirm()) == []
    assert shard.hear(confirm(2)) == []
    shard.reload()
    assert is_verified(shard.state, "ana", "email")
    assert not is_verified(shard.state, "ana", "webhook")
    assert not is_verified(shard.state, "dov", "email")


def test_another_address_has_to_be_confirmed_anew() -> None:
    shard = LedgerShard()
    shard.hear(confirm())
    shard.configure(strict(Person(id="ana", email="new@example.org")), 2)
    assert not is_verified(shard.state, "ana", "email")
    new = address_hash("new@example.org")
    assert verified(shard.hear(confirm(2, address_hash=new)))
    assert is_verified(shard.state, "ana", "email")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"address_hash": address_hash("old@example.org")}, "other_address"),
        ({"method": "sms"}, "no_address"),
        ({"person": "nobody"}, "no_address"),
    ],
)
def test_a_code_that_comes_late_proves_nothing(changes: dict[str, Any], code: str) -> None:
    shard = LedgerShard()
    (refused,) = shard.hear(confirm(**changes))
    assert isinstance(refused, EventRejected)
    assert (refused.code, refused.cause) == (code, "confirmed/1")
    assert not shard.state.verified


# Where only confirmed addresses are used


def test_a_method_that_is_not_confirmed_ends_with_what_to_do() -> None:
    shard = LedgerShard(strict())
    (end,) = ends(shard.hear(page()))
    assert end.end == "dead_lettered"
    assert end.reason.startswith("unverified: ")
    assert "send him a code" in end.reason


def test_a_method_that_is_confirmed_is_used() -> None:
    shard = LedgerShard(strict())
    shard.hear(confirm())
    assert leases(shard.hear(page()))


def test_hops_that_are_not_confirmed_are_left_out_of_a_chain() -> None:
    rules = PersonalRules(high=(Hop(method="sms"), Hop(method="email"), Hop(method="voice")))
    ana = Person(id="ana", email="ana@example.org", phone="+31612345678", rules=rules)
    shard = LedgerShard(strict(ana))
    shard.hear(confirm())
    (first,) = opened(shard.hear(page(method="rules")))
    assert (first.method, [hop.method for hop in first.hops]) == ("email", ["email"])


def test_nobody_need_confirm_anything_where_it_is_not_asked_for() -> None:
    assert leases(LedgerShard().hear(page()))


def test_codes_and_confirmations_replay_to_the_same_ledger() -> None:
    shard = LedgerShard(strict())
    (lease,) = leases(shard.hear(ask()))
    shard.hear(outcome_of(lease, "accepted"))
    shard.hear(confirm())
    shard.wait(48 * HOUR)
    again = LedgerShard(strict())
    for event, now in shard.heard[1:]:
        again.hear(event, now)
    assert again.facts == shard.facts
    assert again.entities() == shard.entities()
    assert set(shard.entities()) == {"taken", "verified/ana/email"}


# The code itself

WORDS = st.text(string.ascii_letters + ':/,"[', min_size=1, max_size=8)
CLAIM = st.tuples(WORDS, WORDS, WORDS, WORDS)


@given(CLAIM)
def test_a_code_has_six_digits_and_matches_what_it_was_made_for(claim: tuple[str, ...]) -> None:
    named = dict(zip(("verification_id", "person", "method", "address_hash"), claim, strict=True))
    code = code_of(KEYS, **named)
    assert len(code) == 6
    assert code.isascii()
    assert code.isdigit()
    assert code == code_of(KEYS, **named)
    assert matches(KEYS, code, **named)


@given(CLAIM, CLAIM)
def test_what_is_claimed_is_never_confused(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """Were values only joined, `ab` + `c` would be `a` + `bc`; by chance codes are equal rarely."""
    codes = [[code_of([key], *it) for key in several_keys()] for it in (one, other)]
    assert (codes[0] == codes[1]) == (one == other)


def several_keys() -> list[bytes]:
    return [bytes([number]) * 16 for number in range(3)]


def test_people_write_codes_in_groups() -> None:
    claim = {"verification_id": "v", "person": "ana", "method": "sms", "address_hash": ANAS}
    code = code_of(KEYS, **claim)
    assert matches(KEYS, f" {code[:3]}-{code[3:]} ", **claim)
    assert not matches(KEYS, code[:5], **claim)
    assert not matches(KEYS, "", **claim)
    assert not matches(KEYS, "١٢٣٤٥٦", **claim)
    assert not matches(KEYS, f"{(int(code) + 1) % 10**6:06d}", **claim)


def test_a_code_by_the_key_before_is_still_good_and_by_another_is_not() -> None:
    claim = {"verification_id": "v", "person": "ana", "method": "sms", "address_hash": ANAS}
    assert matches(KEYS, code_of(KEYS[1:], **claim), **claim)
    assert not matches(KEYS[:1], code_of(KEYS[1:], **claim), **claim)


@pytest.mark.parametrize("keys", [(), (b"short",)])
def test_no_code_is_made_without_a_good_key(keys: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="key"):
        code_of(keys, "v", "ana", "sms", ANAS)


def test_a_hash_tells_addresses_apart_and_does_not_say_them() -> None:
    assert address_hash("ana@example.org") == ANAS != address_hash("Ana@example.org")
    assert len(ANAS) == 32
    assert "ana" not in ANAS
