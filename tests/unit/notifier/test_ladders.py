"""How much one address takes: rungs, bursts, the spread after them, and the place that is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.core.holding.ladders import free_at_ms
from services.notifier.core.holding.recent import REMEMBERED_MS, Recent
from shared.contracts.notification import AttemptInDoubt, NotificationHeld
from shared.contracts.people import SMS_LADDER, MethodLimits, PeopleDocument, Rung
from shared.contracts.words import AttemptOutcome
from tests.support.ledger import (
    ANA,
    HOUR,
    SECOND,
    T0,
    LedgerShard,
    acknowledgement,
    ends,
    leases,
    notice,
    outcome_of,
    page,
)

MINUTE = 60 * SECOND
FIVE_IN_15_MIN = (Rung(most=5, within_s=900),)


def tried(*at_ms: int) -> Recent:
    recent = Recent()
    for number, at in enumerate(at_ms):
        recent.add(at, f"row {number}")
    return recent


def free_at(*at_ms: int, now: int, urgent: bool = True) -> int:
    return free_at_ms(SMS_LADDER, tried(*at_ms), now, urgent=urgent)


def test_a_burst_of_the_first_rung_leaves_at_once_and_the_next_one_when_the_first_is_old() -> None:
    assert free_at(0, 0, 0, 0, now=1) == 1
    assert free_at(0, 1, 2, 3, 4, now=5) == 15 * MINUTE
    assert free_at(0, 1, 2, 3, 4, now=15 * MINUTE) == 15 * MINUTE


def test_what_an_hour_allows_beyond_the_burst_is_spread_evenly_over_the_rest_of_it() -> None:
    # given 11 an hour, 5 of them as a burst: 6 more in 45 minutes, one each 450 s
    burst = [0] * 5
    assert free_at(*burst, 15 * MINUTE, now=16 * MINUTE) == 15 * MINUTE + 450 * SECOND
    sixth_and_seventh = (15 * MINUTE, 15 * MINUTE + 450 * SECOND)
    assert free_at(*burst, *sixth_and_seventh, now=23 * MINUTE) == 15 * MINUTE + 900 * SECOND


def test_who_had_fewer_than_the_spread_allows_has_not_lost_them() -> None:
    burst = [0] * 5
    assert free_at(*burst, now=50 * MINUTE) == 50 * MINUTE
    assert free_at(*burst, 50 * MINUTE, now=50 * MINUTE) == 50 * MINUTE


def test_the_last_place_of_a_rung_is_kept_for_what_is_urgent() -> None:
    assert free_at(0, 1, 2, 3, now=4, urgent=False) == 15 * MINUTE
    assert free_at(0, 1, 2, 3, now=4, urgent=True) == 4


def test_a_rung_of_one_message_lets_also_others_through() -> None:
    one = (Rung(most=1, within_s=60),)
    assert free_at_ms(one, tried(), 0, urgent=False) == 0
    assert free_at_ms(one, tried(0), 1, urgent=False) == MINUTE


def test_rungs_count_in_any_order_and_of_equal_ones_the_stricter() -> None:
    rungs = (Rung(most=9, within_s=900), Rung(most=3, within_s=900), Rung(most=2, within_s=60))
    assert free_at_ms(rungs, tried(0, 1), 2, urgent=True) == MINUTE
    assert free_at_ms(rungs, tried(0, 1, 2), MINUTE + 2, urgent=True) == 15 * MINUTE


RUNGS = st.lists(
    st.builds(Rung, most=st.integers(1, 6), within_s=st.integers(1, 90)), min_size=1, max_size=3
)


@settings(max_examples=300, deadline=None)
@given(RUNGS, st.lists(st.tuples(st.integers(0, 40_000), st.booleans()), max_size=40))
def test_no_window_ever_holds_more_than_its_rung(
    rungs: list[Rung], asked: list[tuple[int, bool]]
) -> None:
    recent, sent, now = Recent(), [], 0
    for number, (pause_ms, urgent) in enumerate(asked):
        now += pause_ms
        while (free_ms := free_at_ms(rungs, recent, now, urgent=urgent)) > now:
            now = free_ms  # strictly later each time, so this ends
        recent.add(now, str(number))
        sent.append(now)
    for rung in rungs:
        for first, beyond in zip(sent, sent[rung.most :], strict=False):
            assert beyond - first >= rung.within_s * 1000


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 60), st.lists(st.integers(0, 600_000), max_size=60))
def test_whatever_was_sent_of_the_rest_what_is_urgent_leaves_at_once(
    spare: int, pauses_ms: list[int]
) -> None:
    recent, now = Recent(), 0
    for number, pause_ms in enumerate(pauses_ms):
        now += pause_ms
        if free_at_ms(SMS_LADDER, recent, now, urgent=False) == now:
            recent.add(now, str(number))
    now += spare * SECOND
    assert free_at_ms(SMS_LADDER, recent, now, urgent=True) == now


def test_tries_of_yesterday_are_dropped_and_counted_nowhere() -> None:
    recent = tried(0, 1, REMEMBERED_MS)
    assert recent.tries == [(1, "row 1"), (REMEMBERED_MS, "row 2")]
    recent.drop(1, "row 1")
    recent.drop(1, "row 1")  # known no more
    assert recent.after(0) == [REMEMBERED_MS]


def limited(*rungs: Rung) -> LedgerShard:
    return LedgerShard(PeopleDocument(people=(ANA,), limits={"email": MethodLimits(ladder=rungs)}))


def pages(shard: LedgerShard, *cycles: int, outcome: AttemptOutcome = "accepted") -> None:
    for cycle in cycles:
        for lease in leases(shard.hear(page(cycle=cycle))):
            shard.hear(outcome_of(lease, outcome))


@pytest.mark.parametrize("taken_over", [False, True])
def test_a_page_beyond_the_rung_is_held_as_delayed_by_the_rate_and_leaves_then(
    *, taken_over: bool
) -> None:
    # given five pages that left
    shard = limited(*FIVE_IN_15_MIN)
    pages(shard, 1, 2, 3, 4, 5)
    if taken_over:
        shard.reload()
    # when a sixth comes, then the ledger says that the rate delays it, and until when
    _, held = shard.hear(page(cycle=6))
    assert isinstance(held, NotificationHeld)
    assert (held.why, held.until_ms) == ("rate", T0 + 15 * MINUTE)
    if taken_over:
        shard.reload()
    assert leases(shard.wait(15 * MINUTE - 1)) == []
    (lease,) = leases(shard.wait(1))
    assert lease.notification_id == page(cycle=6).page_id


def test_updates_leave_a_place_to_the_next_opening() -> None:
    shard = limited(*FIVE_IN_15_MIN)
    for number in range(5):
        asked = notice(incident_id=f"chat{number}-1", sequence=2)
        for lease in leases(shard.hear(asked)):
            shard.hear(outcome_of(lease, "accepted"))
    assert len(leases(shard.facts)) == 4
    (lease,) = leases(shard.hear(notice(incident_id="voice-1")))
    assert lease.priority == 0


def test_what_never_left_uses_no_place() -> None:
    # given a provider that was down for five tries
    shard = limited(*FIVE_IN_15_MIN)
    pages(shard, 1, 2, 3, 4, 5, outcome="transient")
    assert len(leases(shard.facts)) == 5
    # then the sixth page does not wait for it, also after a restart
    shard.reload()
    assert len(leases(shard.hear(page(cycle=6)))) == 1


def test_what_the_provider_refused_uses_no_place() -> None:
    shard = limited(*FIVE_IN_15_MIN)
    pages(shard, 1, 2, 3, 4, 5, outcome="refused")
    assert len(leases(shard.hear(page(cycle=6)))) == 1


def test_a_try_in_doubt_uses_its_place() -> None:
    shard = limited(Rung(most=1, within_s=900))
    shard.hear(page(cycle=1))
    shard.wait(31 * SECOND)  # the lease ran out
    shard.hear(acknowledgement(cycle=1))
    assert leases(shard.hear(page(cycle=2))) == []


def test_a_retry_waits_for_its_place_like_anything_else() -> None:
    shard = limited(Rung(most=1, within_s=900))
    shard.hear(page(cycle=1))
    told = shard.wait(10 * MINUTE)
    assert [type(fact) for fact in told] == [AttemptInDoubt, NotificationHeld]
    (lease,) = leases(shard.wait(5 * MINUTE))
    assert (lease.number, lease.possible_repeat) == (2, True)


def test_a_repeat_does_not_keep_the_places_from_what_was_never_tried() -> None:
    # given a page that is in doubt again and again, and takes every place
    shard = limited(Rung(most=1, within_s=600))
    shard.hear(page(cycle=1))
    shard.wait(31 * SECOND)
    # when another one comes, and an opening, then all are tried in turn
    shard.hear(page(cycle=2))
    shard.hear(notice(purpose="recovery"))
    tried = [lease.notification_id for lease in leases(shard.wait(20 * MINUTE))]
    assert set(tried) == {page(cycle=2).page_id, notice().notice_id}


def test_what_is_held_ends_when_it_expires_and_not_later() -> None:
    shard = limited(Rung(most=1, within_s=7200))
    pages(shard, 1)
    shard.hear(page(cycle=2, expires_ms=HOUR))
    (end,) = ends(shard.wait(HOUR))
    assert (end.end, end.at_ms) == ("expired", T0 + HOUR)


def test_by_default_phones_have_ladders_and_mailboxes_have_none() -> None:
    limits = PeopleDocument(people=()).limits
    assert set(limits) == {"sms", "voice"}
    assert [rung.most for rung in limits["sms"].ladder] == [5, 11, 21]
    assert [rung.most for rung in limits["voice"].ladder] == [3, 7, 15]
