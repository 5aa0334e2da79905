"""O3 where the news of the end took another way: another method, or the end of the next outage."""

from dataclasses import replace

import pytest

from shared.contracts.configuration import INSTALLATION
from shared.contracts.notification import NotificationEnded, NotificationReopened
from shared.contracts.outage import IncidentResolved, NoticeRequested
from shared.contracts.topics import PEOPLE_LOG, SYSTEM_LOG
from shared.contracts.words import Channel, ContactMethod
from shared.log import LogRecord
from switchyard.report.build import build_report
from switchyard.report.verdict import Verdict
from tests.unit.report.small_log import MINUTE, Log, topics_of
from tests.unit.report.small_outage import (
    INCIDENT,
    OVER,
    arrive,
    health,
    notice_of,
    outage_log,
)

MIA_TOLD = f"{INCIDENT}:n3:mia:email"
NEXT, AGAIN = "voice-2", OVER + 2 * MINUTE


def o3(records: list[LogRecord]) -> Verdict:
    report = build_report(topics_of(records), day="2015-02-04", timezone="UTC").report
    return next(it for it in report.verdicts if it.name == "O3")


def where_mia_was_not_told(
    end: str = "superseded", reason: str = "the opening of voice-2 replaces it"
) -> Log:
    """The recovery that was for her by mail ended otherwise."""
    log = outage_log()
    for number, record in enumerate(log.records):
        event = record.event()
        if isinstance(event, NotificationEnded) and event.notification_id == MIA_TOLD:
            changed = event.model_copy(update={"end": end, "reason": reason})
            log.records[number] = replace(record, value=changed.model_dump_json().encode())
    return log


def ask(log: Log, notice: NoticeRequested) -> NoticeRequested:
    log.decide("outage", log.system, (SYSTEM_LOG, notice), (PEOPLE_LOG, notice))
    return notice


def down_again(
    log: Log,
    *,
    person: str = "mia",
    method: ContactMethod = "email",
    channel: Channel = "voice",
    at_ms: int = AGAIN,
) -> None:
    opening = notice_of(1, "opening", at_ms, person, "managers", method=method, incident_id=NEXT)
    arrive(log, ask(log, opening.model_copy(update={"channel": channel})), at_ms + 500)


def over_again(log: Log) -> None:
    resolved = IncidentResolved(
        event_id=f"{NEXT}/resolved", pool=INSTALLATION, at_ms=AGAIN + MINUTE, by="outage",
        incident_id=NEXT, sequence=2, resolved_by="probe", lasted_ms=MINUTE,
    )  # fmt: skip
    log.decide("outage", log.system, (SYSTEM_LOG, resolved))


def test_who_heard_of_the_end_by_another_method_was_told() -> None:
    log = where_mia_was_not_told("dead_lettered", "no_address: the person has no email address")
    assert o3(log.records).state == "broken"
    by_webhook = notice_of(3, "recovery", OVER, "mia", "managers", method="webhook")
    arrive(log, ask(log, by_webhook), OVER + 500)
    assert o3(log.records).state == "held"


def test_another_methods_news_that_did_not_arrive_tells_nobody() -> None:
    log = where_mia_was_not_told("dead_lettered", "no_address: the person has no email address")
    ask(log, notice_of(3, "recovery", OVER, "mia", "managers", method="webhook"))
    assert o3(log.records).state == "broken"


def test_a_recovery_gives_way_to_the_next_opening_of_its_channel() -> None:
    log = where_mia_was_not_told()
    down_again(log)
    assert o3(log.records).state == "held"


def test_without_a_next_opening_a_recovery_gives_way_to_nothing() -> None:
    assert o3(where_mia_was_not_told().records).state == "broken"


@pytest.mark.parametrize(
    "other",
    [
        {"person": "floor"},
        {"method": "webhook"},
        {"channel": "chat"},
        {"at_ms": OVER - MINUTE},
    ],
    ids=["person", "method", "channel", "earlier"],
)
def test_it_must_be_a_later_opening_of_the_same_channel_to_the_same_reader(
    other: dict[str, str | int],
) -> None:
    log = where_mia_was_not_told()
    down_again(log, **other)  # type: ignore[arg-type]  # each names one argument
    assert o3(log.records).state == "broken"


def test_an_opening_excuses_only_what_it_superseded() -> None:
    log = where_mia_was_not_told("expired", "no try was confirmed before it expired")
    down_again(log)
    assert o3(log.records).state == "broken"


def test_a_dead_letter_that_was_sent_again_until_newer_news_came_gave_way_as_well() -> None:
    # given: it could not be sent, and could not be sent again
    log = where_mia_was_not_told("dead_lettered", "config: 535")
    ends = (it.event() for it in log.records if it.kind == "notification_ended")
    first = next(it for it in ends if getattr(it, "notification_id", "") == MIA_TOLD)
    row = MIA_TOLD
    again = NotificationReopened(
        event_id=f"{row}/reopened/1", pool=INSTALLATION, at_ms=OVER + 2_000, by="notifier",
        notification_id=row, person="mia", redrives=1, expires_at_ms=OVER + 60 * MINUTE,
    )  # fmt: skip
    over = first.model_copy(update={"event_id": f"{row}/ended/1", "at_ms": OVER + 3_000})
    log.decide("notifier", log.people, (PEOPLE_LOG, again), (PEOPLE_LOG, over))
    assert o3(log.records).state == "broken"
    # when: the channel is down again, and she hears of that
    down_again(log)
    # then
    assert o3(log.records).state == "held"


def test_instead_of_the_end_that_gave_way_the_next_one_is_owed() -> None:
    # given that the channel was down again, and works again
    log = where_mia_was_not_told()
    down_again(log)
    over_again(log)
    log.append(SYSTEM_LOG, health("suspect", 9, OVER + 60 * MINUTE))  # an hour later
    # when nobody asked that she be told of that, then it is broken
    assert o3(log.records).state == "broken"
    # when she is told, then it is held
    recovery = notice_of(2, "recovery", AGAIN + MINUTE, "mia", "managers", incident_id=NEXT)
    arrive(log, ask(log, recovery), AGAIN + MINUTE + 500)
    assert o3(log.records).state == "held"


def test_the_next_end_is_owed_also_where_the_next_opening_came_to_nothing() -> None:
    log = where_mia_was_not_told()
    ask(log, notice_of(1, "opening", AGAIN, "mia", "managers", incident_id=NEXT))
    over_again(log)
    log.append(SYSTEM_LOG, health("suspect", 9, OVER + 60 * MINUTE))
    verdict = o3(log.records)
    assert verdict.state == "broken"
    assert INCIDENT in verdict.evidence[0]
