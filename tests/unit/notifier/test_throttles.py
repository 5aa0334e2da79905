"""What a provider asked for holds for all that goes to the same person by the same method."""

import pytest

from shared.contracts.event import Event
from shared.contracts.notification import AttemptInDoubt
from shared.contracts.people import PeopleDocument
from shared.contracts.words import AttemptOutcome
from tests.support.ledger import (
    ANA,
    HOUR,
    ROOM,
    SECOND,
    LedgerShard,
    acknowledgement,
    ends,
    leases,
    notice,
    outcome_of,
    page,
    recall,
)

MINUTE = 60 * SECOND


def throttled(asked: Event | None = None, wait_ms: int = HOUR) -> LedgerShard:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(asked or notice("room", method="webhook")))
    shard.hear(outcome_of(lease, "throttled", retry_after_ms=wait_ms))
    return shard


@pytest.mark.parametrize(
    "asked", [notice("room", method="webhook", sequence=2), page("room", method="webhook")]
)
@pytest.mark.parametrize("taken_over", [False, True])
def test_new_news_waits_as_the_provider_asked_and_leaves_then(
    asked: Event, taken_over: bool
) -> None:
    shard = throttled()
    if taken_over:
        shard.reload()
    assert leases(shard.hear(asked)) == []
    if taken_over:
        shard.reload()
    assert leases(shard.wait(HOUR - 1)) == []
    assert asked.event_id in {it.notification_id for it in leases(shard.wait(1))}


def test_what_waits_for_a_retry_waits_as_long() -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(page("room", method="webhook")))
    (second,) = leases(shard.hear(page("room", method="webhook", cycle=2)))
    shard.hear(outcome_of(first, "transient"))
    shard.hear(outcome_of(second, "throttled", retry_after_ms=MINUTE))
    shard.reload()
    assert leases(shard.wait(MINUTE - 1)) == []
    assert len(leases(shard.wait(1))) == 2


def test_a_lease_that_runs_out_meanwhile_is_in_doubt_and_waits() -> None:
    shard = LedgerShard()
    shard.hear(page("room", method="webhook"))
    (second,) = leases(shard.hear(page("room", method="webhook", cycle=2)))
    shard.hear(outcome_of(second, "throttled", retry_after_ms=MINUTE))
    told = shard.wait(MINUTE - 1)
    assert [type(fact) for fact in told] == [AttemptInDoubt]
    assert len(leases(shard.wait(1))) == 2


def test_nobody_else_and_no_other_method_waits() -> None:
    # given a person with both methods, whose webhook is throttled
    both = ROOM.model_copy(update={"email": "room@example.org"})
    shard = LedgerShard(PeopleDocument(people=(both, ANA)))
    (lease,) = leases(shard.hear(page("room", method="webhook")))
    shard.hear(outcome_of(lease, "throttled", retry_after_ms=HOUR))
    # when pages come for him by mail, and for somebody else, then they leave at once
    assert leases(shard.hear(page("room", method="email")))
    assert leases(shard.hear(page("ana")))


@pytest.mark.parametrize("outcome", ["transient", "not_sent", "unknown"])
def test_only_a_throttle_holds_back_what_is_new(outcome: AttemptOutcome) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("room", method="webhook")))
    shard.hear(outcome_of(lease, outcome, retry_after_ms=HOUR))
    assert leases(shard.hear(page("room", method="webhook", cycle=2)))


def test_a_throttle_counts_also_where_the_try_is_not_repeated() -> None:
    shard = LedgerShard()
    (opening,) = leases(shard.hear(notice("room", method="webhook")))
    (update,) = leases(shard.hear(notice("room", method="webhook", sequence=2)))
    shard.hear(outcome_of(update, "transient"))
    (end,) = ends(shard.hear(outcome_of(opening, "throttled", retry_after_ms=MINUTE)))
    assert end.end == "superseded"
    assert leases(shard.wait(MINUTE - 1)) == []
    assert len(leases(shard.wait(1))) == 1


def test_what_is_of_no_use_any_more_ends_at_once_in_spite_of_a_throttle() -> None:
    shard = throttled(page("room", method="webhook"))
    told = shard.hear(recall("room"))
    assert ends(told)[0].end == "superseded"
    asked = page("room", method="webhook", cycle=2, expires_ms=MINUTE)
    assert leases(shard.hear(asked)) == []
    (end,) = ends(shard.wait(MINUTE))
    assert (end.end, end.at_ms) == ("expired", asked.expires_at_ms)


def test_a_shorter_throttle_does_not_end_a_longer_one() -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(page("room", method="webhook")))
    (second,) = leases(shard.hear(page("room", method="webhook", cycle=2)))
    shard.hear(outcome_of(first, "throttled", retry_after_ms=HOUR))
    shard.hear(outcome_of(second, "throttled", retry_after_ms=MINUTE))
    assert leases(shard.wait(HOUR - 1)) == []
    assert len(leases(shard.wait(1))) == 2


def test_a_throttle_is_forgotten_when_it_is_over() -> None:
    shard = throttled(page("room", method="webhook"), MINUTE)
    shard.hear(acknowledgement("room"))
    assert shard.state.targets  # it lasts, though nothing is open
    shard.wait(MINUTE)
    (lease,) = leases(shard.hear(page("room", method="webhook", cycle=2)))
    shard.hear(outcome_of(lease, "accepted"))
    (target,) = shard.state.targets.values()
    assert (target.not_before_ms, target.asked_of, target.open) == (0, "", set())


def test_a_throttle_after_which_nothing_is_sent_is_forgotten_with_its_row() -> None:
    shard = throttled(page("room", method="webhook"), MINUTE)
    shard.hear(acknowledgement("room"))
    shard.reload()
    shard.wait(60 * HOUR)
    assert shard.state.targets == {}
