"""What each outcome of a try means: later, otherwise, shorter, once more, or never."""

import pytest

from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased, NotificationEnded, RetryScheduled
from shared.contracts.people import RetrySchedule
from shared.contracts.words import AttemptOutcome
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
)


def sent(asked: Event, **answers: object) -> tuple[LedgerShard, AttemptLeased]:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(asked))
    return shard, lease


def retry_of(facts: list[Event]) -> RetryScheduled:
    (retry,) = [fact for fact in facts if isinstance(fact, RetryScheduled)]
    return retry


def test_what_is_too_big_goes_again_at_once_and_shorter() -> None:
    shard, lease = sent(page("eva", method="sms"))
    told = shard.hear(outcome_of(lease, "too_big", detail="413"))
    (again,) = leases(told)
    assert (lease.shorter, again.shorter, again.at_ms) == (False, True, lease.at_ms)
    assert retry_of(told).outcome == "too_big"


def test_what_is_too_big_also_when_shorter_is_refused() -> None:
    shard, lease = sent(page("eva", method="sms"))
    (again,) = leases(shard.hear(outcome_of(lease, "too_big")))
    (end,) = ends(shard.hear(outcome_of(again, "too_big", detail="413")))
    assert (end.end, end.reason) == ("dead_lettered", "too_big: 413")


def test_what_was_found_too_big_stays_shorter_for_all_later_tries() -> None:
    shard, lease = sent(page("eva", method="sms"))
    (again,) = leases(shard.hear(outcome_of(lease, "too_big")))
    shard.hear(outcome_of(again, "transient"))
    shard.reload()
    (third,) = leases(shard.wait(20 * SECOND))
    assert third.shorter


@pytest.mark.parametrize("outcome", ["refused", "config", "bad_recipient"])
def test_what_later_never_helps_is_a_dead_letter_with_the_reason(outcome: AttemptOutcome) -> None:
    shard, lease = sent(page("eva", method="sms"))
    (end,) = ends(shard.hear(outcome_of(lease, outcome, detail="21211")))
    assert (end.end, end.reason) == ("dead_lettered", f"{outcome}: 21211")


@pytest.mark.parametrize("outcome", ["blocked", "not_sent"])
def test_what_was_not_written_goes_again_when_the_sender_said(outcome: AttemptOutcome) -> None:
    shard, lease = sent(page("eva", method="sms"))
    retry = retry_of(shard.hear(outcome_of(lease, outcome, retry_after_ms=2 * SECOND)))
    assert retry.retry_at_ms == shard.now + 2 * SECOND


def test_a_contact_method_may_have_waits_of_its_own() -> None:
    retries = RetrySchedule(waits_s=(5,), by_method={"sms": (100, 1000)})
    shard = LedgerShard(DOCUMENT.model_copy(update={"retries": retries}))
    for method, planned in (("sms", 100), ("email", 5)):
        (lease,) = leases(shard.hear(page("eva", method=method)))
        retry = retry_of(shard.hear(outcome_of(lease, "transient")))
        assert 0.8 * planned <= (retry.retry_at_ms - shard.now) / SECOND <= 1.2 * planned


def test_the_waits_of_many_tries_spread_over_two_fifths() -> None:
    shard = LedgerShard()
    waits = []
    for cycle in range(200):
        (lease,) = leases(shard.hear(page(cycle=cycle)))
        waits.append(retry_of(shard.hear(outcome_of(lease, "transient"))).retry_at_ms - shard.now)
    assert 4000 <= min(waits) < 4200
    assert 5800 < max(waits) <= 6000
    assert sum(waits) / len(waits) == pytest.approx(5000, rel=0.05)


# Said again: how often, in all, where every try ends in doubt. 0: for as long as it is of use.
OFTEN = 0


@pytest.mark.parametrize(
    ("method", "times_of"),  # of a page, an opening, an update, a recovery
    [
        ("webhook", (OFTEN, OFTEN, OFTEN, OFTEN)),
        ("pagerduty", (OFTEN, OFTEN, OFTEN, OFTEN)),
        ("opsgenie", (OFTEN, OFTEN, OFTEN, OFTEN)),
        ("email", (OFTEN, OFTEN, 2, OFTEN)),
        ("sms", (OFTEN, 2, 1, 2)),
        ("voice", (OFTEN, 2, 1, 2)),
        ("slack", (OFTEN, 2, 1, 2)),
        ("teams", (OFTEN, 2, 1, 2)),
        ("zoom", (OFTEN, 2, 1, 2)),
        ("statuspage", (OFTEN, 2, 1, 2)),
        ("apprise", (OFTEN, 2, 1, 2)),
    ],
)
@pytest.mark.parametrize("ending", ["told", "lease over"])
def test_what_may_have_arrived_is_said_again_as_its_provider_and_its_weight_allow(
    method: str, times_of: tuple[int, int, int, int], ending: str
) -> None:
    everywhere = dict.fromkeys(
        ("email", "webhook", "phone", "slack", "teams", "zoom", "pagerduty", "opsgenie",
         "statuspage", "apprise"),
        "there",
    )  # fmt: skip
    eva = DOCUMENT.people[0].model_copy(update={**everywhere, "id": "eva"})
    document = DOCUMENT.model_copy(update={"people": (eva,), "limits": {}})
    causes = (
        page("eva", method=method),
        notice("eva", method=method),
        notice("eva", method=method, sequence=2),
        notice("eva", method=method, sequence=3, purpose="recovery"),
    )
    for asked, times in zip(causes, times_of, strict=True):
        shard = LedgerShard(document)
        (lease,) = leases(shard.hear(asked))
        tries, told = 1, list[Event]()
        while tries < 6 and not ends(told):
            told = shard.hear(outcome_of(lease, "unknown")) if ending == "told" else []
            told = told + shard.wait(90 * SECOND if ending == "told" else 30 * SECOND)
            if found := leases(told):
                tries, lease = tries + 1, found[0]
                assert lease.possible_repeat
        assert tries == (times or 6), asked
        if times:
            (end,) = ends(told)
            assert (end.end, end.attempts, end.possible_repeats) == ("unknown", times, times - 1)
            assert "may have got through" in end.reason


def test_a_doubt_ends_nothing_as_unknown_that_newer_news_replaces() -> None:
    shard, lease = sent(notice("eva", method="slack", sequence=2))
    shard.hear(notice("eva", method="slack", sequence=3))
    (end,) = ends(shard.hear(outcome_of(lease, "unknown")))
    assert end.end == "superseded"


def test_a_message_that_is_known_to_be_unsent_is_no_repeat_that_counts() -> None:
    shard, lease = sent(notice("eva", method="slack"))
    shard.hear(outcome_of(lease, "unknown"))
    (second,) = leases(shard.wait(10 * SECOND))
    shard.hear(outcome_of(second, "transient"))
    (third,) = leases(shard.wait(20 * SECOND))
    assert third.possible_repeat


@pytest.mark.parametrize(
    ("asked", "priority"),
    [
        (page("eva", method="sms"), 0),
        (notice("eva", method="sms"), 0),
        (notice("eva", method="sms", sequence=2), 4),
        (notice("eva", method="sms", sequence=3, purpose="recovery"), 1),
    ],
)
def test_a_lease_says_what_goes_first(asked: Event, priority: int) -> None:
    _, lease = sent(asked)
    assert lease.priority == priority


def test_the_end_keeps_what_the_provider_calls_the_message() -> None:
    shard, lease = sent(page("eva", method="sms"))
    (end,) = ends(shard.hear(outcome_of(lease, "accepted", provider_id="SM1")))
    assert isinstance(end, NotificationEnded)
    assert end.provider_id == "SM1"


def test_an_outcome_of_an_unknown_end_that_comes_late_says_that_it_was_sent() -> None:
    shard, lease = sent(notice("eva", method="slack", sequence=2))
    assert ends(shard.hear(outcome_of(lease, "unknown")))[0].end == "unknown"
    (fact,) = shard.hear(outcome_of(lease, "accepted"))
    assert (fact.kind, fact.status) == ("receipt_noted", "sent")  # type: ignore[attr-defined]
    assert shard.hear(outcome_of(lease, "accepted")) == []
    assert leases(shard.wait(HOUR)) == []
