"""Notices in the ledger: the newest news of an incident leaves, and its end always does."""

import msgspec
import pytest

from services.notifier.core import content, notifier_core
from services.notifier.core.model import HORIZON_MS
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased, NotificationEnded, NotificationOpened
from shared.contracts.words import AttemptOutcome
from tests.support.ledger import (
    HOUR,
    INCIDENT,
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

OPENING, UPDATE, RECOVERY = (
    notice(sequence=1),
    notice(sequence=2),
    notice(sequence=3, purpose="recovery"),
)


def waiting_for_a_retry(shard: LedgerShard, asked: Event = OPENING) -> AttemptLeased:
    (lease,) = leases(shard.hear(asked))
    shard.hear(outcome_of(lease, "transient"))
    return lease


def end_of(shard: LedgerShard, asked: Event) -> NotificationEnded | None:
    found = [end for end in ends(shard.facts) if end.notification_id == asked.event_id]
    return found[0] if found else None


def test_a_notice_is_leased_at_once_and_ends_when_the_provider_took_it() -> None:
    shard = LedgerShard()

    opened, lease = shard.hear(OPENING)

    assert isinstance(opened, NotificationOpened)
    assert (opened.incident_id, opened.notice, opened.page) == (INCIDENT, OPENING, None)
    assert isinstance(lease, AttemptLeased)
    assert lease.message_id.startswith("notice.")
    assert content(shard.state, lease.notification_id) == OPENING
    (end,) = ends(shard.hear(outcome_of(lease, "accepted")))
    assert end.end == "accepted"
    assert content(shard.state, lease.notification_id) is None


def test_the_same_notice_twice_is_one_notification() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(OPENING))
    assert shard.hear(OPENING) == []
    shard.hear(outcome_of(lease, "accepted"))
    assert shard.hear(OPENING) == []


@pytest.mark.parametrize("newer", [UPDATE, RECOVERY])
def test_newer_news_supersedes_what_waits(newer: Event) -> None:
    shard = LedgerShard()
    waiting_for_a_retry(shard)

    told = shard.hear(newer)

    (end,) = ends(told)
    assert (end.notification_id, end.end) == (OPENING.notice_id, "superseded")
    assert "replaces it" in end.reason
    assert [lease.notification_id for lease in leases(told)] == [newer.event_id]


def test_newer_news_leaves_alone_what_is_on_its_way() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(OPENING))
    told = shard.hear(UPDATE)
    assert ends(told) == []
    assert ends(shard.hear(outcome_of(lease, "accepted")))[0].end == "accepted"


@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        ("transient", "superseded"),
        ("throttled", "superseded"),
        ("not_sent", "superseded"),
        ("unknown", "superseded"),
        ("refused", "dead_lettered"),
        ("delivered", "delivered"),
    ],
)
def test_what_was_on_its_way_is_not_tried_again_once_there_is_newer_news(
    outcome: AttemptOutcome, end: str
) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(OPENING))
    shard.hear(UPDATE)

    (ended,) = ends(shard.hear(outcome_of(lease, outcome)))

    assert ended.end == end
    assert ("may have got through" in ended.reason) == (outcome == "unknown")
    later = leases(shard.wait(HOUR))
    assert OPENING.notice_id not in {each.notification_id for each in later}


def test_a_lease_that_runs_out_after_newer_news_is_in_doubt_and_then_superseded() -> None:
    shard = LedgerShard()
    shard.hear(OPENING)
    shard.hear(UPDATE)
    shard.wait(30 * SECOND)
    end = end_of(shard, OPENING)
    assert end is not None
    assert end.end == "superseded"
    assert "may have got through" in end.reason


def test_older_news_that_comes_after_newer_never_leaves() -> None:
    shard = LedgerShard()
    shard.hear(UPDATE)

    told = shard.hear(OPENING)

    assert leases(told) == []
    (end,) = ends(told)
    assert (end.end, end.reason) == (
        "superseded",
        "newer came first: number 2 of its incident",
    )


def test_older_news_is_known_as_old_also_when_the_newer_has_ended() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(RECOVERY))
    shard.hear(outcome_of(lease, "accepted"))
    shard.wait(20 * HOUR)
    assert ends(shard.hear(OPENING))[0].end == "superseded"


@pytest.mark.parametrize("first", ["recovery", "update"])
def test_nothing_supersedes_a_recovery(first: str) -> None:
    late = notice(sequence=4)  # said after the recovery, by a mistake or a re-ordering
    shard = LedgerShard()
    told = []
    for asked in (RECOVERY, late) if first == "recovery" else (late, RECOVERY):
        (lease,) = leases(told := shard.hear(asked))
        shard.hear(outcome_of(lease, "transient"))
    assert ends(told) == []
    assert end_of(shard, RECOVERY) is None
    assert RECOVERY.notice_id in {each.notification_id for each in leases(shard.wait(HOUR))}


@pytest.mark.parametrize("outcome", ["refused", "expired"])
def test_news_that_came_to_nothing_replaces_nothing(outcome: str) -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(OPENING))
    (dead,) = leases(shard.hear(UPDATE.model_copy(update={"expires_at_ms": shard.now + SECOND})))
    if outcome == "refused":
        shard.hear(outcome_of(dead, "refused"))
    else:
        shard.wait(SECOND)
    shard.reload()
    assert ends(shard.hear(outcome_of(lease, "transient"))) == []
    assert [it.notification_id for it in leases(shard.wait(6 * SECOND))] == [OPENING.notice_id]


def test_news_of_an_outage_that_is_over_never_leaves_even_if_nobody_was_told_of_the_end() -> None:
    shard = LedgerShard()
    (lease,) = leases(shard.hear(OPENING))
    (over,) = leases(shard.hear(RECOVERY))
    shard.hear(outcome_of(over, "refused"))
    (end,) = ends(shard.hear(outcome_of(lease, "transient")))
    assert (end.notification_id, end.end) == (OPENING.notice_id, "superseded")


def test_a_recovery_is_sent_also_where_no_opening_ever_left() -> None:
    shard = LedgerShard()
    waiting_for_a_retry(shard)
    (lease,) = leases(shard.hear(RECOVERY))
    told = content(shard.state, lease.notification_id)
    assert told == RECOVERY
    assert RECOVERY.started_at_ms == OPENING.started_at_ms  # it tells when it began


@pytest.mark.parametrize(
    "other",
    [
        notice("dov", sequence=2),
        notice(sequence=2, incident_id="chat-8"),
        notice("ana", sequence=2, method="webhook"),
    ],
)
def test_news_supersedes_only_what_one_person_hears_of_one_incident_by_one_method(
    other: Event,
) -> None:
    shard = LedgerShard()
    waiting_for_a_retry(shard)
    shard.hear(other)
    assert end_of(shard, OPENING) is None


def test_a_notice_expires_when_it_says() -> None:
    shard = LedgerShard()
    asked = notice(expires_ms=20 * SECOND)
    waiting_for_a_retry(shard, asked)
    told = shard.wait(HOUR)
    (end,) = ends(told)
    assert (end.end, end.at_ms) == ("expired", asked.expires_at_ms)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (notice("mute"), "no_address"),
        (notice("ana", method="webhook"), "no_webhook"),
        (notice("nobody"), "unknown_person"),
        (notice("room", method="pigeon"), "unknown_method"),
        (page("mute", method="webhook"), "no_webhook"),
    ],
)
def test_a_person_without_the_contact_method_is_a_dead_letter_with_the_reason(
    asked: Event, reason: str
) -> None:
    (end,) = ends(LedgerShard().hear(asked))
    assert (end.end, end.reason.split(":")[0]) == ("dead_lettered", reason)


def test_a_person_with_a_webhook_is_told_by_it() -> None:
    shard = LedgerShard()
    assert leases(shard.hear(notice("room", method="webhook")))[0].method == "webhook"
    assert leases(shard.hear(page("room", method="webhook")))[0].method == "webhook"


def test_a_webhook_in_doubt_goes_again_under_the_same_id() -> None:
    shard = LedgerShard()
    (first,) = leases(shard.hear(notice("room", method="webhook")))
    shard.hear(outcome_of(first, "unknown"))
    (second,) = leases(shard.wait(6 * SECOND))
    assert (second.message_id, second.possible_repeat) == (first.message_id, True)


def test_a_recall_ends_no_notice_and_a_notice_silences_no_page() -> None:
    shard = LedgerShard()
    shard.hear(OPENING)
    shard.hear(page())
    shard.hear(recall())
    shard.hear(acknowledgement())
    assert end_of(shard, OPENING) is None
    assert leases(shard.hear(page(cycle=2)))


def test_what_is_remembered_of_an_incident_is_forgotten_after_the_horizon() -> None:
    shard = LedgerShard()
    for asked in (OPENING, UPDATE, RECOVERY):
        for lease in leases(shard.hear(asked)):
            shard.hear(outcome_of(lease, "accepted"))
    assert shard.state.threads

    shard.wait(HORIZON_MS + 2 * HOUR)

    assert (shard.state.threads, shard.state.notifications) == ({}, {})
    assert notifier_core.deadline(shard.state) is None


@pytest.mark.parametrize("taken_over_after", [0, 1, 2])
def test_another_process_knows_what_came_first(taken_over_after: int) -> None:
    shard = LedgerShard()
    for number, asked in enumerate((UPDATE, OPENING, RECOVERY)):
        shard.hear(asked)
        if number == taken_over_after:
            shard.reload()
    assert [end.notification_id for end in ends(shard.facts)] == [OPENING.notice_id]
    assert shard.state.threads.keys() == {(INCIDENT, "ana", "email")}


def test_a_row_that_an_older_version_stored_is_still_read() -> None:
    shard = LedgerShard()
    shard.hear(page())
    shard.store()
    name = next(name for name in shard.stored if name.startswith("notification/"))
    for field in (b'"notice":null,', b'"incident_id":"",', b'"method":"email",', b'"sequence":0,'):
        before = shard.stored[name]
        # The last of a name: the page itself has a `method` too.
        head, _, tail = before.rpartition(field)
        shard.stored[name] = head + tail
        assert shard.stored[name] != before

    shard.state = notifier_core.empty(shard.documents)
    notifier_core.load(shard.state, shard.stored)

    assert ends(shard.hear(recall()))[0].end == "superseded"


def test_rows_that_knew_no_chains_go_on_as_they_were() -> None:
    shard = LedgerShard()
    (opening,) = leases(shard.hear(OPENING))
    shard.hear(outcome_of(opening, "accepted"))
    (urgent,) = leases(shard.hear(page()))
    shard.hear(outcome_of(urgent, "transient"))
    shard.store()
    older = (
        *("id", "escalation_id", "cycle", "person", "expires_at_ms", "page", "notice", "method"),
        *("incident_id", "sequence", "phase", "due_ms", "attempts", "in_doubt", "end", "purpose"),
        *("possible_repeats", "forget_at_ms", "told_under", "not_before_ms"),
    )
    for name, value in shard.stored.items():
        if name.startswith("notification/"):
            row = msgspec.json.decode(value)
            shard.stored[name] = msgspec.json.encode({field: row[field] for field in older})

    shard.state = notifier_core.empty(shard.documents)
    notifier_core.load(shard.state, shard.stored)

    (again,) = leases(shard.wait(6 * SECOND))
    assert (again.notification_id, again.priority) == (urgent.notification_id, 0)
    assert leases(shard.hear(RECOVERY))[0].method == "email"
    (carried,) = {row.carried for row in shard.state.notifications.values() if row.notice}
    assert [method for method, _ in carried] == ["email"]
