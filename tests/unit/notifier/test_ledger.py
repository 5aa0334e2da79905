"""The notification ledger: lease before, outcome after, an end with a reason for each."""

import pytest

from services.notifier.core import content, notifier_core
from services.notifier.core.model import HORIZON_MS
from shared.contracts.configuration import PEOPLE
from shared.contracts.escalation import PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import AttemptInDoubt, LedgerTrimmed, RetryScheduled
from shared.contracts.people import PeopleDocument, Person, RetrySchedule
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.words import AttemptOutcome
from tests.support.ledger import (
    ANA,
    DOCUMENT,
    HOUR,
    SECOND,
    T0,
    LedgerShard,
    acknowledgement,
    ends,
    leases,
    outcome_of,
    page,
    recall,
)


def kinds(facts: list[Event]) -> list[str]:
    return [fact.kind for fact in facts]  # type: ignore[attr-defined]  # every kind has one


def test_a_page_is_leased_at_once_and_ends_when_the_provider_took_it() -> None:
    shard = LedgerShard()

    told = shard.hear(page())

    assert kinds(told) == ["notification_opened", "attempt_leased"]
    (lease,) = leases(told)
    assert (lease.number, lease.possible_repeat) == (1, False)
    assert lease.lease_until_ms == T0 + 30 * SECOND
    assert content(shard.state, lease.notification_id) == page()

    (end,) = ends(shard.hear(outcome_of(lease, "accepted", detail="content: 250")))
    assert (end.end, end.reason, end.attempts) == ("accepted", "accepted: content: 250", 1)
    assert content(shard.state, lease.notification_id) is None


def test_the_same_page_twice_is_one_notification() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))

    assert shard.hear(page()) == []
    shard.hear(outcome_of(lease, "accepted"))
    assert shard.hear(page()) == []


@pytest.mark.parametrize("outcome", ["transient", "not_sent"])
def test_what_later_may_help_is_tried_again_by_the_schedule(outcome: AttemptOutcome) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    waits = []
    for _ in range(5):
        (retry,) = shard.hear(outcome_of(lease, outcome, detail="connect"))
        assert isinstance(retry, RetryScheduled)
        assert (retry.outcome, retry.detail) == (outcome, "connect")
        waits.append(retry.retry_at_ms - shard.now)
        assert shard.wait(retry.retry_at_ms - shard.now - 1) == []
        (lease,) = leases(shard.wait(1))
        assert not lease.possible_repeat
    for waited, planned_s in zip(waits, [5, 15, 60, 60, 60], strict=True):
        assert 0.8 * planned_s <= waited / SECOND <= 1.2 * planned_s
    assert len(set(waits)) == len(waits)  # a crowd of tries does not stay one


def test_a_throttling_provider_is_given_the_time_it_asked_for() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    (retry,) = shard.hear(outcome_of(lease, "throttled", retry_after_ms=90 * SECOND))
    assert isinstance(retry, RetryScheduled)
    assert retry.retry_at_ms == T0 + 90 * SECOND


def test_a_throttling_provider_never_shortens_the_schedule() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    (retry,) = shard.hear(outcome_of(lease, "throttled", retry_after_ms=1))
    assert isinstance(retry, RetryScheduled)
    assert retry.retry_at_ms >= T0 + 4 * SECOND


def test_a_refused_page_is_a_dead_letter_at_once_with_the_providers_code() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    (end,) = ends(shard.hear(outcome_of(lease, "refused", detail="RCPT: 550 5.1.1")))
    assert (end.end, end.reason) == ("dead_lettered", "refused: RCPT: 550 5.1.1")
    assert shard.wait(5 * HOUR) == []


def test_a_lease_without_outcome_is_in_doubt_and_goes_again_with_the_same_message_id() -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(page()))

    told = shard.wait(30 * SECOND)

    assert kinds(told) == ["attempt_in_doubt", "attempt_leased"]
    (second,) = leases(told)
    assert second.message_id == first.message_id
    assert (second.number, second.possible_repeat) == (2, True)
    (end,) = ends(shard.hear(outcome_of(second, "accepted")))
    assert (end.attempts, end.possible_repeats) == (2, 1)


def test_an_unknown_outcome_is_in_doubt_and_goes_again_after_the_wait() -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(page()))

    told = shard.hear(outcome_of(first, "unknown"))

    assert [type(fact) for fact in told] == [AttemptInDoubt, RetryScheduled]
    (second,) = leases(shard.wait(6 * SECOND))
    assert (second.message_id, second.possible_repeat) == (first.message_id, True)


def test_a_doubt_stays_with_every_later_try() -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(page()))
    shard.hear(outcome_of(first, "unknown"))
    (second,) = leases(shard.wait(6 * SECOND))
    shard.hear(outcome_of(second, "transient"))
    (third,) = leases(shard.wait(18 * SECOND))
    assert third.possible_repeat


def test_an_outcome_that_comes_after_its_lease_was_given_up_still_counts_if_it_is_good() -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(page()))
    (second,) = leases(shard.wait(30 * SECOND))

    (end,) = ends(shard.hear(outcome_of(first, "accepted")))

    assert end.end == "accepted"
    assert shard.hear(outcome_of(second, "accepted")) == []


@pytest.mark.parametrize("outcome", ["transient", "refused", "unknown", "throttled", "not_sent"])
def test_a_bad_outcome_of_an_earlier_attempt_changes_nothing(outcome: AttemptOutcome) -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(page()))
    shard.wait(30 * SECOND)
    assert shard.hear(outcome_of(first, outcome)) == []


@pytest.mark.parametrize("outcome", ["transient", "refused", "unknown", "accepted"])
def test_an_outcome_heard_twice_counts_once(outcome: AttemptOutcome) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    shard.hear(outcome_of(lease, outcome))
    assert shard.hear(outcome_of(lease, outcome)) == []


def test_retries_end_only_when_the_page_expires_and_say_whether_it_may_have_arrived() -> None:
    shard = LedgerShard()
    shard.hear(page(expires_ms=100 * SECOND))

    told = shard.wait(HOUR)

    assert [lease.number for lease in leases(told)] == [2, 3, 4]
    assert leases(told)[-1].lease_until_ms == T0 + 100 * SECOND  # no lease outlives the page
    (end,) = ends(told)
    assert (end.end, end.at_ms) == ("expired", T0 + 100 * SECOND)
    assert "may have got through" in end.reason


def test_a_page_that_waits_for_a_retry_expires_on_time() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page(expires_ms=20 * SECOND)))
    shard.hear(outcome_of(lease, "throttled", retry_after_ms=HOUR))
    (end,) = ends(shard.wait(HOUR))
    assert (end.end, end.at_ms) == ("expired", T0 + 20 * SECOND)


def test_a_page_that_comes_after_its_time_is_told_as_expired_and_never_leased() -> None:
    shard = LedgerShard()
    told = shard.hear(page(expires_ms=10 * SECOND), T0 + 10 * SECOND)
    assert kinds(told) == ["notification_opened", "notification_ended"]
    assert ends(told)[0].end == "expired"


@pytest.mark.parametrize("phase", ["leased", "waiting"])
@pytest.mark.parametrize("event", [recall(reason="resolved"), acknowledgement()])
def test_nothing_is_leased_after_a_recall_or_acknowledgement(phase: str, event: Event) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    if phase == "waiting":
        shard.hear(outcome_of(lease, "transient"))

    (end,) = ends(shard.hear(event))

    assert end.end == "superseded"
    assert shard.hear(page(round_=2)) != []
    assert leases(shard.wait(5 * HOUR)) == []
    assert leases(shard.facts) == [lease]


def test_a_recall_that_comes_before_its_page_still_stops_it() -> None:
    shard = LedgerShard()
    shard.hear(recall(reason="acknowledged"))

    told = shard.hear(page())

    assert kinds(told) == ["notification_opened", "notification_ended"]
    assert (ends(told)[0].end, ends(told)[0].reason) == (
        "superseded",
        "acknowledged before the page came",
    )


def test_a_recall_is_of_one_person_cycle_and_escalation() -> None:
    shard = LedgerShard()
    shard.hear(recall())
    assert leases(shard.hear(page("dov")))
    assert leases(shard.hear(page(cycle=2)))
    assert leases(shard.hear(page(escalation_id="boston:43#first_reply/1")))


def test_an_acknowledgement_of_a_cycle_nobody_was_paged_for_silences_no_later_page() -> None:
    shard = LedgerShard()
    assert shard.hear(acknowledgement(cycle=7)) == []
    assert leases(shard.hear(page(cycle=7)))


def test_a_recall_ends_all_pages_of_its_cycle_and_is_noted_once() -> None:
    shard = LedgerShard()
    shard.hear(page(round_=2))
    shard.hear(page(round_=1))
    told = shard.hear(recall())
    assert kinds(told) == ["recall_noted", "notification_ended", "notification_ended"]
    assert shard.hear(recall()) == []


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (page("nobody"), "unknown_person"),
        (page("mute"), "no_address"),
        (page(method="pigeon"), "unknown_method"),
    ],
)
def test_a_person_who_cannot_be_reached_is_a_dead_letter_with_the_reason(
    asked: PageRequested, reason: str
) -> None:
    told = LedgerShard().hear(asked)
    assert kinds(told) == ["notification_opened", "notification_ended"]
    assert ends(told)[0].end == "dead_lettered"
    assert ends(told)[0].reason.startswith(reason)


def test_a_person_removed_between_tries_is_a_dead_letter_at_the_next() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    shard.hear(outcome_of(lease, "transient"))
    shard.configure(PeopleDocument(people=()), 2)
    (end,) = ends(shard.wait(HOUR))
    assert end.end == "dead_lettered"


def test_a_new_document_is_taken_once_and_an_older_one_never() -> None:
    shard = LedgerShard()
    quick = DOCUMENT.model_copy(update={"retries": RetrySchedule(waits_s=(1,), lease_s=2)})

    (taken,) = shard.configure(quick, 3)

    assert (taken.kind, taken.config) == ("config_taken", taken.hash)  # type: ignore[attr-defined]
    assert shard.configure(quick, 3) == []
    assert shard.configure(DOCUMENT, 2) == []
    (lease,) = leases(shard.hear(page()))
    assert lease.lease_until_ms == T0 + 2 * SECOND
    assert lease.config == taken.config  # type: ignore[attr-defined]


def test_an_empty_schedule_waits_a_minute() -> None:
    shard = LedgerShard(DOCUMENT.model_copy(update={"retries": RetrySchedule(waits_s=())}))
    (lease,) = leases(shard.hear(page()))
    (retry,) = shard.hear(outcome_of(lease, "transient"))
    assert isinstance(retry, RetryScheduled)
    assert 48 * SECOND <= retry.retry_at_ms - T0 <= 72 * SECOND


def test_ended_notifications_and_recalls_are_forgotten_after_the_horizon() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    shard.hear(outcome_of(lease, "accepted"))
    shard.hear(recall())
    named = set(shard.entities())

    told = shard.wait(HORIZON_MS + HOUR)

    assert kinds(told) == ["ledger_trimmed"]
    (trimmed,) = told
    assert isinstance(trimmed, LedgerTrimmed)
    assert (trimmed.notifications, trimmed.recalls) == (1, 1)
    assert named - set(shard.entities()) == {
        f"notification/{lease.notification_id}",
        "recall/boston:42#first_reply/1/c1/ana",
    }
    assert notifier_core.deadline(shard.state) is None


def test_a_page_is_never_leased_again_however_late_it_is_told_again() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page()))
    shard.hear(outcome_of(lease, "accepted"))
    shard.wait(30 * 24 * HOUR)
    assert leases(shard.hear(page())) == []


def test_an_outcome_of_a_forgotten_notification_is_harmless() -> None:
    (lease,) = leases(LedgerShard().hear(page()))
    assert LedgerShard().hear(outcome_of(lease, "accepted")) == []


def test_facts_go_to_the_log_of_people_under_the_persons_key() -> None:
    shard = LedgerShard()
    shard.hear(page())
    where = {
        (fact.kind, *notifier_core.destinations(fact))  # type: ignore[attr-defined]
        for fact in shard.facts
    }
    assert where == {
        ("config_taken", (PEOPLE_LOG, PEOPLE)),
        ("notification_opened", (PEOPLE_LOG, "ana")),
        ("attempt_leased", (PEOPLE_LOG, "ana")),
    }


def test_a_restored_shard_goes_on_where_the_old_one_was() -> None:
    shard = LedgerShard()
    shard.hear(page())
    shard.hear(page("dov"))
    (lease,) = leases(shard.hear(page(round_=2)))
    shard.hear(outcome_of(lease, "transient"))
    shard.hear(recall("dov"))
    before = notifier_core.deadline(shard.state), shard.entities()

    shard.reload()

    assert (notifier_core.deadline(shard.state), shard.entities()) == before
    assert content(shard.state, lease.notification_id) == page(round_=2)
    assert leases(shard.wait(6 * SECOND))[0].number == 2


def test_a_person_with_an_address_found_by_a_later_document_is_paged_by_the_next_page() -> None:
    shard = LedgerShard()
    assert leases(shard.hear(page("new"))) == []
    newcomer = Person(id="new", email="new@example.org")
    shard.configure(DOCUMENT.model_copy(update={"people": (ANA, newcomer)}), 2)
    assert leases(shard.hear(page("new", round_=2)))
