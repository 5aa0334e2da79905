"""Slack over real HTTP: a server that answers as Slack documents it, and such that lie."""

import json

import pytest
import structlog

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.methods import Method
from services.notifier.adapters.slack.carrier import SlackCarrier
from services.notifier.adapters.slack.writer import SlackMessage, SlackWriter
from services.notifier.core import Content
from shared.contracts.people import Person
from switchyard.brokers.ports import free_port
from tests.support.ledger import ANA, notice, page
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

TOKEN = "xoxb-s3cret-token"
OK = {"ok": True, "channel": "C0ESCALATE", "ts": "1792055646.000200"}
CHANNEL = ANA.model_copy(update={"slack": "C0ESCALATE"})
HOOK = ANA.model_copy(update={"slack": "it-room"})
THREAD = "C0ESCALATE:1792055600.000100"


def method_at(
    vendor: Vendor, *, timeout_s: float = 5.0, private: str = LOOPBACK
) -> Method[SlackMessage]:
    known = connectors(f"slack.bot {TOKEN}", f"slack.it-room {vendor.url}/services/T0/s3cret-hook")
    writer = SlackWriter(tell=teller, connectors=known, api=f"{vendor.url}/api")
    carrier = SlackCarrier(http_carrier(timeout_s=timeout_s, private=private))
    return Method(writer=writer, carrier=carrier)


async def sent(
    vendor: Vendor, content: Content, person: Person = CHANNEL, **lease: object
) -> Delivery:
    made = method_at(vendor)
    return await made.attempt(lease_of("ana", "slack", **lease), content, person, always)


async def test_a_page_is_taken_and_its_place_is_kept_for_its_thread() -> None:
    async with playing(accepts(OK)) as vendor:
        delivery = await sent(vendor, page())
    assert delivery == Delivery(
        "accepted", "POST: 200 ok", provider_id="C0ESCALATE:1792055646.000200"
    )
    (request,) = vendor.requests
    assert (request.verb, request.path) == ("POST", "/api/chat.postMessage")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.json()["channel"] == "C0ESCALATE"


async def test_a_webhook_is_posted_to_its_own_path_without_the_token() -> None:
    async with playing(accepts("ok")) as vendor:
        delivery = await sent(vendor, page(), HOOK)
    assert delivery == Delivery("accepted", "POST: 200 ok")
    (request,) = vendor.requests
    assert request.path == "/services/T0/s3cret-hook"
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    ("behaviour", "outcome", "retry_after_ms"),
    [
        (error_body_with_200({"ok": False, "error": "channel_not_found"}), "bad_recipient", None),
        (error_body_with_200({"ok": False, "error": "invalid_auth"}), "config", None),
        (error_body_with_200({"ok": False, "error": "msg_blocks_too_long"}), "too_big", None),
        (error_body_with_200({"ok": False, "error": "internal_error"}), "transient", None),
        (error_body_with_200({"ok": False, "error": "invalid_blocks"}), "refused", None),
        (error_body_with_200({"ok": False, "error": "ratelimited"}), "throttled", 60_000),
        (error_body_with_200("<html>sign in to the hotel's network</html>"), "unknown", None),
        (silent_202(), "unknown", None),
        (throttles(30, body={"ok": False, "error": "ratelimited"}), "throttled", 30_000),
        (throttles(None), "throttled", 60_000),
        (fails(500), "transient", None),
        (throttles(7, status=503), "throttled", 7_000),
        (redirects("http://169.254.169.254/latest"), "transient", None),
        (loses_its_body(), "unknown", None),
        (resets_after_body(), "unknown", None),
    ],
)
@pytest.mark.parametrize("person", [CHANNEL, HOOK], ids=["token", "webhook"])
async def test_nothing_but_slacks_own_word_is_acceptance(
    behaviour: Behaviour, outcome: str, retry_after_ms: int | None, person: Person
) -> None:
    if person is HOOK and outcome == "bad_recipient":
        outcome = "config"  # a webhook belongs to one channel
    async with playing(behaviour) as vendor:
        delivery = await sent(vendor, page(), person)
    assert (delivery.outcome, delivery.retry_after_ms) == (outcome, retry_after_ms)
    assert len(vendor.requests) == vendor.connections == 1


async def test_a_server_that_takes_all_and_is_silent_is_unknown_and_holds_nobody() -> None:
    async with playing(slow(accepts(OK))) as vendor:
        made = method_at(vendor, timeout_s=0.3)
        delivery = await made.attempt(lease_of(), page(), CHANNEL, always)
        assert (delivery.outcome, len(vendor.requests)) == ("unknown", 1)


async def test_a_connection_broken_before_the_body_is_never_acceptance() -> None:
    async with playing(resets_before_body()) as vendor:
        delivery = await sent(vendor, page())
    assert delivery.outcome in ("unknown", "transient")  # who broke first cannot be told
    assert vendor.requests == []


async def test_nobody_listening_is_transient() -> None:
    nobody = Vendor([], port=free_port())
    assert (await sent(nobody, page())).outcome == "transient"


async def test_where_the_thread_is_no_more_an_outages_end_goes_to_the_channel() -> None:
    gone = error_body_with_200({"ok": False, "error": "thread_not_found"})
    async with playing(gone, accepts(OK)) as vendor:
        over = notice(sequence=3, purpose="recovery")
        delivery = await sent(vendor, over, thread=THREAD)
    assert delivery.outcome == "accepted"
    first, second = (request.json() for request in vendor.requests)
    assert (first["thread_ts"], first["reply_broadcast"]) == ("1792055600.000100", True)
    assert not second.keys() & {"thread_ts", "reply_broadcast"}
    assert second["blocks"] == first["blocks"]


async def test_a_message_without_a_thread_is_not_sent_twice() -> None:
    async with playing(error_body_with_200({"ok": False, "error": "thread_not_found"})) as vendor:
        assert (await sent(vendor, page())).outcome == "refused"
    assert len(vendor.requests) == 1


@pytest.mark.parametrize("questions", [0, 1])
async def test_without_permission_nothing_is_handed_in(questions: int) -> None:
    async with playing(accepts(OK)) as vendor:
        made = method_at(vendor)
        delivery = await made.attempt(lease_of(), page(), CHANNEL, asked(questions))
    assert (delivery.outcome, vendor.requests) == ("not_sent", [])


async def test_permission_that_ends_before_the_second_post_stops_it() -> None:
    gone = error_body_with_200({"ok": False, "error": "thread_not_found"})
    async with playing(gone, accepts(OK)) as vendor:
        made = method_at(vendor)
        delivery = await made.attempt(
            lease_of(thread=THREAD), notice(sequence=2), CHANNEL, asked(2)
        )
    assert (delivery.outcome, len(vendor.requests)) == ("not_sent", 1)


async def test_what_is_inside_is_never_connected_to_unless_allowed() -> None:
    async with playing(accepts(OK)) as vendor:
        made = method_at(vendor, private="")
        for person in (CHANNEL, HOOK):
            delivery = await made.attempt(lease_of(), page(), person, always)
            assert delivery.outcome == "config"
            assert delivery.detail.startswith("address:")
    assert vendor.connections == 0


async def test_killed_between_slacks_accept_and_our_record_it_comes_again_under_the_same_id() -> (
    None
):
    async with playing(accepts(OK)) as vendor:
        first, second, end = await killed_after_its_accept(method_at(vendor), CHANNEL)
    assert (second.number, second.possible_repeat) == (2, True)
    assert first.message_id == second.message_id
    one, two = (request.json() for request in vendor.requests)
    assert one["metadata"] == two["metadata"]
    assert len(two["blocks"]) == len(one["blocks"]) + 1  # it says that it may be a repeat
    assert (end.end, end.attempts, end.possible_repeats) == ("accepted", 2, 1)


LIES = [
    error_body_with_200({"ok": False, "error": f"see {TOKEN}"}),
    error_body_with_200(f"{TOKEN} and /services/T0/s3cret-hook"),
    fails(400, TOKEN),
    fails(500, TOKEN),
    redirects(f"http://127.0.0.1/{TOKEN}"),
    resets_after_body(),
    accepts({"ok": True, "channel": TOKEN, "ts": TOKEN}),
]


@pytest.mark.parametrize("person", [CHANNEL, HOOK], ids=["token", "webhook"])
async def test_no_secret_is_in_an_outcome_a_log_or_an_exception(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    told: list[object] = []
    with structlog.testing.capture_logs() as logged:
        for lie in LIES:
            async with playing(lie) as vendor:
                told.append(await sent(vendor, page(), person))
        told.append(await sent(Vendor([], port=free_port()), page(), person))
        bad = SlackWriter(tell=teller, connectors=connectors(f"slack.bot {TOKEN}"), api="s3cret:/")
        method = Method(writer=bad, carrier=SlackCarrier(http_carrier()))
        told.append(await method.attempt(lease_of(), page(), CHANNEL, always))
    assert "s3cret" not in json.dumps([repr(told), caplog.text, repr(logged)])


async def test_a_message_that_cannot_be_made_is_told_without_a_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    writer = SlackWriter(
        tell=broken,  # type: ignore[arg-type]  # a defect
        connectors=connectors(f"slack.bot {TOKEN}"),
        api="https://slack.com/api",
    )
    with structlog.testing.capture_logs() as logged:
        made = Method(writer=writer, carrier=SlackCarrier(http_carrier()))
        delivery = await made.attempt(lease_of(), page(), CHANNEL, always)
    assert delivery.outcome == "not_sent"
    assert "s3cret" not in repr((delivery, logged, caplog.text))
