"""Rooms hear of escalations and incidents as alerts, in groups."""

from services.notifier.core import notifier_core
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import (
    Hop,
    Inhibition,
    Matcher,
    PeopleDocument,
    Person,
    PersonalRules,
    RetrySchedule,
    Route,
)
from shared.contracts.rooms import AlertRouted, GroupFlushed
from tests.support.ledger import (
    ANA,
    HOUR,
    SECOND,
    LedgerShard,
    leases,
    notice,
    outcome_of,
    page,
    recall,
)  # fmt: skip

FLOOR = Person(id="floor", email="floor@example.org")
VIPS = Person(id="vips", email="vips@example.org")
TREE = Route(
    receiver="floor",
    group_by=("queue",),
    group_wait_s=30,
    group_interval_s=300,
    routes=(Route(receiver="vips", match=(Matcher(label="queue", value="vip"),)),),
)


def shard(tree: Route | None = TREE, *inhibitions: Inhibition) -> LedgerShard:
    return LedgerShard(
        PeopleDocument(
            people=(ANA, FLOOR, VIPS),
            retries=RetrySchedule(waits_s=(3_600,)),
            rooms=tree,
            inhibitions=inhibitions,
        )
    )


def routed(facts: list[Event]) -> list[AlertRouted]:
    return [fact for fact in facts if isinstance(fact, AlertRouted)]


def flushed(facts: list[Event]) -> list[GroupFlushed]:
    return [fact for fact in facts if isinstance(fact, GroupFlushed)]


def to_floor(facts: list[Event]) -> AttemptLeased:
    (lease,) = [it for it in leases(facts) if it.person == "floor"]
    return lease


def heard(it: LedgerShard, facts: list[Event]) -> list[Event]:
    """What the room's shard makes of alerts that another shard routed; here it is the same one."""
    return [fact for alert in routed(facts) for fact in it.hear(alert)]


def test_an_escalation_is_told_to_its_room_after_the_groups_wait() -> None:
    # given
    it = shard()
    # when she is paged
    told = it.hear(page())
    # then: the alert goes to the room by its key, and is told 30 s later, once
    (alert,) = routed(told)
    assert (alert.person, alert.route, alert.group) == ("floor", "0", (("queue", "streets"),))
    assert notifier_core.destinations(alert) == (("people-log", "floor"),)
    assert flushed(heard(it, told) + it.wait(29 * SECOND)) == []
    (message,) = flushed(facts := it.wait(1 * SECOND))
    assert [one.alert_id for one in message.alerts] == [alert.alert.alert_id]
    assert (message.because, to_floor(facts).method) == ("first", "email")


def test_a_second_page_of_the_same_cycle_says_nothing_new() -> None:
    it = shard()
    assert len(routed(it.hear(page()))) == 1
    assert routed(it.hear(page(round_=2))) == []


def test_the_end_of_what_was_told_is_told_at_the_next_look() -> None:
    # given: the room was told
    it = shard()
    heard(it, it.hear(page()))
    it.hear(outcome_of(to_floor(it.wait(30 * SECOND)), "accepted"))
    # when she acknowledges
    ended = it.hear(recall())
    assert [one.alert.ends_at_ms for one in routed(ended)] == [it.now]
    # then: at the next look, and the group is gone when that got through
    assert flushed(heard(it, ended) + it.wait(299 * SECOND)) == []
    (message,) = flushed(facts := it.wait(1 * SECOND))
    assert message.because == "all_resolved"
    it.hear(outcome_of(to_floor(facts), "accepted"))
    assert (it.state.groups, it.state.rooms, it.state.alerts) == ({}, {}, {})


def test_what_is_over_within_the_wait_is_never_told() -> None:
    it = shard()
    heard(it, it.hear(page()))
    heard(it, it.hear(recall()))
    assert flushed(it.wait(HOUR)) == []
    assert it.state.groups == {}


def test_a_message_that_did_not_get_through_is_followed_by_one_that_tells_the_whole() -> None:
    # given: the room's provider is down, and another escalation comes
    it = shard()
    heard(it, it.hear(page()))
    it.hear(outcome_of(to_floor(it.wait(30 * SECOND)), "transient"))
    heard(it, it.hear(page(escalation_id="boston:43#first_reply/1")))
    # when
    (message,) = flushed(it.wait(300 * SECOND))
    # then: both are in it, and the first message is superseded
    assert len(message.alerts) == 2
    assert message.because == "first"
    rows = [row for row in it.state.notifications.values() if row.person == "floor"]
    assert sorted(row.end for row in rows) == ["", "superseded"]


def test_an_incident_is_an_alert_until_its_recovery() -> None:
    it = shard()
    opening = it.hear(notice())
    (alert,) = routed(opening)
    assert alert.alert.labels["kind"] == "incident"
    assert routed(it.hear(notice(sequence=2))) == []
    recovery = notice(sequence=4, purpose="recovery")
    assert [one.alert.ends_at_ms for one in routed(it.hear(recovery))] == [it.now]


def test_an_outage_keeps_the_escalations_of_its_channel_back() -> None:
    # given
    rule = Inhibition(
        source=(Matcher(label="kind", value="incident"),),
        target=(Matcher(label="kind", value="escalation"),),
        equal=("channel",),
    )
    it = shard(TREE, rule)
    heard(it, it.hear(notice()))
    # when: an escalation of chat, which is down
    heard(it, it.hear(page()))
    # then: the room hears of the outage alone
    told = flushed(it.wait(30 * SECOND))
    assert [{one.labels["kind"] for one in message.alerts} for message in told] == [{"incident"}]


def test_the_same_is_told_by_a_shard_that_was_restored_on_the_way() -> None:
    def play(*, restored: bool) -> list[str]:
        it = shard()
        heard(it, it.hear(page()))
        if restored:
            it.reload()
        told = it.wait(30 * SECOND)
        it.hear(outcome_of(to_floor(told), "accepted"))
        if restored:
            it.reload()
        return [fact.event_id for fact in (*told, *it.wait(5 * HOUR))]

    assert play(restored=True) == play(restored=False)


def test_without_a_tree_nobody_hears_of_alerts() -> None:
    assert routed(shard(None).hear(page())) == []


def test_what_was_held_and_is_over_by_then_is_never_told() -> None:
    # given: the room's message waits for another try
    it = shard()
    heard(it, it.hear(page()))
    lease = to_floor(it.wait(30 * SECOND))
    it.hear(outcome_of(lease, "transient"))
    # when: all is over before that
    heard(it, it.hear(recall()))
    told = it.wait(2 * HOUR)
    # then
    assert [fact for fact in leases(told) if fact.person == "floor"] == []
    row = it.state.notifications[lease.notification_id]
    assert (row.end, it.state.groups) == ("superseded", {})


def test_a_storm_is_told_by_its_number() -> None:
    it = shard()
    for number in range(60):
        heard(it, it.hear(page(escalation_id=f"boston:{number}#first_reply/1")))
    (message,) = flushed(facts := it.wait(30 * SECOND))
    assert (len(message.alerts), message.left_out) == (50, 10)
    # and none of them is new at the next look
    it.hear(outcome_of(to_floor(facts), "accepted"))
    assert flushed(it.wait(HOUR)) == []


def test_who_cannot_be_told_the_end_where_he_heard_of_it_is_told_by_another_way() -> None:
    # given: the opening came by webhook, and mail is another way
    eva = Person(
        id="eva",
        email="eva@example.org",
        webhook="https://hooks.example.org/eva",
        rules=PersonalRules(high=(Hop(method="webhook"),)),
    )
    it = LedgerShard(PeopleDocument(people=(eva,)))
    (opening,) = leases(it.hear(notice("eva", method="rules")))
    it.hear(outcome_of(opening, "accepted"))
    # when: the endpoint is gone at the recovery
    (owed,) = leases(it.hear(notice("eva", sequence=4, purpose="recovery", method="rules")))
    told = it.hear(outcome_of(owed, "refused", detail="POST: 410 gone"))
    # then
    (instead,) = leases(told)
    assert (owed.method, instead.method, instead.possible_repeat) == ("webhook", "email", False)
