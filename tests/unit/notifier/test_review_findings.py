"""What a review found: orders of events, sizes and faults that nobody had thought of."""

import json
from itertools import islice
from pathlib import Path

import pytest

from services.notifier.adapters.sending.breaker import Breaker
from services.notifier.adapters.sending.buckets import Rate
from services.notifier.adapters.sending.kept_rests import KeptRests
from services.notifier.adapters.sending.line import Line, Ticket
from services.notifier.adapters.sending.rates import Rates
from services.notifier.core import notifier_core
from shared.clock import SystemClock
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased, NotificationBundled, NotificationHeld
from shared.contracts.people import (
    Inhibition,
    Matcher,
    MethodLimits,
    PeopleDocument,
    Person,
    QuietHours,
    Recipient,
    RetrySchedule,
    Route,
)
from shared.contracts.rooms import AlertRouted, GroupFlushed
from shared.contracts.troubles import TroubleReported
from tests.support.ledger import (
    ANA,
    EVA,
    HOUR,
    SECOND,
    LedgerShard,
    ends,
    leases,
    notice,
    outcome_of,
    page,
    recall,
    receipt_of,
    redrive,
    tick,
)

FLOOR = Person(id="floor", email="floor@example.org")
ROOMS = Route(receiver="floor", group_by=("queue",), group_wait_s=30, group_interval_s=300)
ON_CHAT = (Matcher(label="channel", value="chat"),)
ON_MAIL = (Matcher(label="channel", value="email"),)
MAIL_BUNDLES = PeopleDocument(
    people=(ANA,),
    retries=RetrySchedule(waits_s=(5,), lease_s=30),
    limits={"email": MethodLimits(bundle_s=60)},
)


def with_rooms(*inhibitions: Inhibition, tree: Route = ROOMS) -> PeopleDocument:
    return PeopleDocument(
        people=(ANA, FLOOR),
        retries=RetrySchedule(waits_s=(60,)),
        rooms=tree,
        inhibitions=inhibitions,
    )


def spread(shard: LedgerShard, facts: list[Event]) -> list[Event]:
    """Let the rooms hear what was told of alerts, which stands in the same log."""
    told = list(facts)
    for fact in facts:
        if isinstance(fact, AlertRouted):
            told += shard.hear(fact)
    return told


def to_floor(facts: list[Event]) -> list[AttemptLeased]:
    return [it for it in leases(facts) if it.person == "floor"]


def flushed(facts: list[Event]) -> list[GroupFlushed]:
    return [fact for fact in facts if isinstance(fact, GroupFlushed)]


# -- what is held


def a_storm(shard: LedgerShard, number: int) -> None:
    """One page leaves, the others wait for company."""
    (first,) = leases(shard.hear(page(cycle=1)))
    shard.hear(outcome_of(first, "accepted"))
    for cycle in range(2, number + 2):
        shard.hear(page(cycle=cycle))


def test_more_than_two_digests_full_of_pages_do_not_keep_a_tick_busy_for_ever() -> None:
    shard = LedgerShard(MAIL_BUNDLES)
    a_storm(shard, 350)
    due = notifier_core.deadline(shard.state)
    assert due is not None
    told = 0
    for told, fact in enumerate(  # noqa: B007 - counted, so that a defect ends the test
        islice(notifier_core.decide(shard.state, tick(due), due), 5_000)
    ):
        notifier_core.evolve(shard.state, fact)
    assert told < 1_000
    next_due = notifier_core.deadline(shard.state)
    assert next_due is not None
    assert next_due > due


def test_a_storm_leaves_digest_after_digest_and_each_page_is_put_off_once_or_twice() -> None:
    shard = LedgerShard(MAIL_BUNDLES)
    a_storm(shard, 1_050)
    digests: list[AttemptLeased] = []
    held = 0
    for _ in range(12):
        told = shard.wait(60 * SECOND)
        held += len([it for it in told if isinstance(it, NotificationHeld)])
        for lease in leases(told):
            digests.append(lease)
            shard.hear(outcome_of(lease, "accepted"))
    said = [one for lease in digests for one in lease.members]
    assert len(said) == len(set(said)) == 1_050
    assert max(len(lease.members) for lease in digests) == 100
    assert held <= 2 * 1_050


def test_a_digest_that_came_back_and_then_arrived_has_arrived_for_all_that_it_carried() -> None:
    shard = LedgerShard(MAIL_BUNDLES)
    a_storm(shard, 2)
    (lease,) = leases(shard.wait(61 * SECOND))
    shard.hear(receipt_of(lease, "undelivered"))
    told = shard.hear(outcome_of(lease, "transient")) + shard.wait(10 * SECOND)
    (again,) = leases(told)
    shard.hear(outcome_of(again, "accepted"))
    rows = [shard.state.notifications[one] for one in again.members]
    assert [row.may_have_arrived for row in rows] == [True, True]


def test_a_page_sent_again_by_itself_hears_nothing_more_of_the_digest_that_failed() -> None:
    shard = LedgerShard(MAIL_BUNDLES)
    a_storm(shard, 2)
    told = shard.wait(61 * SECOND)
    (digest,) = leases(told)
    carried = [it for it in told if isinstance(it, NotificationBundled)]
    shard.hear(outcome_of(digest, "refused"))
    one = carried[0].notification_id
    (alone,) = leases(shard.hear(redrive(one)))
    shard.hear(outcome_of(alone, "accepted"))
    assert shard.hear(receipt_of(digest, "undelivered"))
    assert shard.state.notifications[one].receipt == ""


# -- rooms


def test_a_rule_that_keeps_a_waiting_group_back_from_now_on_stops_no_shard() -> None:
    first = Inhibition(source=ON_CHAT, target=ON_MAIL)
    also = Inhibition(source=ON_CHAT, target=(Matcher(label="channel", value="voice"),))
    shard = LedgerShard(with_rooms(first))
    spread(shard, shard.hear(page(cycle=1)))  # on chat: the source
    target = page(cycle=1, escalation_id="boston:43#first_reply/1").model_copy(
        update={"channel": "voice", "queue": "vip"}
    )
    spread(shard, shard.hear(target))
    shard.configure(with_rooms(first, also), 2)
    told = flushed(shard.wait(31 * SECOND))
    assert [it.group for it in told] == [(("queue", "streets"),)]


def test_a_rule_that_is_gone_lets_the_room_hear_what_it_kept_back() -> None:
    rule = Inhibition(source=ON_CHAT, target=(Matcher(label="channel", value="voice"),))
    shard = LedgerShard(with_rooms(rule))
    spread(shard, shard.hear(page(cycle=1)))
    target = page(cycle=1, escalation_id="boston:43#first_reply/1").model_copy(
        update={"channel": "voice", "queue": "vip"}
    )
    spread(shard, shard.hear(target))
    assert len(flushed(shard.wait(31 * SECOND))) == 1
    shard.configure(with_rooms(), 2)
    told = flushed(shard.wait(1_000 * SECOND))
    assert (("queue", "vip"),) in [it.group for it in told]


def test_a_room_hears_the_end_of_what_was_on_its_way_when_it_ended() -> None:
    shard = LedgerShard(with_rooms())
    spread(shard, shard.hear(page(cycle=1)))
    (lease,) = to_floor(shard.wait(31 * SECOND))
    spread(shard, shard.hear(recall(cycle=1)))
    shard.hear(outcome_of(lease, "accepted"))
    told = flushed(shard.wait(400 * SECOND))
    assert [it.because for it in told] == ["all_resolved"]


@pytest.mark.parametrize("outcome", ["refused", "transient"])
def test_a_group_is_gone_when_nothing_of_it_arrived_and_all_is_over(outcome: str) -> None:
    shard = LedgerShard(with_rooms())
    spread(shard, shard.hear(page(cycle=1)))
    (lease,) = to_floor(shard.wait(31 * SECOND))
    spread(shard, shard.hear(recall(cycle=1)))
    assert outcome in ("refused", "transient")
    shard.hear(outcome_of(lease, "refused" if outcome == "refused" else "transient"))
    for _ in range(300):
        for again in to_floor(shard.wait(60 * SECOND)):
            shard.hear(outcome_of(again, "transient"))
    shard.wait(5 * HOUR)
    assert (shard.state.groups, shard.state.rooms) == ({}, {})


def test_an_older_message_of_a_group_is_not_tried_again_once_a_newer_one_was_made() -> None:
    shard = LedgerShard(with_rooms())
    spread(shard, shard.hear(page(cycle=1)))
    (lease,) = to_floor(shard.wait(31 * SECOND))
    second = page(cycle=1, escalation_id="boston:43#first_reply/1")
    spread(shard, shard.hear(second))
    shard.hear(outcome_of(lease, "not_sent", retry_after_ms=299 * SECOND))
    told = shard.wait(200 * SECOND)
    assert to_floor(told) == []
    told = shard.wait(99 * SECOND)
    again, newer = to_floor(told)  # leased again right before the group is looked at anew
    told = shard.hear(outcome_of(again, "transient"))
    assert [(it.notification_id, it.end) for it in ends(told)] == [
        (again.notification_id, "superseded")
    ]
    assert newer.notification_id != again.notification_id


# -- troubles, recoveries


def test_an_operator_who_is_named_twice_hears_of_a_trouble_once() -> None:
    twice = PeopleDocument(
        people=(ANA, EVA),
        operators=(
            Recipient(person="eva", method="slack"),
            Recipient(person="eva", method="slack"),
        ),
    )
    shard = LedgerShard(twice)
    (lease,) = leases(shard.hear(page()))
    told = shard.hear(outcome_of(lease, "config"))
    assert len([it for it in told if isinstance(it, TroubleReported)]) == 1


def test_an_owed_end_that_is_heard_again_when_half_of_it_is_forgotten_stops_no_shard() -> None:
    shard = LedgerShard()
    facts = shard.hear(notice("eva", method="rules"))
    for _ in range(3):  # by each method: perhaps it arrived, and then it never can
        facts = shard.hear(outcome_of(leases(facts)[-1], "unknown")) + shard.wait(10 * SECOND)
        facts = shard.hear(outcome_of(leases(facts)[-1], "refused"))
    recovery = notice("eva", method="rules", sequence=2, purpose="recovery")
    first, second, third = leases(shard.hear(recovery))
    shard.hear(outcome_of(first, "accepted"))
    for lease in (second, third):
        shard.hear(outcome_of(lease, "refused"))  # kept for two weeks
    shard.wait(30 * HOUR)
    assert first.notification_id not in shard.state.notifications
    assert second.notification_id in shard.state.notifications
    shard.hear(recovery)
    shard.wait(40 * 24 * HOUR)
    assert shard.state.notifications == {}


def test_the_end_of_an_outage_that_comes_after_the_next_began_ends_it_for_rooms_too() -> None:
    shard = LedgerShard(with_rooms())
    spread(shard, shard.hear(notice(incident_id="chat-1")))
    spread(shard, shard.hear(notice(incident_id="chat-2")))
    late = notice(incident_id="chat-1", sequence=2, purpose="recovery")
    told = shard.hear(late)
    assert [it.alert.alert_id for it in told if isinstance(it, AlertRouted)] == ["chat-1"]


def test_a_flapping_alert_that_nobody_was_told_of_keeps_no_group() -> None:
    shard = LedgerShard(with_rooms())
    spread(shard, shard.hear(page(cycle=1)))
    (lease,) = to_floor(shard.wait(31 * SECOND))
    shard.hear(outcome_of(lease, "refused"))
    spread(shard, shard.hear(recall(cycle=1)))
    assert (shard.state.groups, shard.state.rooms) == ({}, {})


def test_each_hold_of_a_message_is_a_fact_of_its_own_also_until_the_same_time() -> None:
    night = QuietHours(start_minute=530, end_minute=720)  # of UTC; it is 09:00
    asleep = ANA.model_copy(update={"quiet": night, "timezone": "UTC"})
    shard = LedgerShard(PeopleDocument(people=(asleep,)))
    asked = notice(severity="minor", sequence=2, expires_at_ms=shard.now + 100 * SECOND)
    shard.hear(asked)
    (end,) = ends(shard.wait(200 * SECOND))
    shard.hear(redrive(end.notification_id))
    held = [it for it in shard.facts if isinstance(it, NotificationHeld)]
    assert [it.until_ms for it in held] == [shard.facts[0].at_ms + 3 * HOUR] * 2
    assert len({it.event_id for it in held}) == 2


# -- the sender


def test_what_is_urgent_does_not_sleep_through_the_wait_of_what_is_not() -> None:
    rates = Rates(provider=(Rate(3, 10.0),), address=(Rate(1, 1.0),))
    line: Line[str] = Line(rates)
    for name, priority in (("a", 0), ("b", 0)):
        line.join(name, priority=priority, at_ms=0, address=name, now_s=0.0)
        assert isinstance(line.next(0.0), Ticket)
    line.join("urgent", priority=0, at_ms=0, address="a", now_s=0.0)
    line.join("other", priority=4, at_ms=0, address="c", now_s=0.0)
    wait_s = line.next(0.0)
    assert isinstance(wait_s, float)
    assert wait_s == pytest.approx(1.0)
    served = line.next(1.0)
    assert isinstance(served, Ticket)
    assert served.item == "urgent"


@pytest.mark.parametrize(
    "content",
    [
        '{"sms": {"rests": 1e999, "until_ms": 1}}',
        '{"sms": {"rests": 1, "until_ms": 1e999}}',
        '{"sms": {"rests": 1, "until_ms": ' + "9" * 400 + "}}",
        "[" * 100_000,
        json.dumps(["sms"]),
        "\x00",
    ],
    ids=["no number", "no time", "a long time", "deep", "a list", "none"],
)
def test_a_file_of_rests_that_nobody_wrote_keeps_no_sender_from_starting(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "providers.json"
    path.write_text(content)
    for name, kept in KeptRests(path, SystemClock()).read().items():
        assert Breaker.restored(name, kept, 0.0).until_s <= 360
