"""Operators hear when telling others does not work: once an hour, by a way that works."""

import pytest

from services.notifier.core import content, notifier_core
from shared.contracts.event import Event
from shared.contracts.people import PeopleDocument, Person, Recipient
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import AttemptOutcome, TroubleWith
from tests.support.ledger import (
    DOCUMENT,
    HOUR,
    SECOND,
    LedgerShard,
    ends,
    leases,
    notice,
    outcome_of,
    page,
    receipt_of,
)

OPA = Person(id="opa", email="opa@example.org", phone="+31687654321")
OBI = Person(id="obi", email="obi@example.org")


def shard_of(*operators: Recipient) -> LedgerShard:
    people = (*DOCUMENT.people, OPA, OBI)
    document = DOCUMENT.model_copy(update={"people": people, "operators": operators})
    return LedgerShard(document)


BOTH = (Recipient(person="opa", method="rules"), Recipient(person="obi", method="email"))


def failed(
    shard: LedgerShard, outcome: AttemptOutcome, *, asked: Event | None = None, detail: str = "535"
) -> list[TroubleReported]:
    (lease,) = leases(shard.hear(asked or page("eva", method="sms")))
    return troubles(shard.hear(outcome_of(lease, outcome, detail=detail)))


def troubles(facts: list[Event]) -> list[TroubleReported]:
    return [fact for fact in facts if isinstance(fact, TroubleReported)]


@pytest.mark.parametrize(
    ("outcome", "method", "detail", "kind", "about"),
    [
        ("config", "sms", "20003", "provider", "sms"),
        ("config", "webhook", "404", "provider", "webhook/room"),
        ("bad_recipient", "sms", "21211", "address", "sms/eva"),
        ("refused", "webhook", "gone", "endpoint", "webhook/room"),
    ],
)
def test_every_operator_hears_what_is_wrong_and_of_whom(
    outcome: AttemptOutcome, method: str, detail: str, kind: TroubleWith, about: str
) -> None:
    shard = shard_of(*BOTH)
    person = "room" if method == "webhook" else "eva"
    told = failed(shard, outcome, asked=page(person, method=method), detail=detail)
    assert [(it.person, it.trouble_with, it.about, it.detail) for it in told[:2]] == [
        ("opa", kind, about, detail),
        ("obi", kind, about, detail),
    ]
    assert notifier_core.destinations(told[0]) == ((PEOPLE_LOG, "opa"),)


@pytest.mark.parametrize("outcome", ["transient", "refused", "unknown", "throttled", "blocked"])
def test_what_is_no_trouble_with_a_provider_or_an_address_is_not_told_as_one(
    outcome: AttemptOutcome,
) -> None:
    told = failed(shard_of(*BOTH), outcome)
    assert {it.trouble_with for it in told} <= {"undelivered"}


def test_an_operator_is_told_in_the_ledger_of_his_own() -> None:
    shard = shard_of(*BOTH)
    failed(shard, "config")
    mine = [lease for lease in leases(shard.facts) if lease.person in ("opa", "obi")]
    assert [(lease.person, lease.method, lease.priority) for lease in mine] == [
        ("opa", "email", 1),
        ("obi", "email", 1),
    ]
    told = content(shard.state, mine[0].notification_id)
    assert isinstance(told, TroubleReported)
    assert told.about == "sms"


@pytest.mark.parametrize(
    ("operator", "method"),
    [
        (Recipient(person="opa", method="email"), "sms"),  # another one that he has
        (Recipient(person="opa", method="rules"), "sms"),
        (Recipient(person="obi", method="email"), "email"),  # he has no other
        (Recipient(person="opa", method="voice"), "voice"),
    ],
)
def test_he_hears_it_by_another_method_than_the_one_that_failed(
    operator: Recipient, method: str
) -> None:
    (told,) = failed(shard_of(operator), "config", asked=page("ana", method="email"))
    assert told.method == method


@pytest.mark.parametrize("taken_over", [False, True])
def test_the_same_trouble_is_told_once_an_hour(taken_over: bool) -> None:
    shard = shard_of(*BOTH)
    for minutes, times in ((0, 2), (10, 0), (50, 2), (119, 2)):
        shard.wait(max(0, shard_start(shard) + minutes * 60 * SECOND - shard.now))
        cycle = minutes + 1
        asked = page("eva", method="sms", cycle=cycle, at_ms=shard.now)
        assert len(failed(shard, "config", asked=asked)) == (times if minutes != 50 else 0)
        if taken_over:
            shard.reload()
    assert set(shard.state.trouble_hours) == {shard.now // HOUR}


def shard_start(shard: LedgerShard) -> int:
    return shard.facts[0].at_ms


def test_a_trouble_with_an_operator_is_told_to_the_others_and_never_without_end() -> None:
    shard = shard_of(*BOTH)
    failed(shard, "config")
    for _ in range(20):
        open_ = [
            lease for lease in leases(shard.facts) if lease.notification_id in open_rows(shard)
        ]
        if not open_:
            break
        shard.hear(outcome_of(open_[0], "config", detail="535"))
    assert open_rows(shard) == set()
    assert {(it.trouble_with, it.about) for it in troubles(shard.facts)} == {
        ("provider", "sms"),
        ("provider", "email"),
    }


def open_rows(shard: LedgerShard) -> set[str]:
    ended = {end.notification_id for end in ends(shard.facts)}
    return {name for name in shard.state.notifications if name not in ended}


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [
        (page("eva", method="rules"), True),
        (page("nobody"), True),
        (notice("eva", method="rules"), True),
        (notice("eva", method="rules", sequence=3, purpose="recovery"), True),
        (notice("eva", method="rules", sequence=2), False),  # there is a next one
    ],
)
def test_that_nothing_reached_a_person_is_told_once_nothing_more_will(
    asked: Event, is_told: bool
) -> None:
    shard = shard_of(BOTH[1])
    shard.hear(asked)
    for _ in range(3):
        assert not troubles(shard.facts) or "nobody" in troubles(shard.facts)[0].about
        mine = [lease for lease in leases(shard.facts) if lease.person == "eva"]
        if mine:
            shard.hear(outcome_of(mine[-1], "refused"))
    assert [it.trouble_with for it in troubles(shard.facts)] == ["undelivered"] * is_told


def test_a_page_that_expired_before_it_reached_anybody_is_told() -> None:
    shard = shard_of(BOTH[1])
    (lease,) = leases(shard.hear(page(expires_ms=20 * SECOND)))
    shard.hear(outcome_of(lease, "throttled", retry_after_ms=HOUR))
    (told,) = troubles(shard.wait(HOUR))
    assert (told.trouble_with, told.about) == ("undelivered", "email/ana")


def test_nobody_is_told_where_there_are_no_operators() -> None:
    assert failed(LedgerShard(), "config") == []


def test_without_a_document_of_people_nothing_is_reported() -> None:
    shard = LedgerShard(document=None)
    shard.hear(page())
    assert troubles(shard.facts) == []
    assert isinstance(DOCUMENT, PeopleDocument)


@pytest.mark.parametrize("asked", [page("eva", method="sms"), notice("eva", method="sms")])
def test_what_was_taken_and_did_not_arrive_is_told_when_nothing_follows(asked: Event) -> None:
    # given: a provider took it
    shard = shard_of(*BOTH)
    (lease,) = leases(shard.hear(asked))
    shard.hear(outcome_of(lease, "accepted"))
    # when
    told = troubles(shard.hear(receipt_of(lease, "undelivered", detail="30003")))
    # then
    assert {(it.trouble_with, it.about, it.detail) for it in told} == {
        ("undelivered", "sms/eva", "undelivered: 30003")
    }


def test_an_update_that_did_not_arrive_is_no_trouble() -> None:
    shard = shard_of(*BOTH)
    (lease,) = leases(shard.hear(notice("eva", sequence=2, method="sms")))
    shard.hear(outcome_of(lease, "accepted"))
    assert troubles(shard.hear(receipt_of(lease, "undelivered"))) == []
