"""The end of an outage reaches whoever was told of it, and is not told once it is down again."""

import pytest

from services.notifier.core import recipient
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import PeopleDocument, Person
from shared.contracts.words import AttemptOutcome
from tests.support.ledger import (
    ANA,
    DOCUMENT,
    DOV,
    HOUR,
    ROOM,
    LedgerShard,
    ends,
    leases,
    notice,
    outcome_of,
    page,
)

BY_WEBHOOK = Person(id="ana", webhook="https://hooks.example.org/ana")
MOVED = ANA.model_copy(update={"email": "ana@new.example.org"})
GONE, CHANGED = PeopleDocument(people=(DOV,)), PeopleDocument(people=(DOV, BY_WEBHOOK))
OPENING, RECOVERY = notice(), notice(sequence=3, purpose="recovery")
NEXT = notice(incident_id="chat-8")


def told_of_the_opening(document: PeopleDocument = DOCUMENT) -> LedgerShard:
    shard = LedgerShard(document)
    (lease,) = leases(shard.hear(OPENING))
    shard.hear(outcome_of(lease, "accepted"))
    return shard


def with_a_recovery_that_waits(shard: LedgerShard) -> AttemptLeased:
    (lease,) = leases(shard.hear(RECOVERY))
    shard.hear(outcome_of(lease, "transient"))
    return lease


@pytest.mark.parametrize("after", [GONE, CHANGED], ids=["gone", "by another method"])
@pytest.mark.parametrize("taken_over", [False, True])
def test_who_was_told_is_told_of_the_end_where_he_was_told(
    after: PeopleDocument, taken_over: bool
) -> None:
    shard = told_of_the_opening()
    shard.configure(after, 2)
    if taken_over:
        shard.reload()
    (lease,) = leases(shard.hear(RECOVERY))
    assert recipient(shard.state, lease.notification_id) == ANA
    assert ends(shard.hear(outcome_of(lease, "accepted")))[0].end == "accepted"


def test_the_address_in_force_goes_first() -> None:
    shard = told_of_the_opening()
    shard.configure(PeopleDocument(people=(MOVED,)), 2)
    (lease,) = leases(shard.hear(RECOVERY))
    assert recipient(shard.state, lease.notification_id) == MOVED


def test_it_is_the_newest_address_that_took_news_of_this_outage() -> None:
    shard = told_of_the_opening()
    shard.configure(PeopleDocument(people=(MOVED,)), 2)
    (lease,) = leases(shard.hear(notice(sequence=2)))
    shard.hear(outcome_of(lease, "accepted"))
    shard.configure(GONE, 3)
    (lease,) = leases(shard.hear(RECOVERY))
    assert recipient(shard.state, lease.notification_id) == MOVED


def test_it_is_remembered_as_long_as_the_outage_lasts() -> None:
    shard = told_of_the_opening()
    shard.configure(GONE, 2)
    for sequence in range(2, 7):  # the opening's row is forgotten meanwhile
        shard.wait(12 * HOUR)
        told = shard.hear(notice(sequence=sequence, expires_ms=200 * HOUR))
        assert ends(told)[0].end == "dead_lettered"
        shard.reload()
    assert OPENING.notice_id not in shard.state.notifications
    assert leases(shard.hear(notice(sequence=9, purpose="recovery", expires_ms=200 * HOUR)))


@pytest.mark.parametrize("asked", [notice(sequence=2), page()])
def test_only_the_end_is_told_to_an_address_that_is_not_in_force(asked: Event) -> None:
    shard = told_of_the_opening()
    shard.configure(GONE, 2)
    assert ends(shard.hear(asked))[0].reason.startswith("unknown_person")


def test_who_was_never_written_to_is_not_told_of_the_end_once_he_is_gone() -> None:
    shard = LedgerShard(GONE)
    shard.hear(OPENING)
    assert ends(shard.hear(RECOVERY))[0].reason.startswith("unknown_person")


def test_a_recovery_that_waits_is_superseded_when_the_channel_is_down_again() -> None:
    shard = told_of_the_opening()
    with_a_recovery_that_waits(shard)

    told = shard.hear(NEXT)

    (end,) = ends(told)
    assert (end.notification_id, end.end) == (RECOVERY.notice_id, "superseded")
    assert end.reason == "the opening of chat-8 replaces it"
    assert [it.notification_id for it in leases(told)] == [NEXT.notice_id]


@pytest.mark.parametrize("outcome", ["transient", "unknown", "accepted"])
@pytest.mark.parametrize("taken_over", [False, True])
def test_a_recovery_on_its_way_is_left_alone_and_not_tried_again(
    outcome: AttemptOutcome, taken_over: bool
) -> None:
    shard = told_of_the_opening()
    (lease,) = leases(shard.hear(RECOVERY))
    assert ends(shard.hear(NEXT)) == []
    if taken_over:
        shard.reload()
    (end,) = ends(shard.hear(outcome_of(lease, outcome)))
    assert end.end == ("accepted" if outcome == "accepted" else "superseded")


def test_a_recovery_that_comes_after_the_next_opening_never_leaves() -> None:
    shard = told_of_the_opening()
    shard.hear(NEXT)
    shard.reload()
    told = shard.hear(RECOVERY)
    assert leases(told) == []
    assert ends(told)[0].reason == "newer came first: the opening of chat-8"


@pytest.mark.parametrize(
    "other",
    [
        notice(incident_id="chat-6"),
        notice(incident_id="voice-8"),
        notice(incident_id="chat-8", sequence=2),
        notice(incident_id="chat-8", sequence=2, purpose="recovery"),
        notice("dov", incident_id="chat-8"),
        notice(method="webhook", incident_id="chat-8"),
        notice(incident_id="chat-next"),
        page(),
    ],
    ids=["older", "channel", "update", "recovery", "person", "method", "no number", "page"],
)
def test_nothing_else_supersedes_a_recovery(other: Event) -> None:
    shard = told_of_the_opening()
    with_a_recovery_that_waits(shard)
    shard.hear(other)
    again = [it.notification_id for it in leases(shard.wait(HOUR))]
    assert RECOVERY.notice_id in again


def test_incidents_are_compared_by_number_and_not_by_letters() -> None:
    shard = LedgerShard()
    shard.hear(notice(incident_id="chat-9", sequence=2, purpose="recovery"))
    assert leases(shard.hear(notice(incident_id="chat-10")))
    told = shard.hear(notice(incident_id="chat-8", sequence=2, purpose="recovery"))
    assert ends(told)[0].reason == "newer came first: the opening of chat-10"


def test_who_hears_the_end_of_the_next_outage_instead_hears_it_though_he_is_gone() -> None:
    # given that he was told of the first outage, and its end waits
    shard = told_of_the_opening()
    with_a_recovery_that_waits(shard)
    # when he leaves, the channel is down again, and works again
    shard.configure(GONE, 2)
    shard.hear(NEXT)
    told = shard.hear(notice(incident_id="chat-8", sequence=2, purpose="recovery"))
    # then he is told that
    (lease,) = leases(told)
    assert recipient(shard.state, lease.notification_id) == ANA


def test_nothing_of_a_channel_is_remembered_for_ever() -> None:
    shard = told_of_the_opening()
    with_a_recovery_that_waits(shard)
    (lease,) = leases(shard.hear(NEXT))
    shard.hear(outcome_of(lease, "accepted"))
    assert shard.state.lines
    shard.wait(60 * HOUR)
    assert (shard.state.lines, shard.state.targets, shard.state.threads) == ({}, {}, {})


def test_the_recipient_is_the_person_as_configured() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(notice("room", method="webhook")))
    assert recipient(shard.state, lease.notification_id) == ROOM
    assert recipient(shard.state, "never heard of") is None


def test_of_many_documents_only_a_few_are_kept_at_hand() -> None:
    shard = LedgerShard()
    for version in range(2, 22):
        shard.configure(PeopleDocument(people=(ANA,), page_expires_s=version), version)
        assert leases(shard.hear(page(cycle=version)))
    assert len(shard.state.rolls) <= 8
