"""Personal rules as chains: one way after the other until one got through."""

import pytest

from services.notifier.core import notifier_core
from shared.contracts.notification import NotificationOpened, RetryScheduled
from shared.contracts.people import Hop, PeopleDocument, Person, PersonalRules
from shared.contracts.words import AttemptOutcome, Criterion, Severity
from tests.support.ledger import (
    DOCUMENT,
    EVA,
    HOUR,
    SECOND,
    LedgerShard,
    acknowledgement,
    ends,
    leases,
    notice,
    opened,
    outcome_of,
    page,
    recall,
    receipt_of,
)

MINUTE = 60 * SECOND


def paged(shard: LedgerShard, **changes: object) -> str:
    """Page Eva by her rules; the id of the chain."""
    asked = page("eva", method="rules").model_copy(update=changes)
    shard.hear(asked)
    return asked.page_id


def document_of(*hops: Hop, **person: object) -> PeopleDocument:
    rules = PersonalRules(high=hops, low=hops)
    eva = EVA.model_copy(update={"rules": rules, **person})
    return DOCUMENT.model_copy(update={"people": (eva,)})


def methods(rows: list[NotificationOpened]) -> list[str]:
    return [row.method for row in rows]


def test_a_page_by_rules_begins_with_the_first_hop_and_copies_all_of_them() -> None:
    shard = LedgerShard()
    chain = paged(shard)
    (row,) = opened(shard.facts)
    assert (row.notification_id, row.cause_id, row.hop, row.because) == (chain, chain, 1, "first")
    assert [(hop.method, hop.succeed_by_ms) for hop in row.hops] == [
        ("slack", 60 * SECOND),
        ("email", 120 * SECOND),
        ("voice", 60 * SECOND),
    ]
    assert [lease.method for lease in leases(shard.facts)] == ["slack"]


@pytest.mark.parametrize(
    ("severity", "method"), [("critical", "slack"), ("major", "slack"), ("minor", "email")]
)
def test_the_urgency_of_a_notice_is_that_of_its_severity(severity: Severity, method: str) -> None:
    shard = LedgerShard()
    shard.hear(notice("eva", method="rules", severity=severity))
    assert methods(opened(shard.facts)) == [method]


def test_an_explicit_method_is_a_chain_of_one_hop_in_spite_of_rules() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(page("eva", method="email")))
    shard.hear(outcome_of(lease, "refused"))
    shard.wait(5 * HOUR)
    (row,) = opened(shard.facts)
    assert (row.method, row.hops) == ("email", ())


def test_hops_that_cannot_reach_the_person_are_left_out() -> None:
    shard = LedgerShard(document_of(*EVA.rules.high, slack=None, phone=None))  # type: ignore[union-attr]  # she has some
    paged(shard)
    assert [hop.method for hop in opened(shard.facts)[0].hops] == ["email"]


def test_nothing_is_sent_to_an_address_that_had_to_be_confirmed_and_is_not() -> None:
    shard = LedgerShard(DOCUMENT.model_copy(update={"require_verified": True}))
    paged(shard)
    assert leases(shard.facts) == []
    assert ends(shard.facts)[0].end == "dead_lettered"


@pytest.mark.parametrize(
    ("person", "method"),
    [
        (Person(id="eva", email="e@example.org", phone="+31612345678"), "email"),
        (Person(id="eva", webhook="https://h.example.org", slack="U1"), "webhook"),
        (Person(id="eva", opsgenie="team", phone="+31612345678"), "sms"),
    ],
)
def test_who_has_no_rules_is_told_by_the_first_method_that_he_has(
    person: Person, method: str
) -> None:
    shard = LedgerShard(PeopleDocument(people=(person,)))
    paged(shard)
    assert [lease.method for lease in leases(shard.facts)] == [method]


@pytest.mark.parametrize(("person", "reason"), [("mute", "no_address"), ("nobody", "unknown")])
def test_who_has_no_method_at_all_is_a_dead_letter(person: str, reason: str) -> None:
    (end,) = ends(LedgerShard().hear(page(person, method="rules")))
    assert end.reason.startswith(reason)


@pytest.mark.parametrize("outcome", ["transient", "throttled", "unknown", None])
@pytest.mark.parametrize("taken_over", [False, True])
def test_the_next_hop_opens_when_the_one_before_it_has_not_succeeded_in_time(
    outcome: AttemptOutcome | None, taken_over: bool
) -> None:
    # given a page on its way, whose provider answers so, or not at all
    shard = LedgerShard()
    chain = paged(shard)
    if outcome:
        shard.hear(outcome_of(leases(shard.facts)[0], outcome, retry_after_ms=HOUR))
    if taken_over:
        shard.reload()
    # when its time has come, then the next hop opens, and not before
    assert opened(shard.wait(MINUTE - 1)) == []
    (row,) = opened(shard.wait(1))
    assert (row.notification_id, row.hop, row.because) == (f"{chain}+2", 2, "not_in_time")
    assert (row.method, row.page, row.cause_id) == ("email", opened(shard.facts)[0].page, chain)


def test_the_hop_before_goes_on_trying_until_a_later_one_gets_through() -> None:
    shard = LedgerShard()
    chain = paged(shard)
    shard.hear(outcome_of(leases(shard.facts)[0], "transient"))
    shard.wait(MINUTE)
    again = [lease for lease in leases(shard.facts) if lease.notification_id == chain]
    assert len(again) > 1
    shard.hear(outcome_of(again[-1], "transient"))

    (second,) = [one for one in leases(shard.facts) if one.notification_id == f"{chain}+2"]
    told = shard.hear(outcome_of(second, "accepted"))

    assert [(it.notification_id, it.end, it.reason) for it in ends(told)] == [
        (f"{chain}+2", "accepted", "accepted"),
        (chain, "superseded", "hop 2 got through"),
    ]
    assert opened(shard.wait(5 * HOUR)) == []


def test_an_earlier_hop_that_gets_through_after_all_ends_the_later_one() -> None:
    shard = LedgerShard()
    chain = paged(shard)
    first = leases(shard.facts)[0]
    (second,) = leases(shard.wait(MINUTE))[-1:]
    assert second.notification_id == f"{chain}+2"
    shard.hear(outcome_of(second, "transient"))
    told = ends(shard.hear(outcome_of(first, "accepted")))
    assert [(it.notification_id, it.end) for it in told] == [
        (chain, "accepted"),
        (f"{chain}+2", "superseded"),
    ]


@pytest.mark.parametrize("outcome", ["transient", "unknown", "throttled"])
def test_what_is_on_its_way_is_left_alone_and_not_tried_again_once_another_hop_got_through(
    outcome: AttemptOutcome,
) -> None:
    shard = LedgerShard(document_of(Hop(method="slack", succeed_by_s=10), Hop(method="email")))
    chain = paged(shard)
    first = leases(shard.facts)[0]
    (second,) = leases(shard.wait(10 * SECOND))
    assert [it.notification_id for it in ends(shard.hear(outcome_of(second, "accepted")))] == [
        f"{chain}+2"
    ]
    (end,) = ends(shard.hear(outcome_of(first, outcome)))
    assert (end.notification_id, end.end) == (chain, "superseded")
    assert leases(shard.wait(HOUR)) == []


@pytest.mark.parametrize("outcome", ["refused", "config", "bad_recipient"])
def test_the_next_hop_opens_at_once_where_later_never_helps(outcome: AttemptOutcome) -> None:
    shard = LedgerShard()
    chain = paged(shard)
    told = shard.hear(outcome_of(leases(shard.facts)[0], outcome))
    assert [(it.notification_id, it.end) for it in ends(told)] == [(chain, "dead_lettered")]
    assert [(it.notification_id, it.because) for it in opened(told)] == [(f"{chain}+2", "failed")]
    assert [it.notification_id for it in leases(told)] == [f"{chain}+2"]


def test_all_hops_that_fail_at_once_end_and_no_more_follows() -> None:
    shard = LedgerShard()
    paged(shard)
    for _ in range(3):
        shard.hear(outcome_of(leases(shard.facts)[-1], "refused"))
    assert methods(opened(shard.facts)) == ["slack", "email", "voice"]
    assert [end.end for end in ends(shard.facts)] == ["dead_lettered"] * 3
    assert opened(shard.wait(5 * HOUR)) == []


def test_a_blocked_row_waits_as_told_and_the_next_hop_opens_at_once() -> None:
    shard = LedgerShard()
    chain = paged(shard)
    told = shard.hear(outcome_of(leases(shard.facts)[0], "blocked", retry_after_ms=30 * SECOND))
    (retry,) = [fact for fact in told if isinstance(fact, RetryScheduled)]
    assert retry.retry_at_ms == shard.now + 30 * SECOND
    assert [(it.notification_id, it.because) for it in opened(told)] == [(f"{chain}+2", "blocked")]
    assert chain in {it.notification_id for it in leases(shard.wait(30 * SECOND))}


@pytest.mark.parametrize("event", [recall("eva"), acknowledgement("eva")])
def test_a_recall_or_acknowledgement_ends_the_whole_chain(event: object) -> None:
    shard = LedgerShard()
    chain = paged(shard)
    shard.hear(outcome_of(leases(shard.facts)[0], "transient"))
    shard.wait(MINUTE)
    told = shard.hear(event)  # type: ignore[arg-type]  # an event
    assert {it.notification_id for it in ends(told)} == {chain, f"{chain}+2"}
    assert leases(shard.wait(5 * HOUR)) == []
    assert opened(shard.facts)[-1].hop == 2


def test_no_hop_opens_by_time_after_a_recall_though_the_first_was_taken() -> None:
    by_receipt = Hop(method="slack", succeed_by_s=60, succeed_on="delivered")
    shard = LedgerShard(document_of(by_receipt, Hop(method="email")))
    paged(shard)
    shard.hear(outcome_of(leases(shard.facts)[0], "accepted"))
    shard.hear(recall("eva"))
    assert opened(shard.wait(5 * HOUR)) == []


@pytest.mark.parametrize("criterion", ["delivered", "read", "acknowledged"])
@pytest.mark.parametrize("taken_over", [False, True])
def test_what_was_taken_but_has_not_met_its_criterion_is_followed_at_its_time(
    criterion: Criterion, taken_over: bool
) -> None:
    first = Hop(method="slack", succeed_by_s=60, succeed_on=criterion)
    shard = LedgerShard(document_of(first, Hop(method="email")))
    chain = paged(shard)
    (end,) = ends(shard.hear(outcome_of(leases(shard.facts)[0], "accepted")))
    assert end.end == "accepted"
    if taken_over:
        shard.reload()
    assert opened(shard.wait(MINUTE - 1)) == []
    assert [it.notification_id for it in opened(shard.wait(1))] == [f"{chain}+2"]


@pytest.mark.parametrize(("criterion", "status"), [("delivered", "delivered"), ("read", "read")])
def test_a_receipt_in_time_meets_the_criterion(criterion: Criterion, status: str) -> None:
    first = Hop(method="slack", succeed_by_s=60, succeed_on=criterion)
    shard = LedgerShard(document_of(first, Hop(method="email")))
    paged(shard)
    (lease,) = leases(shard.facts)
    shard.hear(outcome_of(lease, "accepted"))
    shard.hear(receipt_of(lease, status))  # type: ignore[arg-type]  # one of its words
    assert opened(shard.wait(5 * HOUR)) == []


def test_a_refused_hop_is_followed_at_once_though_the_one_before_it_was_taken() -> None:
    # given: the first hop was taken and did not meet its criterion, so the second came
    shard = LedgerShard(
        document_of(
            Hop(method="slack", succeed_by_s=60, succeed_on="delivered"),
            Hop(method="email", succeed_by_s=60, succeed_on="delivered"),
            Hop(method="voice"),
        )
    )
    chain = paged(shard)
    shard.hear(outcome_of(leases(shard.facts)[0], "accepted"))
    (second,) = leases(shard.wait(61 * SECOND))
    # when
    facts = shard.hear(outcome_of(second, "refused"))
    # then: nobody knows that the first one arrived
    (third,) = opened(facts)
    assert (third.notification_id, third.method, third.because) == (f"{chain}+3", "voice", "failed")


def test_no_hop_opens_when_the_page_has_expired_by_its_time() -> None:
    shard = LedgerShard()
    paged(shard, expires_at_ms=shard.now + MINUTE)
    assert len(opened(shard.facts)) == 1
    assert opened(shard.wait(5 * HOUR)) == []


def test_each_new_page_starts_at_the_first_hop_again() -> None:
    shard = LedgerShard()
    paged(shard)
    shard.hear(outcome_of(leases(shard.facts)[0], "refused"))
    shard.hear(page("eva", method="rules", round_=2))
    assert methods(opened(shard.facts)) == ["slack", "email", "slack"]


def test_later_edits_of_the_rules_change_no_open_chain() -> None:
    shard = LedgerShard()
    paged(shard)
    shard.configure(document_of(Hop(method="voice")), 2)
    shard.wait(MINUTE)
    assert methods(opened(shard.facts)) == ["slack", "email"]


def test_a_chain_told_twice_is_one_chain() -> None:
    shard = LedgerShard()
    paged(shard)
    shard.wait(MINUTE)
    assert shard.hear(page("eva", method="rules")) == []


def test_pages_of_one_cycle_by_one_method_name_the_first_that_the_provider_took() -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(page("eva", method="slack")))
    shard.hear(outcome_of(first, "accepted", provider_id="1700000000.1"))
    (second,) = leases(shard.hear(page("eva", method="slack", round_=2)))
    shard.hear(outcome_of(second, "accepted", provider_id="1700000000.2"))
    shard.reload()
    (third,) = leases(shard.hear(page("eva", method="slack", round_=3)))
    assert [it.thread for it in (first, second, third)] == ["", "1700000000.1", "1700000000.1"]
    (other,) = leases(shard.hear(page("eva", method="slack", cycle=2)))
    (by_mail,) = leases(shard.hear(page("eva", method="email", round_=4)))
    assert (other.thread, by_mail.thread) == ("", "")


def test_the_deadline_of_a_hop_is_kept_by_another_process() -> None:
    shard = LedgerShard()
    paged(shard)
    shard.hear(outcome_of(leases(shard.facts)[0], "throttled", retry_after_ms=HOUR))
    due = notifier_core.deadline(shard.state)
    assert due == shard.now + MINUTE
    shard.reload()
    assert notifier_core.deadline(shard.state) == due
    assert shard.state.next_hops.first() is not None


def test_nothing_of_a_chain_is_remembered_for_ever() -> None:
    shard = LedgerShard()
    paged(shard)
    shard.wait(5 * HOUR)
    for lease in leases(shard.facts):
        shard.hear(outcome_of(lease, "refused"))
    shard.wait(15 * 24 * HOUR)
    assert (shard.state.notifications, shard.state.targets, shard.state.roots) == ({}, {}, {})
    assert notifier_core.deadline(shard.state) is None
