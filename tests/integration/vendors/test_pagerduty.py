"""PagerDuty over real HTTP: what it is told, and what its answers and lies become."""

from typing import Any

import pytest

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.methods import Method
from services.notifier.core import Content
from shared.contracts.words import NoticePurpose
from tests.support.ledger import ROOM, notice, page
from tests.support.vendors.server import (
    Behaviour,
    Vendor,
    accepts,
    error_body_with_200,
    fails,
    loses_its_body,
    playing,
    redirects,
    resets_after_body,
    resets_before_body,
    silent_202,
    slow,
    throttles,
)
from tests.support.vendors.stage import asked, killed_after_its_accept
from tests.support.vendors.trials import attempt, methods, shown_by
from tests.support.words import ENDED, customer_notice, digest, group, trouble, verification

KEY = "R0000000000000000000000000000EXM"
DESK = ROOM.model_copy(update={"locale": "en", "pagerduty": "it"})
LINE = f"pagerduty.it {KEY}"
OPENED = "escalation/boston:42#first_reply/1/c1"


def taken(key: str = OPENED) -> Behaviour:
    said = {"status": "success", "message": "Event processed", "dedup_key": key}
    return accepts(said, status=202)


def method(vendor: Vendor, *lines: str, **settings: Any) -> Method[Any]:
    return methods(vendor.url, *(lines or (LINE,)), **settings)["pagerduty"]


async def sent(content: Content, *script: Behaviour, **lease: Any) -> tuple[Delivery, Vendor]:
    async with playing(*(script or (taken(),))) as vendor:
        return await attempt(method(vendor), content, DESK, **lease), vendor


async def test_a_page_triggers_an_alert_that_has_the_link() -> None:
    delivery, vendor = await sent(page("room", method="pagerduty"))
    (request,) = vendor.requests
    body = request.json()

    assert (delivery.outcome, delivery.provider_id) == ("accepted", OPENED)
    assert (request.verb, request.target) == ("POST", "/v2/enqueue")
    assert request.headers["content-type"] == "application/json"
    assert (body["routing_key"], body["event_action"], body["dedup_key"]) == (
        KEY,
        "trigger",
        OPENED,
    )
    assert body["payload"]["severity"] == "critical"
    assert body["payload"]["source"] == "switchyard"
    assert body["payload"]["class"] == "sla_breach"
    assert body["payload"]["timestamp"] == "2015-02-04T09:00:00.000Z"
    assert body["payload"]["custom_details"]["interaction"] == "boston:42"
    (link,) = body["links"]
    assert link["href"].startswith("https://desk.example.org/a/")


@pytest.mark.parametrize(
    ("purpose", "action"), [("opening", "trigger"), ("update", "trigger"), ("recovery", "resolve")]
)
async def test_all_news_of_an_outage_is_one_alert_that_its_recovery_ends(
    purpose: NoticePurpose, action: str
) -> None:
    told = notice("room", sequence=2, purpose=purpose, method="pagerduty")
    _, vendor = await sent(told, taken("outage/chat-7"))
    body = vendor.requests[0].json()
    assert (body["event_action"], body["dedup_key"]) == (action, "outage/chat-7")
    assert ("payload" in body) == (action == "trigger")


async def test_every_level_and_round_of_a_cycle_is_one_alert_and_the_next_cycle_another() -> None:
    async with playing(taken()) as vendor:
        for asked_for in (page("room"), page("room", round_=2, level=2), page("room", cycle=2)):
            await attempt(method(vendor), asked_for, DESK)
    first, second, third = (request.json()["dedup_key"] for request in vendor.requests)
    assert (first, second) == (OPENED, OPENED)
    assert third == "escalation/boston:42#first_reply/1/c2"


async def test_a_page_that_was_taken_before_we_were_killed_goes_again_under_its_key() -> None:
    async with playing(taken()) as vendor:
        first, second, end = await killed_after_its_accept(
            method(vendor), DESK.model_copy(update={"webhook": None})
        )
    one, two = (request.json() for request in vendor.requests)
    assert (first.message_id, second.possible_repeat) == (second.message_id, True)
    assert one["dedup_key"] == two["dedup_key"]
    assert (end.end, end.attempts, end.possible_repeats) == ("accepted", 2, 1)


async def test_a_repeat_is_the_same_event_so_that_it_joins_the_alert() -> None:
    async with playing(resets_after_body(), taken()) as vendor:
        first = await attempt(method(vendor), page("room"), DESK)
        again = await attempt(method(vendor), page("room"), DESK, number=2, possible_repeat=True)
    one, two = (request.json() for request in vendor.requests)
    assert (first.outcome, again.outcome) == ("unknown", "accepted")
    assert one["dedup_key"] == two["dedup_key"]


async def test_a_digest_is_an_alert_for_each_of_its_members() -> None:
    members = digest(notice(sequence=2), page(), notice(sequence=3, purpose="recovery"))
    delivery, vendor = await sent(members)
    told = [(it.json()["event_action"], it.json()["dedup_key"]) for it in vendor.requests]
    assert delivery.outcome == "accepted"
    assert told == [
        ("trigger", "outage/chat-7"),
        ("trigger", OPENED),
        ("resolve", "outage/chat-7"),
    ]


async def test_a_digest_that_is_broken_off_is_told_as_what_broke_it() -> None:
    delivery, vendor = await sent(digest(), taken(), throttles(7), taken())
    assert (delivery.outcome, delivery.retry_after_ms) == ("throttled", 7_000)
    assert len(vendor.requests) == 2


@pytest.mark.parametrize(
    ("content", "action", "key"),
    [
        (trouble(), "trigger", "trouble/address/slack/dov"),
        (verification(), "trigger", "verification/verify-1"),
        (group(), "trigger", "group/room:0.1:channel=chat"),
        (group(ENDED, number=2), "resolve", "group/room:0.1:channel=chat"),
    ],
)
async def test_what_else_is_told_has_a_key_of_its_own(
    content: Content, action: str, key: str
) -> None:
    _, vendor = await sent(content, taken(key))
    body = vendor.requests[0].json()
    assert (body["event_action"], body["dedup_key"]) == (action, key)


async def test_a_key_that_is_too_long_is_cut_and_stays_apart_from_others() -> None:
    keys = set()
    for end in "ab":
        _, vendor = await sent(page("room", escalation_id="boston:" + "x" * 400 + end))
        keys.add(vendor.requests[0].json()["dedup_key"])
    assert len(keys) == 2
    assert all(len(key) <= 255 for key in keys)


@pytest.mark.parametrize(
    ("behaviour", "outcome", "detail"),
    [
        (error_body_with_200({"status": "error", "message": "no"}), "unknown", "POST: 200"),
        (error_body_with_200({"status": "success", "dedup_key": "k"}), "unknown", "POST: 200"),
        (silent_202(), "unknown", "POST: 202"),
        (accepts({"status": "invalid event"}, status=202), "unknown", "POST: 202"),
        (accepts("<html>welcome</html>", status=202), "unknown", "POST: 202"),
        (accepts("[1]", status=202), "unknown", "POST: 202"),
        (accepts("[" * 100_000, status=202), "unknown", "POST: 202"),
        (loses_its_body(202), "unknown", "POST: 202"),
        (fails(400, {"status": "invalid event", "errors": ["no summary"]}), "refused", "POST: 400"),
        (
            fails(400, {"message": "bad", "errors": ["Length of 'routing_key' is incorrect"]}),
            "config",
            "POST: 400 the routing key",
        ),
        (fails(403), "config", "POST: 403"),
        (fails(404), "config", "POST: 404"),
        (fails(413), "too_big", "POST: 413"),
        (fails(500), "transient", "POST: 500"),
        (fails(503), "transient", "POST: 503"),
        (redirects("https://elsewhere.example/"), "transient", "POST: 307"),
        (resets_before_body(), "unknown", "POST: "),
        (resets_after_body(), "unknown", "POST: "),
    ],
)
async def test_only_the_documented_answer_counts_as_accepted(
    behaviour: Behaviour, outcome: str, detail: str
) -> None:
    delivery, _ = await sent(page("room"), behaviour)
    assert delivery.outcome == outcome
    assert delivery.detail.startswith(detail)


@pytest.mark.parametrize(
    ("behaviour", "wait_ms"),
    [(throttles(None), 60_000), (throttles(30), 30_000), (throttles(5, status=503), 5_000)],
)
async def test_a_throttle_is_waited_for_as_long_as_it_says(
    behaviour: Behaviour, wait_ms: int
) -> None:
    delivery, _ = await sent(page("room"), behaviour)
    assert (delivery.outcome, delivery.retry_after_ms) == ("throttled", wait_ms)


async def test_one_that_is_silent_holds_nobody_and_may_have_taken_it() -> None:
    async with playing(slow()) as vendor:
        delivery = await attempt(method(vendor, pager_timeout_s=0.3), page("room"), DESK)
    assert (delivery.outcome, len(vendor.requests)) == ("unknown", 1)


async def test_without_permission_nothing_is_written() -> None:
    async with playing(taken()) as vendor:
        delivery = await attempt(method(vendor), page("room"), DESK, may_send=asked(0))
    assert (delivery.outcome, vendor.requests) == ("not_sent", [])


async def test_permission_is_asked_again_for_each_alert_of_a_digest() -> None:
    async with playing(taken()) as vendor:
        delivery = await attempt(method(vendor), digest(), DESK, may_send=asked(2))
    assert (delivery.outcome, len(vendor.requests)) == ("not_sent", 1)


async def test_what_is_not_configured_is_told_to_the_operator_without_a_request() -> None:
    async with playing(taken()) as vendor:
        unknown = await attempt(method(vendor, "pagerduty.other k"), page("room"), DESK)
        without = await attempt(method(vendor), page("room"), ROOM)
        customer = await attempt(method(vendor), customer_notice(), DESK)
    assert (unknown.outcome, without.outcome, customer.outcome) == ("config", "refused", "refused")
    assert vendor.requests == []


async def test_a_connector_may_name_another_region() -> None:
    async with playing(taken()) as european, playing(taken()) as american:
        line = f"pagerduty.it {KEY} {european.url}/"
        await attempt(method(american, line), page("room"), DESK)
    assert [len(it.requests) for it in (european, american)] == [1, 0]
    assert european.requests[0].target == "/v2/enqueue"


async def test_a_message_that_was_too_big_is_told_in_fewer_words() -> None:
    wordy = notice("room", audience="it", message="word " * 800)
    _, whole = await sent(wordy)
    _, less = await sent(wordy, shorter=True)
    sizes = [len(it.requests[0].body) for it in (whole, less)]
    assert sizes[1] < sizes[0]


async def test_no_secret_is_in_outcomes_or_log_lines() -> None:
    for behaviour in (taken(), fails(400, KEY), fails(403, KEY), accepts(KEY, 202)):
        async with playing(behaviour) as vendor:
            shown = await shown_by(method(vendor), page("room"), DESK)
        assert KEY not in shown
        assert "/a/" not in shown
    nowhere = methods(f"http://user:{KEY}@127.0.0.1:1/", LINE)["pagerduty"]
    assert KEY not in await shown_by(nowhere, page("room"), DESK)
