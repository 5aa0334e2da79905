"""Opsgenie and Jira Service Management over real HTTP: one adapter, two base URLs."""

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
    answers,
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
from tests.support.words import customer_notice, digest, verification

KEY = "0000e00e-0000-0000-0000-00000000e0e0"
REQUEST_ID = "00000000-0000-0000-0000-0000000000a1"
DESK = ROOM.model_copy(update={"locale": "en", "opsgenie": "it"})
LINE = f"opsgenie.it {KEY}"
OPENED = "escalation/boston:42#first_reply/1/c1"


def taken() -> Behaviour:
    said = {"result": "Request will be processed", "took": 0.1, "requestId": REQUEST_ID}
    return accepts(said, status=202)


def method(vendor: Vendor, *lines: str, **settings: Any) -> Method[Any]:
    return methods(vendor.url, *(lines or (LINE,)), **settings)["opsgenie"]


async def sent(content: Content, *script: Behaviour, **lease: Any) -> tuple[Delivery, Vendor]:
    async with playing(*(script or (taken(),))) as vendor:
        return await attempt(method(vendor), content, DESK, **lease), vendor


async def test_a_page_opens_an_alert_under_its_alias() -> None:
    delivery, vendor = await sent(page("room", method="opsgenie"))
    (request,) = vendor.requests
    body = request.json()

    assert (delivery.outcome, delivery.provider_id) == ("accepted", REQUEST_ID)
    assert (request.verb, request.target) == ("POST", "/v2/alerts")
    assert request.headers["authorization"] == f"GenieKey {KEY}"
    assert (body["alias"], body["priority"], body["source"]) == (OPENED, "P1", "switchyard")
    assert 0 < len(body["message"]) <= 130
    assert body["details"]["escalation"] == "boston:42#first_reply/1"
    assert body["details"]["link"].startswith("https://desk.example.org/a/")
    assert all(isinstance(value, str) for value in body["details"].values())


async def test_a_recovery_closes_the_alert_of_its_outage_by_its_alias() -> None:
    told = notice("room", sequence=2, purpose="recovery", method="opsgenie")
    delivery, vendor = await sent(told)
    (request,) = vendor.requests
    assert delivery.outcome == "accepted"
    assert request.target == "/v2/alerts/outage%2Fchat-7/close?identifierType=alias"
    assert set(request.json()) == {"source", "note"}


@pytest.mark.parametrize("purpose", ["opening", "update"])
async def test_openings_and_updates_are_one_alert_with_a_note_of_what_is_new(
    purpose: NoticePurpose,
) -> None:
    _, vendor = await sent(notice("room", sequence=2, purpose=purpose, severity="minor"))
    body = vendor.requests[0].json()
    assert body["alias"] == "outage/chat-7"
    assert body["note"]
    assert body["description"]


async def test_the_other_product_has_another_base_and_the_same_requests() -> None:
    async with playing(taken()) as vendor:
        base = f"{vendor.url}/jsm/ops/integration"
        built = methods("http://127.0.0.1:1", f"{LINE} {base}")["opsgenie"]
        for told in (page("room"), notice("room", sequence=2, purpose="recovery")):
            assert (await attempt(built, told, DESK)).outcome == "accepted"
    assert [request.path for request in vendor.requests] == [
        "/jsm/ops/integration/v2/alerts",
        "/jsm/ops/integration/v2/alerts/outage%2Fchat-7/close",
    ]


async def test_a_page_that_was_taken_before_we_were_killed_goes_again_under_its_alias() -> None:
    async with playing(taken()) as vendor:
        first, second, end = await killed_after_its_accept(
            method(vendor), DESK.model_copy(update={"webhook": None})
        )
    one, two = (request.json() for request in vendor.requests)
    assert (first.message_id, second.possible_repeat) == (second.message_id, True)
    assert one["alias"] == two["alias"]
    assert (end.end, end.attempts, end.possible_repeats) == ("accepted", 2, 1)


async def test_a_repeat_has_the_same_alias_so_that_it_opens_no_second_alert() -> None:
    async with playing(resets_after_body(), taken()) as vendor:
        first = await attempt(method(vendor), page("room"), DESK)
        again = await attempt(method(vendor), page("room"), DESK, number=2, possible_repeat=True)
    one, two = (request.json() for request in vendor.requests)
    assert (first.outcome, again.outcome) == ("unknown", "accepted")
    assert one["alias"] == two["alias"]


async def test_a_digest_is_an_alert_for_each_of_its_members() -> None:
    delivery, vendor = await sent(digest(page(), notice(sequence=2)))
    assert (delivery.outcome, len(vendor.requests)) == ("accepted", 2)


async def test_long_texts_keep_within_the_limits_between_characters() -> None:
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    wordy = notice("room", audience="it", title=family * 200, message=family * 9_000)
    _, vendor = await sent(wordy)
    body = vendor.requests[0].json()
    assert len(body["message"]) <= 130
    assert len(body["description"]) <= 15_000
    assert not body["message"].rstrip("…").endswith("\u200d")


@pytest.mark.parametrize(
    ("behaviour", "outcome", "detail"),
    [
        (error_body_with_200({"result": "Request will be processed"}), "unknown", "POST: 200"),
        (silent_202(), "unknown", "POST: 202"),
        (accepts({"requestId": 7}, status=202), "unknown", "POST: 202"),
        (accepts("<html>", status=202), "unknown", "POST: 202"),
        (loses_its_body(202), "unknown", "POST: 202"),
        (fails(401), "config", "POST: 401"),
        (fails(402), "config", "POST: 402"),
        (fails(403), "config", "POST: 403"),
        (fails(422, {"message": "Request body is not processable"}), "refused", "POST: 422"),
        (fails(413), "too_big", "POST: 413"),
        (fails(500), "transient", "POST: 500"),
        (redirects("https://elsewhere.example/"), "transient", "POST: 307"),
        (resets_before_body(), "unknown", "POST: "),
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
    [
        (throttles(None), 60_000),
        (throttles(7), 7_000),
        (answers(429, b"", {"x-ratelimit-period-in-sec": "90"}), 90_000),
        (answers(429, b"", {"x-ratelimit-period-in-sec": "9" * 400}), 3_600_000),
        (answers(429, b"", {"x-ratelimit-period-in-sec": "soon"}), 60_000),
    ],
)
async def test_a_throttle_is_waited_for_as_long_as_its_period_is(
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


async def test_what_is_not_configured_is_told_to_the_operator_without_a_request() -> None:
    async with playing(taken()) as vendor:
        unknown = await attempt(method(vendor, "opsgenie.other k"), page("room"), DESK)
        without = await attempt(method(vendor), page("room"), ROOM)
        customer = await attempt(method(vendor), customer_notice(), DESK)
    assert (unknown.outcome, without.outcome, customer.outcome) == ("config", "refused", "refused")
    assert vendor.requests == []


async def test_no_secret_is_in_outcomes_or_log_lines() -> None:
    for behaviour in (taken(), fails(422, KEY), fails(401, KEY), accepts(KEY, 202)):
        async with playing(behaviour) as vendor:
            shown = await shown_by(method(vendor), verification(), DESK)
        assert KEY not in shown
        assert "042137" not in shown
    nowhere = methods(f"http://user:{KEY}@127.0.0.1:1/", LINE)["opsgenie"]
    assert KEY not in await shown_by(nowhere, page("room"), DESK)
