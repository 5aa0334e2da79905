"""Chains of notices: newer news ends older ones; the end is owed where the outage was told."""

import pytest

from services.notifier.core import recipient
from services.notifier.core.model import Phase
from shared.contracts.notification import AttemptLeased
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Hop, Person, PersonalRules
from shared.contracts.words import AttemptOutcome
from tests.support.ledger import (
    DOCUMENT,
    EVA,
    HOUR,
    SECOND,
    LedgerShard,
    ends,
    leases,
    notice,
    opened,
    outcome_of,
)

MINUTE = 60 * SECOND


def asked(sequence: int, *, incident_id: str = "chat-7", **changes: object) -> NoticeRequested:
    purpose = "recovery" if sequence == 99 else None
    return notice(
        "eva",
        sequence=sequence,
        purpose=purpose,  # type: ignore[arg-type]  # a word of them
        method="rules",
        incident_id=incident_id,
        **changes,  # type: ignore[arg-type]  # fields of a notice
    )


OPENING, UPDATE, RECOVERY = asked(1), asked(2), asked(99)


def answered(shard: LedgerShard, *outcomes: AttemptOutcome) -> None:
    """The opening by Slack, then by e-mail, then by phone, each with its answer.

    Hops whose answer was `transient` go on trying meanwhile, and are answered so each time.
    """
    shard.hear(OPENING)
    for number, outcome in enumerate(outcomes, start=1):
        row = f"{OPENING.notice_id}+{number}" if number > 1 else OPENING.notice_id
        while not (sent := [it for it in on_their_way(shard) if it.notification_id == row]):
            for lease in on_their_way(shard):
                shard.hear(outcome_of(lease, "transient"))
            shard.wait(SECOND)
        shard.hear(outcome_of(sent[-1], outcome))
    for lease in on_their_way(shard):
        shard.hear(outcome_of(lease, "transient"))


def on_their_way(shard: LedgerShard) -> list[AttemptLeased]:
    rows = shard.state.notifications
    return [
        lease
        for lease in leases(shard.facts)
        if (row := rows[lease.notification_id]).phase is Phase.LEASED
        and row.attempts == lease.number
    ]


def test_newer_news_ends_all_that_waits_of_an_older_chain_and_starts_at_the_first_hop() -> None:
    shard = LedgerShard()
    answered(shard, "transient", "transient")
    told = shard.hear(UPDATE)
    assert {it.notification_id for it in ends(told)} == {
        OPENING.notice_id,
        f"{OPENING.notice_id}+2",
    }
    assert [(it.notification_id, it.method) for it in opened(told)] == [(UPDATE.notice_id, "slack")]


@pytest.mark.parametrize("first", ["accepted", "unknown"])
def test_no_hop_of_an_older_chain_opens_by_time_once_there_is_newer_news(
    first: AttemptOutcome,
) -> None:
    rules = PersonalRules(
        high=(Hop(method="slack", succeed_on="read"), Hop(method="email", succeed_by_s=3600))
    )
    shard = LedgerShard(
        DOCUMENT.model_copy(update={"people": (EVA.model_copy(update={"rules": rules}),)})
    )
    answered(shard, first)
    shard.hear(UPDATE)
    shard.reload()
    shard.wait(MINUTE)
    assert [it.notification_id for it in opened(shard.facts)] == [
        OPENING.notice_id,
        UPDATE.notice_id,
        f"{UPDATE.notice_id}+2",
    ]


def test_what_was_on_its_way_when_newer_news_came_is_followed_by_no_hop() -> None:
    rules = PersonalRules(
        high=(Hop(method="slack", succeed_on="delivered"), Hop(method="email", succeed_by_s=60))
    )
    shard = LedgerShard(
        DOCUMENT.model_copy(update={"people": (EVA.model_copy(update={"rules": rules}),)})
    )
    (lease,) = leases(shard.hear(OPENING))
    shard.hear(UPDATE)
    assert ends(shard.hear(outcome_of(lease, "accepted")))[0].end == "accepted"
    causes = [it.cause_id for it in opened(shard.wait(HOUR))]
    assert causes == [UPDATE.notice_id]


@pytest.mark.parametrize(
    ("outcomes", "methods"),
    [
        (("accepted",), ["slack"]),
        (("unknown", "accepted"), ["email", "slack"]),  # in doubt, and the next hop got through
        (("refused", "accepted"), ["email"]),
        (("transient", "accepted"), ["email"]),
        (("refused", "refused", "unknown"), ["voice"]),
        (("refused", "bad_recipient", "config"), ["slack"]),  # none arrived: the normal chain
    ],
)
@pytest.mark.parametrize("taken_over", [False, True])
def test_the_end_is_owed_by_every_method_that_may_have_told_of_the_outage(
    outcomes: tuple[AttemptOutcome, ...], methods: list[str], taken_over: bool
) -> None:
    shard = LedgerShard()
    answered(shard, *outcomes)
    if taken_over:
        shard.reload()
    told = shard.hear(RECOVERY)
    assert sorted(lease.method for lease in leases(told)) == methods
    because = {row.because for row in opened(told)}
    assert because == ({"first"} if outcomes[-1] == "config" else {"owed"})


def test_what_is_owed_is_owed_by_each_method_though_one_got_through() -> None:
    shard = LedgerShard()
    answered(shard, "unknown", "accepted")
    by_mail, by_slack = leases(shard.hear(RECOVERY))
    assert [it.end for it in ends(shard.hear(outcome_of(by_mail, "accepted")))] == ["accepted"]
    shard.hear(outcome_of(by_slack, "transient"))
    assert [it.notification_id for it in leases(shard.wait(6 * SECOND))] == [
        by_slack.notification_id
    ]
    assert shard.hear(RECOVERY) == []


def test_the_end_is_owed_also_while_the_opening_is_on_its_way() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(OPENING))
    told = shard.hear(RECOVERY)
    assert [(it.method, it.because) for it in opened(told)] == [("slack", "owed")]
    assert ends(shard.hear(outcome_of(lease, "transient")))[0].end == "superseded"


@pytest.mark.parametrize("hours", [3, 60])
def test_the_end_is_owed_where_it_was_told_however_long_the_outage_lasted(hours: int) -> None:
    # given an opening that reached her by mail, and updates that reach her by Slack
    shard = LedgerShard()
    answered(shard, "refused", "accepted")
    for sequence in range(2, 2 + hours // 3):
        late = asked(sequence, expires_ms=200 * HOUR)
        shard.wait(3 * HOUR)
        (lease,) = leases(shard.hear(late))
        assert lease.method == "slack"
        shard.hear(outcome_of(lease, "accepted"))
        shard.reload()
    # when it is over, then she is told by both, and by the address that took the news
    gone = EVA.model_copy(update={"email": None})
    shard.configure(DOCUMENT.model_copy(update={"people": (gone,)}), 2)
    told = leases(shard.hear(asked(99, severity="minor", expires_ms=400 * HOUR)))
    if hours > 24:
        assert f"{OPENING.notice_id}+2" not in shard.state.notifications
    assert [lease.method for lease in told] == ["email", "slack"]
    assert [recipient(shard.state, lease.notification_id) for lease in told] == [EVA, gone]


def test_an_end_that_waits_when_the_channel_is_down_again_is_owed_with_the_next_end() -> None:
    shard = LedgerShard()
    answered(shard, "unknown", "accepted")
    for lease in leases(shard.hear(RECOVERY)):
        shard.hear(outcome_of(lease, "accepted" if lease.method == "email" else "transient"))
    # when the channel is down again, the end that waits is not true any more
    again = asked(1, incident_id="chat-8")
    told = shard.hear(again)
    assert [it.end for it in ends(told)] == ["superseded"]
    shard.hear(outcome_of(leases(told)[0], "refused"))  # Slack
    mail = leases(shard.facts)[-1]
    assert mail.method == "email"
    shard.hear(outcome_of(mail, "accepted"))
    # then the next end goes also to where that one was owed
    over = shard.hear(asked(99, incident_id="chat-8"))
    assert [lease.method for lease in leases(over)] == ["email", "slack"]


def test_a_recovery_by_rules_that_nobody_was_told_of_falls_back_like_any_news() -> None:
    shard = LedgerShard()
    shard.hear(RECOVERY)
    shard.hear(outcome_of(leases(shard.facts)[0], "refused"))
    assert [lease.method for lease in leases(shard.facts)] == ["slack", "email"]
    # nor does its next hop open once the channel is down again
    shard.hear(outcome_of(leases(shard.facts)[-1], "transient"))
    shard.hear(asked(1, incident_id="chat-8"))
    later = {it.notification_id for it in opened(shard.wait(2 * HOUR))}
    assert not {it for it in later if it.startswith(RECOVERY.notice_id)}


def test_two_people_have_chains_of_their_own() -> None:
    adam = Person(id="adam", email="adam@example.org")
    shard = LedgerShard(DOCUMENT.model_copy(update={"people": (EVA, adam)}))
    answered(shard, "transient")
    told = shard.hear(notice("adam", method="rules", sequence=2))
    assert ends(told) == []
    assert [lease.method for lease in leases(told)] == ["email"]


def test_nothing_of_the_threads_is_remembered_for_ever() -> None:
    shard = LedgerShard()
    answered(shard, "refused", "transient")
    for asked_for in (UPDATE, RECOVERY, asked(1, incident_id="chat-8")):
        shard.hear(asked_for)
        for lease in leases(shard.facts)[-2:]:
            shard.hear(outcome_of(lease, "unknown"))
    shard.wait(20 * 24 * HOUR)
    state = shard.state
    assert (state.threads, state.lines, state.targets, state.notifications) == ({}, {}, {}, {})
