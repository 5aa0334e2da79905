"""Zoom's incoming webhooks over real HTTP: one as documented, and such that lie."""

import pytest
import structlog

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.methods import Method
from services.notifier.adapters.zoom.carrier import ZoomCarrier
from services.notifier.adapters.zoom.writer import ZoomWriter
from switchyard.brokers.ports import free_port
from tests.support.ledger import ANA, page
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
from tests.support.vendors.stage import (
    LOOPBACK,
    always,
    asked,
    connectors,
    http_carrier,
    killed_after_its_accept,
    teller,
)
from tests.support.words import lease_of

ROOM = ANA.model_copy(update={"zoom": "it-room"})
PATH, TOKEN = "/incoming/hook/s3cret-hook", "t0ken-s3cret"


def method_at(
    vendor: Vendor, *, timeout_s: float = 5.0, private: str = LOOPBACK
) -> Method[Request]:
    known = connectors(f"zoom.it-room {vendor.url}{PATH} {TOKEN}")
    carrier = ZoomCarrier(http_carrier(timeout_s=timeout_s, private=private))
    return Method(writer=ZoomWriter(tell=teller, connectors=known), carrier=carrier)


async def sent(vendor: Vendor) -> Delivery:
    return await method_at(vendor).attempt(lease_of(), page(), ROOM, always)


async def test_a_page_is_taken_in_the_full_form_with_the_bare_token() -> None:
    async with playing(accepts(b"")) as vendor:
        delivery = await sent(vendor)
    assert delivery == Delivery("accepted", "POST: 200")
    (request,) = vendor.requests
    assert (request.verb, request.target) == ("POST", f"{PATH}?format=full")
    assert request.headers["authorization"] == TOKEN
    assert request.json()["content"]["head"]["text"]


@pytest.mark.parametrize(
    ("behaviour", "outcome", "retry_after_ms"),
    [
        (error_body_with_200({"code": 124, "message": "Invalid access token"}), "config", None),
        (error_body_with_200({"code": 429, "message": "too many"}), "throttled", 60_000),
        (error_body_with_200({"status": False, "errorCode": 300}), "refused", None),
        (error_body_with_200({"status": False, "errorMessage": "no"}), "transient", None),
        (error_body_with_200("<html>sign in to the hotel's network</html>"), "unknown", None),
        (silent_202(), "accepted", None),
        (throttles(30), "throttled", 30_000),
        (throttles("2015-02-04T09:00:20Z"), "throttled", 20_000),  # our clock says 09:00:00
        (fails(400), "refused", None),
        (fails(401), "config", None),
        (fails(404), "config", None),
        (fails(500), "transient", None),
        (redirects("http://169.254.169.254/latest"), "transient", None),
        (loses_its_body(), "unknown", None),
        (resets_after_body(), "unknown", None),
    ],
)
async def test_anything_else_is_what_it_says(
    behaviour: Behaviour, outcome: str, retry_after_ms: int | None
) -> None:
    async with playing(behaviour) as vendor:
        delivery = await sent(vendor)
    assert (delivery.outcome, delivery.retry_after_ms) == (outcome, retry_after_ms)
    assert len(vendor.requests) == vendor.connections == 1


async def test_a_server_that_takes_all_and_is_silent_is_unknown_and_holds_nobody() -> None:
    async with playing(slow()) as vendor:
        made = method_at(vendor, timeout_s=0.3)
        delivery = await made.attempt(lease_of(), page(), ROOM, always)
        assert (delivery.outcome, len(vendor.requests)) == ("unknown", 1)


async def test_a_connection_broken_before_the_body_is_never_acceptance() -> None:
    async with playing(resets_before_body()) as vendor:
        delivery = await sent(vendor)
    assert delivery.outcome in ("unknown", "transient")  # who broke first cannot be told
    assert vendor.requests == []


async def test_nobody_listening_is_transient() -> None:
    assert (await sent(Vendor([], port=free_port()))).outcome == "transient"


@pytest.mark.parametrize("questions", [0, 1])
async def test_without_permission_nothing_is_handed_in(questions: int) -> None:
    async with playing(accepts()) as vendor:
        delivery = await method_at(vendor).attempt(lease_of(), page(), ROOM, asked(questions))
    assert (delivery.outcome, vendor.requests) == ("not_sent", [])


async def test_what_is_inside_is_never_connected_to_unless_allowed() -> None:
    async with playing(accepts()) as vendor:
        made = method_at(vendor, private="")
        delivery = await made.attempt(lease_of(), page(), ROOM, always)
    assert (delivery.outcome, vendor.connections) == ("config", 0)


async def test_killed_between_zooms_accept_and_our_record_it_comes_again_and_says_so() -> None:
    async with playing(accepts()) as vendor:
        first, second, end = await killed_after_its_accept(method_at(vendor), ROOM)
    assert (second.number, second.possible_repeat) == (2, True)
    assert first.message_id == second.message_id
    one, two = (each.json()["content"]["body"] for each in vendor.requests)
    assert len(two) == len(one) + 1
    assert (end.end, end.attempts, end.possible_repeats) == ("accepted", 2, 1)


async def test_no_secret_is_in_an_outcome_a_log_or_an_exception(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    lies = [
        error_body_with_200({"code": TOKEN, "error": TOKEN}),
        fails(400, TOKEN),
        redirects(f"http://127.0.0.1{PATH}"),
        resets_after_body(),
    ]
    told: list[object] = []
    with structlog.testing.capture_logs() as logged:
        for lie in lies:
            async with playing(lie) as vendor:
                told.append(await sent(vendor))
        told.append(await sent(Vendor([], port=free_port())))
        for url in ("no-url-s3cret", "ftp://s3cret.example.org/", "https://[s3cret/"):
            known = connectors(f"zoom.it-room {url} {TOKEN}")
            writer = ZoomWriter(tell=teller, connectors=known)
            method = Method(writer=writer, carrier=ZoomCarrier(http_carrier()))
            bad = await method.attempt(lease_of(), page(), ROOM, always)
            assert bad.outcome == "config"
            told.append(bad)
    assert "s3cret" not in repr((told, caplog.text, logged))
