"""Notices that are lost, repeated or taken for delivered, because a provider is away or lies."""

import email
import json
from collections import Counter
from collections.abc import Sequence
from email.policy import default
from typing import Any

import pytest

from services.notifier.adapters.email.letters import LetterWriter
from services.notifier.adapters.email.mail import Sender
from services.notifier.adapters.words.bidi import FSI, PDI
from services.notifier.adapters.words.phrases import available
from shared.contracts.notification import NotificationHeld
from shared.contracts.people import Hop, PeopleDocument, Person, PersonalRules, Recipient
from shared.contracts.troubles import TroubleReported
from tests.complaints.delivery import Desk, slack, teams, webhook
from tests.support.ledger import ANA, DOV, INCIDENT, SECOND, T0, ends, leases, notice, page
from tests.support.vendors.server import (
    Behaviour,
    Vendor,
    accepts,
    error_body_with_200,
    fails,
    playing,
    resets_after_body,
    silent_202,
    throttles,
)
from tests.support.vendors.stage import Calm
from tests.support.words import LINKS, lease_of

HOUR = 3_600 * SECOND
SLACK_OK = {"ok": True, "channel": "C0ROOM", "ts": "1792055646.000200"}


def room_at(vendor: Vendor) -> Person:
    return Person(id="room", locale="nl", webhook=f"{vendor.url}/hook")


def desk_of(*people: Person, **methods: Any) -> Desk:
    """With the schedule that ships: 5 s, 15 s, a minute, then every five minutes."""
    return Desk(PeopleDocument(people=people), methods)


# Uptime Kuma #4858: the message is lost because DNS fails at that moment


async def test_an_opening_during_which_dns_is_dead_for_20_s_arrives_once_it_is_back() -> None:
    async with playing(accepts()) as vendor:
        room = Person(id="room", webhook=f"http://hooks.test:{vendor.port}/hook")

        async def resolve(_host: str, _port: int) -> Sequence[str]:
            if desk.shard.now < T0 + 20 * SECOND:
                raise OSError("Temporary failure in name resolution")
            return ["127.0.0.1"]

        desk = desk_of(room, webhook=webhook(resolve=resolve))
        opening = notice("room", method="webhook")
        # when
        await desk.ask(opening)
        await desk.wait(20 * SECOND)
        assert vendor.requests == []
        await desk.wait(90 * SECOND)
    # then: told once, by the schedule, and nobody had to ask for it again
    assert len(vendor.requests) == 1
    assert desk.ended(opening.notice_id).end == "accepted"
    assert {made.outcome for _, made in desk.sent[:-1]} == {"transient"}


# Alertmanager #2111: 429 drops the message for good; its PR #2128: blind retries get one banned


async def test_a_provider_that_asks_for_30_s_is_left_alone_for_30_s_and_then_told() -> None:
    async with playing(throttles(30), accepts()) as vendor:
        desk = desk_of(room_at(vendor), webhook=webhook())
        # given: it throttles the opening of one outage; when: another one begins meanwhile
        first = notice("room", method="webhook")
        other = notice("room", method="webhook", incident_id="email-3")
        await desk.ask(first)
        await desk.ask(other)
        await desk.wait(30 * SECOND - 1)
        # then: neither presses, and neither is dropped
        assert len(vendor.requests) == 1
        await desk.wait(30 * SECOND)
    assert len(vendor.requests) == 3
    assert min(desk.since(2), desk.since(3)) >= 30 * SECOND
    assert sorted(desk.told()) == sorted([first.notice_id, other.notice_id])


# msteams-docs #1810: 200 with an error in its body


@pytest.mark.parametrize(
    "lie", [{"ok": False, "error": "internal_error"}, {"ok": False, "error": "ratelimited"}]
)
async def test_200_with_an_error_inside_is_tried_again_until_the_message_is_really_taken(
    lie: dict[str, Any],
) -> None:
    async with playing(error_body_with_200(lie), accepts(SLACK_OK)) as vendor:
        desk = desk_of(Person(id="ana", slack="C0ROOM12"), slack=slack(vendor.url))
        asked = page(method="slack")
        await desk.ask(asked)
        assert ends(desk.shard.facts) == []
        await desk.wait(120 * SECOND)
    assert len(vendor.requests) == 2
    assert desk.ended(asked.page_id).end == "accepted"


# notify-microsoft-teams #98: 202 and nothing; was it accepted, or lost?


async def test_202_and_nothing_is_acceptance_and_no_delivery_so_the_next_hop_still_comes() -> None:
    rules = PersonalRules(
        high=(
            Hop(method="teams", succeed_on="delivered", succeed_by_s=60),
            Hop(method="webhook"),
        )
    )
    async with playing(silent_202()) as flow, playing(accepts()) as vendor:
        ana = Person(id="ana", teams="it-room", webhook=f"{vendor.url}/hook", rules=rules)
        desk = desk_of(ana, teams=teams(flow.url, "it-room"), webhook=webhook())
        asked = page(method="rules")
        await desk.ask(asked)
        # then: taken, and no more is claimed of it
        assert desk.ended(asked.page_id).end == "accepted"
        await desk.wait(60 * SECOND - 1)
        assert (len(flow.requests), len(vendor.requests)) == (1, 0)
        await desk.wait(1)
    assert (len(flow.requests), len(vendor.requests)) == (1, 1)


# copilot-adoption-bot #28: it was sent, the answer was lost, and it was sent again


async def test_an_answer_lost_after_the_body_is_a_repeat_under_the_same_id_and_counted() -> None:
    async with playing(resets_after_body(), accepts()) as vendor:
        desk = desk_of(room_at(vendor), webhook=webhook())
        opening = notice("room", method="webhook")
        await desk.ask(opening)
        await desk.wait(60 * SECOND)
    ids = [heard.headers["webhook-id"] for heard in vendor.requests]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert [made.outcome for _, made in desk.sent] == ["unknown", "accepted"]
    assert [lease.possible_repeat for lease, _ in desk.sent] == [False, True]
    assert desk.ended(opening.notice_id).possible_repeats == 1


# SigNoz #12891: throttled while an alert begins and ends, both are dropped


@pytest.mark.parametrize("away", [fails(503), throttles(30)])
async def test_what_begins_and_ends_while_its_provider_is_away_is_told_once_with_both_times(
    away: Behaviour,
) -> None:
    async with playing(away) as vendor:
        desk = desk_of(room_at(vendor), webhook=webhook())
        await desk.ask(notice("room", method="webhook"))
        await desk.wait(40 * SECOND)
        await desk.ask(notice("room", method="webhook", sequence=2))
        await desk.wait(40 * SECOND)
        ended_ms = desk.shard.now
        over = {"purpose": "recovery", "restored_at_ms": ended_ms, "at_ms": ended_ms}
        recovery = notice("room", method="webhook", sequence=3).model_copy(
            update={**over, "status": "resolved", "next_update_at_ms": None}
        )
        await desk.ask(recovery)
        await desk.wait(60 * SECOND)
        assert desk.told() == []
        # when
        vendor.script[:] = [accepts()]
        before = len(vendor.requests)
        await desk.wait(HOUR)
    # then: of the three the last one only, which tells from when until when it was
    (heard,) = vendor.requests[before:]
    assert desk.told() == [recovery.notice_id]
    data = heard.json()["data"]
    assert heard.json()["type"] == "incident.resolved"
    assert data["started_at"] == "2015-02-04T09:00:00.000Z"
    assert "09:00" in json.dumps(data["text"])
    assert [it.end for it in ends(desk.shard.facts)] == ["superseded", "superseded", "accepted"]


# Grafana #68162: the recovery is lost at a restart


async def test_a_recovery_that_waits_at_a_restart_leaves_after_it() -> None:
    async with playing(accepts(), fails(503)) as vendor:
        desk = desk_of(room_at(vendor), webhook=webhook())
        recovery = notice("room", method="webhook", sequence=2, purpose="recovery")
        await desk.ask(notice("room", method="webhook"))
        await desk.ask(recovery)
        # when: the process dies, and another one has only what was stored
        desk.shard.reload()
        vendor.script[:] = [accepts()]
        await desk.wait(60 * SECOND)
    assert desk.told()[-1] == recovery.notice_id
    assert desk.ended(recovery.notice_id).end == "accepted"


# Standard Webhooks, 410: an endpoint is disabled between an opening and its recovery


async def test_a_recovery_to_an_endpoint_that_is_gone_is_a_dead_letter_that_operators_hear() -> (
    None
):
    async with playing(accepts(), fails(410), accepts()) as vendor, playing(accepts()) as other:
        operator = Person(id="ops", webhook=f"{other.url}/ops", slack="C0OPSROOM")
        document = PeopleDocument(
            people=(room_at(vendor), operator),
            operators=(Recipient(person="ops", method="webhook"),),
        )
        desk = Desk(document, {"webhook": webhook(), "slack": slack(other.url)})
        other.script[:] = [accepts(SLACK_OK)]
        recovery = notice("room", method="webhook", sequence=2, purpose="recovery")
        await desk.ask(notice("room", method="webhook"))
        await desk.ask(recovery)
        await desk.wait(HOUR)
    # then: it is not pressed on, it is in the list of those who were not told, and somebody knows
    assert len(vendor.requests) == 2
    end = desk.ended(recovery.notice_id)
    assert (end.end, end.reason) == ("dead_lettered", "refused: POST: 410 gone")
    (trouble,) = [it for it in desk.shard.facts if isinstance(it, TroubleReported)]
    assert (trouble.trouble_with, trouble.about) == ("endpoint", "webhook/room")
    # and they hear it by another contact method than the one that failed
    assert [heard.path for heard in other.requests] == ["/api/chat.postMessage"]


# GoAlert #4188: the rate limiter delays what is urgent


async def test_a_flood_of_updates_holds_no_page_back() -> None:
    # given: an address that takes few messages, and a minute full of updates
    async with playing(accepts()) as vendor:
        ladder = {"ladder": ({"most": 5, "within_s": 900},)}
        document = PeopleDocument.model_validate(
            {"people": [room_at(vendor).model_dump()], "limits": {"webhook": ladder}}
        )
        desk = Desk(document, {"webhook": webhook()})
        for number in range(20):
            flood = notice("room", method="webhook", sequence=2, incident_id=f"flood-{number}")
            await desk.ask(flood)
        held = [it for it in desk.shard.facts if isinstance(it, NotificationHeld)]
        assert held
        # when
        asked = page("room", method="webhook")
        begun = desk.shard.now
        await desk.ask(asked)
    # then: it takes the place that is kept for it
    (lease,) = [it for it in leases(desk.shard.facts) if it.notification_id == asked.page_id]
    assert lease.at_ms == begun
    assert desk.told()[-1] == asked.page_id


# MCONF #317: the subject in one language, the body in another


@pytest.mark.parametrize("language", available())
def test_subject_and_both_bodies_of_a_mail_are_in_the_language_of_its_reader(language: str) -> None:
    reader = ANA.model_copy(update={"locale": language})
    mails = {each: _mail(reader.model_copy(update={"locale": each})) for each in ("en", language)}
    mail, english = mails[language], mails["en"]
    assert mail["Content-Language"] == language
    assert f'<html lang="{language}"' in _part(mail, "html")
    if language != "en":
        assert mail["Subject"] != english["Subject"]
        ours, theirs = (set(_part(it, "plain").splitlines()) for it in (mail, english))
        same = {line for line in ours & theirs if line.strip()}
        assert same <= {"Pools: boston"}  # so in Dutch, too


# Ghost PR #27357: right-to-left text in mail


def test_a_latin_ticket_id_stays_in_its_place_in_a_hebrew_subject() -> None:
    mail = _mail(DOV)
    subject = str(mail["Subject"])
    assert any("\u0590" <= sign <= "\u05ff" for sign in subject)
    assert f"{FSI}{INCIDENT}{PDI}" in subject
    assert Counter(subject)[FSI] == Counter(subject)[PDI]


def _mail(reader: Person) -> Any:
    writer = LetterWriter(sender=Sender("Desk", "desk@example.org"), links=LINKS, clock=Calm())
    asked = notice(reader.id, audience="it")
    envelope = writer(lease_of(reader.id, notification_id=asked.notice_id), asked, reader)
    return email.message_from_bytes(envelope.content, policy=default)


def _part(mail: Any, kind: str) -> str:
    return str(mail.get_body((kind,)).get_content())
