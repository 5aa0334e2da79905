"""Teams' Workflows webhooks over real HTTP: one as Microsoft documents it, and such that lie."""

import pytest
import structlog

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.methods import Method
from services.notifier.adapters.teams.carrier import TeamsCarrier
from services.notifier.adapters.teams.writer import TeamsWriter
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

ROOM = ANA.model_copy(update={"teams": "it-room"})
PATH = "/powerautomate/automations/direct/workflows/1/triggers/manual/paths/invoke"
QUERY = "api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s3cret-sig"
THROTTLED = (
    "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 "
    "with ContextId tcid=0,server=DB3PEPF0"
)


def method_at(
    vendor: Vendor, *, timeout_s: float = 5.0, private: str = LOOPBACK
) -> Method[Request]:
    known = connectors(f"teams.it-room {vendor.url}{PATH}?{QUERY}")
    carrier = TeamsCarrier(http_carrier(timeout_s=timeout_s, private=private))
    return Method(writer=TeamsWriter(tell=teller, connectors=known), carrier=carrier)


async def sent(vendor: Vendor) -> Delivery:
    return await method_at(vendor).attempt(lease_of(), page(), ROOM, always)


@pytest.mark.parametrize("behaviour", [silent_202(), accepts(b""), accepts(b"1")])
async def test_a_started_flow_is_acceptance_and_its_url_arrives_as_it_was_given(
    behaviour: Behaviour,
) -> None:
    async with playing(behaviour) as vendor:
        delivery = await sent(vendor)
    assert (delivery.outcome, delivery.provider_id) == ("accepted", "")
    (request,) = vendor.requests
    assert (request.verb, request.target) == ("POST", f"{PATH}?{QUERY}")
    assert request.headers["content-type"] == "application/json"
    (attachment,) = request.json()["attachments"]
    assert attachment["content"]["version"] == "1.4"


@pytest.mark.parametrize(
    ("behaviour", "outcome", "retry_after_ms"),
    [
        (error_body_with_200(THROTTLED), "throttled", 60_000),
        (error_body_with_200(THROTTLED.replace("429", "413")), "too_big", None),
        (error_body_with_200(THROTTLED.replace("429", "403")), "config", None),
        (error_body_with_200(THROTTLED.replace("429", "502")), "transient", None),
        (error_body_with_200("<html>sign in to the hotel's network</html>"), "unknown", None),
        (accepts(THROTTLED, status=202), "throttled", 60_000),
        (throttles(30), "throttled", 30_000),
        (fails(400, {"error": {"code": "WorkflowTriggerIsNotEnabled"}}), "config", None),
        (fails(401), "config", None),
        (fails(404), "config", None),
        (fails(413), "too_big", None),
        (fails(500), "transient", None),
        (redirects("http://169.254.169.254/latest"), "transient", None),
        (loses_its_body(202), "unknown", None),
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
    async with playing(slow(silent_202())) as vendor:
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
    async with playing(silent_202()) as vendor:
        delivery = await method_at(vendor).attempt(lease_of(), page(), ROOM, asked(questions))
    assert (delivery.outcome, vendor.requests) == ("not_sent", [])


async def test_what_is_inside_is_never_connected_to_unless_allowed() -> None:
    async with playing(silent_202()) as vendor:
        made = method_at(vendor, private="")
        delivery = await made.attempt(lease_of(), page(), ROOM, always)
    assert (delivery.outcome, vendor.connections) == ("config", 0)


async def test_killed_between_the_flows_start_and_our_record_it_comes_again_under_the_same_id() -> (
    None
):
    async with playing(silent_202()) as vendor:
        first, second, end = await killed_after_its_accept(method_at(vendor), ROOM)
    assert (second.number, second.possible_repeat) == (2, True)
    assert first.message_id == second.message_id
    one, two = (each.json()["attachments"][0]["content"]["body"] for each in vendor.requests)
    assert one[0]["id"] == two[0]["id"] == first.message_id
    assert len(two) == len(one) + 1  # it says that it may be a repeat
    assert (end.end, end.attempts, end.possible_repeats) == ("accepted", 2, 1)


async def test_no_secret_is_in_an_outcome_a_log_or_an_exception(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    lies = [
        error_body_with_200("returned HTTP error s3cret"),
        error_body_with_200({"error": {"code": "s3cret-sig", "message": "s3cret-sig"}}),
        fails(400, f"{PATH}?{QUERY}"),
        redirects(f"http://127.0.0.1{PATH}?{QUERY}"),
        resets_after_body(),
    ]
    told: list[object] = []
    with structlog.testing.capture_logs() as logged:
        for lie in lies:
            async with playing(lie) as vendor:
                told.append(await sent(vendor))
        told.append(await sent(Vendor([], port=free_port())))
        for url in ("no-url-s3cret", "ftp://s3cret.example.org/", "https://a:s3cret@b.example/"):
            writer = TeamsWriter(tell=teller, connectors=connectors(f"teams.it-room {url}"))
            method = Method(writer=writer, carrier=TeamsCarrier(http_carrier()))
            bad = await method.attempt(lease_of(), page(), ROOM, always)
            assert bad.outcome == "config"
            told.append(bad)
    assert "s3cret" not in repr((told, caplog.text, logged))
