"""The first message leaves at once, what follows it soon leaves in one; each row ends once."""

import pytest

from services.notifier.core import Digest, content, recipient
from services.notifier.core.holding.bundles import MOST_MEMBERS
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptLeased,
    NotificationBundled,
    NotificationHeld,
    NotificationOpened,
    ReceiptNoted,
)
from shared.contracts.people import Hop, MethodLimits, PeopleDocument, PersonalRules, Rung
from shared.contracts.words import AttemptOutcome
from tests.support.ledger import (
    ANA,
    DOV,
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
    recall,
    receipt_of,
    redrive,
)

TWO_MINUTES = 120 * SECOND
LATER = T0 + TWO_MINUTES


def bundling(*rungs: Rung) -> LedgerShard:
    """A shard in which a first page has just left."""
    limits = {"email": MethodLimits(ladder=rungs, bundle_s=120)}
    shard = LedgerShard(PeopleDocument.model_validate({"people": (ANA, DOV), "limits": limits}))
    (lease,) = leases(shard.hear(page(cycle=1)))
    shard.hear(outcome_of(lease, "accepted"))
    return shard


def digest_of(shard: LedgerShard, *cycles: int) -> AttemptLeased:
    """The lease of the digest that carries the pages of these cycles."""
    for cycle in cycles:
        assert leases(shard.hear(page(cycle=cycle))) == []
    (lease,) = leases(shard.wait(TWO_MINUTES))
    assert set(lease.members) == {page(cycle=cycle).page_id for cycle in cycles}
    return lease


def end_of(facts: list[Event]) -> dict[str, str]:
    return {end.notification_id: end.end for end in ends(facts)}


def test_what_follows_a_message_is_held_from_the_message_on_and_not_from_itself() -> None:
    shard = bundling()
    shard.wait(100 * SECOND)
    _, held = shard.hear(page(cycle=2))
    assert isinstance(held, NotificationHeld)
    assert (held.why, held.until_ms) == ("bundle", LATER)


def test_one_that_stays_alone_leaves_as_what_it_is() -> None:
    shard = bundling()
    shard.hear(page(cycle=2))
    (lease,) = leases(shard.wait(TWO_MINUTES))
    assert (lease.notification_id, lease.members) == (page(cycle=2).page_id, ())


@pytest.mark.parametrize("taken_over", [False, True])
def test_several_leave_in_one_digest_which_says_all_of_them(*, taken_over: bool) -> None:
    shard = bundling()
    asked = [page(cycle=cycle) for cycle in (2, 3, 4)]
    for each in asked:
        shard.hear(each)
        if taken_over:
            shard.reload()
    told = shard.wait(TWO_MINUTES)
    opened, *bundled, lease = told
    assert isinstance(opened, NotificationOpened)
    assert opened.notification_id == f"digest:ana:email:{LATER}"
    assert opened.members == tuple(each.page_id for each in asked)
    assert {one.carrier for one in bundled if isinstance(one, NotificationBundled)} == {
        opened.notification_id
    }
    assert isinstance(lease, AttemptLeased)
    assert lease.members == opened.members
    assert content(shard.state, opened.notification_id) == Digest(tuple(asked))


@pytest.mark.parametrize("purpose", ["opening", "recovery"])
def test_openings_and_recoveries_wait_for_no_company(purpose: str) -> None:
    shard = bundling()
    asked = notice(sequence=1 if purpose == "opening" else 2).model_copy(
        update={"purpose": purpose}
    )
    assert len(leases(shard.hear(asked))) == 1


def test_updates_wait_for_company_also_that_of_pages() -> None:
    shard = bundling()
    update = notice(sequence=2)
    assert leases(shard.hear(update)) == []
    shard.hear(page(cycle=2))
    (lease,) = leases(shard.wait(TWO_MINUTES))
    assert lease.members == (page(cycle=2).page_id, update.notice_id)


def test_another_person_waits_for_nothing() -> None:
    assert leases(bundling().hear(page("dov", cycle=2)))


def test_a_row_waits_for_company_once_however_much_else_leaves_meanwhile() -> None:
    shard = bundling()
    shard.hear(page(cycle=2))
    shard.wait(100 * SECOND)
    assert leases(shard.hear(notice()))
    (lease,) = leases(shard.wait(20 * SECOND))
    assert lease.notification_id == page(cycle=2).page_id


def test_a_message_is_not_held_back_by_its_own_first_try() -> None:
    limits = {"email": MethodLimits(bundle_s=120)}
    shard = LedgerShard(PeopleDocument.model_validate({"people": (ANA,), "limits": limits}))
    (lease,) = leases(shard.hear(page(cycle=1)))
    shard.hear(outcome_of(lease, "transient"))
    assert [one.number for one in leases(shard.wait(7 * SECOND))] == [2]


def test_a_message_that_never_left_keeps_nobody_waiting() -> None:
    limits = {"email": MethodLimits(bundle_s=120)}
    shard = LedgerShard(PeopleDocument.model_validate({"people": (ANA,), "limits": limits}))
    (lease,) = leases(shard.hear(page(cycle=1)))
    shard.hear(outcome_of(lease, "not_sent"))
    assert leases(shard.hear(page(cycle=2)))


@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        ("accepted", "accepted"),
        ("delivered", "delivered"),
        ("refused", "dead_lettered"),
        ("bad_recipient", "dead_lettered"),
    ],
)
@pytest.mark.parametrize("taken_over", [False, True])
def test_each_member_ends_once_as_its_digest_does(
    outcome: AttemptOutcome, end: str, *, taken_over: bool
) -> None:
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    if taken_over:
        shard.reload()
    told = end_of(shard.hear(outcome_of(lease, outcome)))
    assert told == dict.fromkeys((lease.notification_id, *lease.members), end)
    assert ends(shard.hear(outcome_of(lease, outcome))) == []


def test_the_end_of_a_member_says_by_what_it_was_carried() -> None:
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    told = ends(shard.hear(outcome_of(lease, "refused", detail="550")))
    assert {end.reason for end in told} == {
        "refused: 550",
        f"{lease.notification_id}: refused: 550",
    }


def test_a_member_recalled_before_the_next_lease_is_not_in_it() -> None:  # E2
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    shard.hear(outcome_of(lease, "transient"))
    assert end_of(shard.hear(recall(cycle=2))) == {page(cycle=2).page_id: "superseded"}
    (again,) = leases(shard.wait(7 * SECOND))
    assert again.members == (page(cycle=3).page_id,)
    assert again.message_id == lease.message_id
    assert content(shard.state, lease.notification_id) == Digest((page(cycle=3),))


def test_a_page_recalled_while_it_is_held_is_not_told() -> None:
    shard = bundling()
    for cycle in (2, 3, 4):
        shard.hear(page(cycle=cycle))
    shard.hear(recall(cycle=3))
    (lease,) = leases(shard.wait(TWO_MINUTES))
    assert lease.members == (page(cycle=2).page_id, page(cycle=4).page_id)


def test_a_digest_of_which_nothing_is_left_ends_at_once_also_while_it_is_on_its_way() -> None:
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    assert lease.notification_id not in end_of(shard.hear(acknowledgement(cycle=2)))
    told = end_of(shard.hear(acknowledgement(cycle=3)))
    assert told == {page(cycle=3).page_id: "superseded", lease.notification_id: "superseded"}
    assert leases(shard.wait(HOUR)) == []


def test_news_that_newer_news_replaced_leaves_the_digest_before_its_next_try() -> None:
    # given a digest of an update and a page that could not be sent
    shard = bundling()
    old = notice(sequence=2)
    shard.hear(old)
    shard.hear(page(cycle=2))
    (lease,) = leases(shard.wait(TWO_MINUTES))
    shard.hear(outcome_of(lease, "transient"))
    # when newer news comes, then it leaves by itself later, and the digest without the old
    shard.hear(notice(sequence=3))
    told = shard.wait(7 * SECOND)
    assert end_of(told) == {old.notice_id: "superseded"}
    assert [one.members for one in leases(told)] == [(page(cycle=2).page_id,)]


def test_a_digest_lives_as_long_as_the_last_that_it_carries() -> None:
    shard = bundling()
    shard.hear(page(cycle=2, expires_ms=HOUR))
    shard.hear(page(cycle=3, expires_ms=2 * HOUR))
    (lease,) = leases(shard.wait(TWO_MINUTES))
    told: list[Event] = []
    while shard.now < T0 + 3 * HOUR:
        for attempt in leases(told[-1:]) or ([lease] if not told else []):
            told += shard.hear(outcome_of(attempt, "transient"))
        told += shard.wait(SECOND)
    when = {end.notification_id: (end.end, end.at_ms) for end in ends(told)}
    assert when[page(cycle=3).page_id] == when[lease.notification_id]
    assert when[lease.notification_id] == ("expired", T0 + 2 * HOUR)
    end, at_ms = when[page(cycle=2).page_id]
    assert end == "expired"
    assert T0 + HOUR <= at_ms <= T0 + HOUR + 10 * 60 * SECOND  # when it was to be tried next


def test_a_digest_in_doubt_leaves_its_members_in_doubt() -> None:
    shard = bundling()
    digest_of(shard, 2, 3)
    shard.wait(31 * SECOND)
    assert shard.state.notifications[page(cycle=2).page_id].in_doubt
    (again,) = leases(shard.facts)[-1:]
    assert again.possible_repeat


def test_a_page_that_may_have_arrived_is_not_said_again_in_a_digest() -> None:
    # given a page in doubt whose repeat the rate delays, and two others that it delays, too
    shard = bundling(Rung(most=2, within_s=900))
    (lease,) = leases(shard.hear(notice()))
    shard.wait(31 * SECOND)  # in doubt
    shard.hear(page(cycle=2))
    shard.hear(page(cycle=3))
    together = [one for one in leases(shard.wait(HOUR)) if one.members]
    assert together
    assert all(lease.notification_id not in one.members for one in together)


def test_a_digest_of_pages_goes_before_one_of_updates() -> None:
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    shard.hear(outcome_of(lease, "accepted"))
    for channel in ("chat", "voice"):
        shard.hear(notice(incident_id=f"{channel}-1", sequence=2))
    (updates,) = leases(shard.wait(TWO_MINUTES))
    assert (lease.priority, updates.priority) == (0, 9)


def test_what_the_rate_delays_leaves_in_one_when_there_is_a_place() -> None:
    shard = bundling(Rung(most=1, within_s=900))
    for cycle in (2, 3):
        shard.hear(page(cycle=cycle))
    told = shard.wait(900 * SECOND)
    (lease,) = leases(told)
    assert len(lease.members) == 2
    assert lease.at_ms == T0 + 900 * SECOND


def test_more_than_a_digest_takes_leave_in_several_one_after_the_other() -> None:
    shard = bundling()
    for cycle in range(2, MOST_MEMBERS + 12):
        shard.hear(page(cycle=cycle))
    told = leases(shard.wait(TWO_MINUTES))
    assert [len(lease.members) for lease in told] == [MOST_MEMBERS]
    told = leases(shard.wait(TWO_MINUTES))
    rest = [lease for lease in told if len(lease.members) == 10]
    assert [lease.at_ms for lease in rest] == [LATER + TWO_MINUTES]


def test_a_digest_that_fails_says_the_same_again_under_the_same_name() -> None:
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    shard.hear(outcome_of(lease, "transient"))
    shard.reload()
    (again,) = leases(shard.wait(7 * SECOND))
    assert (again.message_id, again.members) == (lease.message_id, lease.members)
    assert (again.number, again.possible_repeat) == (2, False)


def test_a_digest_is_forgotten_like_any_row() -> None:
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    shard.hear(outcome_of(lease, "accepted"))
    shard.wait(60 * HOUR)
    assert (shard.state.notifications, shard.state.targets) == ({}, {})


def test_a_message_that_is_asked_for_twice_is_carried_once() -> None:
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    assert shard.hear(page(cycle=2)) == []
    shard.hear(outcome_of(lease, "accepted"))
    assert shard.hear(page(cycle=2)) == []


def test_a_row_that_left_by_itself_is_in_no_later_digest() -> None:
    # given a page that was held, left alone, and waits for its provider
    shard = bundling()
    shard.hear(page(cycle=2))
    (alone,) = leases(shard.wait(TWO_MINUTES))
    shard.hear(outcome_of(alone, "blocked", retry_after_ms=HOUR))
    # when others have to wait for company, then they leave without it
    (opening,) = leases(shard.hear(notice()))
    shard.hear(outcome_of(opening, "accepted"))
    for cycle in (3, 4):
        shard.hear(page(cycle=cycle))
    (digest,) = leases(shard.wait(TWO_MINUTES))
    assert digest.members == (page(cycle=3).page_id, page(cycle=4).page_id)


def test_an_opening_leaves_alone_also_while_others_wait() -> None:
    shard = bundling()
    for cycle in (2, 3):
        shard.hear(page(cycle=cycle))
    (lease,) = leases(shard.hear(notice()))
    assert (lease.notification_id, lease.members) == (notice().notice_id, ())


def test_who_was_told_in_a_digest_is_told_of_the_end_by_the_same_address() -> None:
    # given an update that reached Ana in a digest, and a document that does not name her any more
    shard = bundling()
    shard.hear(notice(sequence=2))
    lease = digest_of_both(shard)
    shard.hear(outcome_of(lease, "accepted"))
    shard.configure(PeopleDocument(people=(DOV,)), 2)
    # then the recovery still finds her
    (over,) = leases(shard.hear(notice(sequence=3, purpose="recovery")))
    told = recipient(shard.state, over.notification_id)
    assert told is not None
    assert told.email == ANA.email


def digest_of_both(shard: LedgerShard) -> AttemptLeased:
    """With one page more, whatever waits leaves in a digest."""
    shard.hear(page(cycle=9))
    (lease,) = leases(shard.wait(TWO_MINUTES))
    assert page(cycle=9).page_id in lease.members
    return lease


def chained() -> tuple[LedgerShard, AttemptLeased]:
    """Two pages by her own rules, in one digest by mail; a webhook is their second hop."""
    hops = (Hop(method="email", succeed_by_s=900), Hop(method="webhook"))
    both = {"webhook": "https://hooks.example.org/ana", "rules": PersonalRules(high=hops)}
    limits = {"email": MethodLimits(bundle_s=120)}
    document = {"people": (ANA.model_copy(update=both),), "limits": limits}
    shard = LedgerShard(PeopleDocument.model_validate(document))
    (lease,) = leases(shard.hear(page(cycle=1)))
    shard.hear(outcome_of(lease, "accepted"))
    for cycle in (2, 3):
        shard.hear(page(cycle=cycle, method="rules"))
    (lease,) = leases(shard.wait(TWO_MINUTES))
    assert len(lease.members) == 2
    return shard, lease


def second_hops(facts: list[Event]) -> set[str]:
    return {lease.notification_id for lease in leases(facts) if lease.method == "webhook"}


@pytest.mark.parametrize("outcome", ["refused", "blocked"])
def test_where_a_digest_cannot_go_each_of_its_members_goes_another_way_at_once(
    outcome: AttemptOutcome,
) -> None:
    shard, lease = chained()
    told = shard.hear(outcome_of(lease, outcome, retry_after_ms=HOUR))
    assert second_hops(told) == {f"{one}+2" for one in lease.members}


def test_a_digest_that_did_not_arrive_after_all_sends_its_members_another_way() -> None:
    shard, lease = chained()
    shard.hear(outcome_of(lease, "accepted"))
    told = shard.hear(receipt_of(lease, "undelivered"))
    assert second_hops(told) == {f"{one}+2" for one in lease.members}
    assert {fact.status for fact in told if isinstance(fact, ReceiptNoted)} == {"undelivered"}
    assert shard.hear(receipt_of(lease, "undelivered")) == []


def test_a_member_whose_other_hop_got_through_leaves_the_digest_before_its_next_try() -> None:
    # given a digest on its way, and a second hop of one member that gets through
    shard, lease = chained()
    shard.hear(outcome_of(lease, "blocked", retry_after_ms=60 * SECOND))
    first = lease.members[0]
    (other,) = (it for it in leases(shard.facts) if it.notification_id == f"{first}+2")
    shard.hear(outcome_of(other, "accepted"))
    # when the digest may leave again, then it says the other one alone
    (again,) = (it for it in leases(shard.wait(60 * SECOND)) if it.members)
    assert again.members == lease.members[1:]


def test_a_member_that_is_sent_again_by_hand_goes_by_itself() -> None:
    shard = bundling()
    lease = digest_of(shard, 2, 3)
    shard.hear(outcome_of(lease, "refused"))
    (again,) = leases(shard.hear(redrive(page(cycle=2).page_id)))
    assert (again.notification_id, again.members) == (page(cycle=2).page_id, ())
    (end,) = ends(shard.hear(outcome_of(again, "accepted")))
    assert end.end == "accepted"


def test_a_message_of_which_the_provider_told_is_not_said_again_in_a_digest() -> None:
    # given a page that seemed not to be sent, though its provider tells of it, and a full ladder
    shard = bundling(Rung(most=2, within_s=900))
    shard.wait(TWO_MINUTES)
    (lease,) = leases(shard.hear(page(cycle=2)))
    shard.hear(outcome_of(lease, "not_sent"))
    shard.hear(receipt_of(lease, "undelivered"))
    (opening,) = leases(shard.hear(notice()))
    shard.hear(outcome_of(opening, "accepted"))
    for cycle in (3, 4):
        shard.hear(page(cycle=cycle))
    # when there is a place again, then the digest says the other two
    (digest, *_) = (one for one in leases(shard.wait(HOUR)) if one.members)
    assert digest.members == (page(cycle=3).page_id, page(cycle=4).page_id)
