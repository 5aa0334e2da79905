"""Apprise over real HTTP, by its `json://` service: no tries of its own, and nothing leaks."""

import asyncio
import logging
import threading
from collections.abc import Iterator

import pytest
import structlog

from services.notifier.adapters.apprise.carrier import AppriseCarrier
from services.notifier.adapters.apprise.writer import AppriseMessage, AppriseWriter
from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.targets import Resolve, system_resolver
from services.notifier.adapters.methods import Method
from switchyard.brokers.ports import free_port
from tests.support.ledger import ANA, page
from tests.support.vendors.server import (
    Behaviour,
    Conversation,
    Vendor,
    accepts,
    error_body_with_200,
    fails,
    playing,
    redirects,
    resets_after_body,
    silent_202,
    slow,
    throttles,
)
from tests.support.vendors.stage import (
    LOOPBACK,
    Calm,
    always,
    asked,
    connectors,
    gate,
    killed_after_its_accept,
    known,
    teller,
)
from tests.support.words import lease_of

# One of its plugins imports a module of Python's that is to go.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
ANA_BY_APPRISE = ANA.model_copy(update={"apprise": "on-call"})
PATH = "s3cret-path"


def method_of(
    url: str,
    *,
    timeout_s: float = 5.0,
    private: str = LOOPBACK,
    resolve: Resolve = system_resolver,
    threads: int = 4,
) -> Method[AppriseMessage]:
    writer = AppriseWriter(tell=teller, connectors=connectors(f"apprise.on-call {url}"))
    carrier = AppriseCarrier(
        gate=gate(private), timeout_s=timeout_s, clock=Calm(), threads=threads, resolve=resolve
    )
    return Method(writer=writer, carrier=carrier)


def url_of(vendor: Vendor, query: str = "") -> str:
    url = f"json://ana:s3cret-word@127.0.0.1:{vendor.port}/{PATH}"
    return f"{url}?{query}" if query else url


async def sent(url: str) -> Delivery:
    return await method_of(url).attempt(lease_of(), page(), ANA_BY_APPRISE, always)


async def test_a_page_is_handed_in_once_with_its_link_first() -> None:
    async with playing(accepts()) as vendor:
        delivery = await sent(url_of(vendor))
    assert delivery == Delivery("accepted", "apprise: success")
    (request,) = vendor.requests
    assert (request.verb, request.path) == ("POST", f"/{PATH}")
    body = request.json()
    assert "streets" in body["title"]
    assert body["message"].startswith("Acknowledge\nhttps://desk.example.org/")


@pytest.mark.parametrize(
    ("behaviour", "outcome", "retry_after_ms"),
    [
        (throttles(30), "throttled", 60_000),  # Apprise does not tell for how long
        (fails(401), "config", None),
        (fails(404), "config", None),
        (fails(413), "too_big", None),
        (fails(422), "refused", None),
        (fails(500), "transient", None),
        (resets_after_body(), "unknown", None),
        (error_body_with_200({"error": "no"}), "accepted", None),  # a service that has no such rule
    ],
)
async def test_each_answer_is_told_and_nothing_is_tried_again_whatever_the_url_asks_for(
    behaviour: Behaviour, outcome: str, retry_after_ms: int | None
) -> None:
    async with playing(behaviour) as vendor:
        delivery = await sent(url_of(vendor, "retry=5&wait=0&optional=yes"))
    assert (delivery.outcome, delivery.retry_after_ms) == (outcome, retry_after_ms)
    assert len(vendor.requests) == 1


async def test_no_redirect_is_followed_whatever_the_url_asks_for() -> None:
    async with playing(accepts()) as elsewhere, playing(redirects(elsewhere.url)) as vendor:
        delivery = await sent(url_of(vendor, "redirect=yes"))
    assert delivery.outcome == "transient"
    assert (len(vendor.requests), elsewhere.connections) == (1, 0)


async def test_a_server_that_takes_all_and_is_silent_is_unknown_and_holds_nobody() -> None:
    async with playing(slow()) as vendor:
        made = method_of(url_of(vendor), timeout_s=0.3)
        delivery = await made.attempt(lease_of(), page(), ANA_BY_APPRISE, always)
        assert (delivery.outcome, len(vendor.requests)) == ("unknown", 1)


async def test_a_service_that_hangs_beyond_its_sockets_is_given_up_as_unknown() -> None:
    """Bytes that trickle keep a socket's own timeout from ending: ours stands around it."""
    over = asyncio.Event()

    async def trickles(one: Conversation) -> None:
        await one.hear()
        await one.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while not over.is_set():
            await one.write(b"x")
            await asyncio.sleep(0.05)

    async with playing(trickles) as vendor, asyncio.timeout(5):
        made = method_of(url_of(vendor), timeout_s=0.3)
        delivery = await made.attempt(lease_of(), page(), ANA_BY_APPRISE, always)
        over.set()
    assert delivery == Delivery("unknown", "apprise: no answer in time")


async def test_where_no_thread_is_free_nothing_is_sent_and_that_is_known() -> None:
    held, busy = threading.Event(), threading.Event()

    def hold() -> None:
        busy.set()
        held.wait(10)

    async with playing(accepts()) as vendor:
        made = method_of(url_of(vendor), timeout_s=0.1, threads=1)
        carrier = made.carrier
        assert isinstance(carrier, AppriseCarrier)
        carrier._threads.submit(hold)
        busy.wait(5)
        delivery = await made.attempt(lease_of(), page(), ANA_BY_APPRISE, always)
        held.set()
        carrier._threads.shutdown(wait=True)
    assert (delivery.outcome, vendor.requests) == ("not_sent", [])


async def test_nobody_listening_is_transient() -> None:
    delivery = await sent(f"json://127.0.0.1:{free_port()}/")
    assert delivery == Delivery("transient", "apprise: not connected")


async def test_without_permission_nothing_is_handed_in() -> None:
    async with playing(accepts()) as vendor:
        made = method_of(url_of(vendor))
        delivery = await made.attempt(lease_of(), page(), ANA_BY_APPRISE, asked(0))
    assert (delivery.outcome, vendor.connections) == ("not_sent", 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "127.1"])
async def test_what_is_inside_is_never_connected_to_unless_allowed(host: str) -> None:
    async with playing(accepts()) as vendor:
        made = method_of(f"json://{host}:{vendor.port}/", private="10.0.0.0/8")
        delivery = await made.attempt(lease_of(), page(), ANA_BY_APPRISE, always)
    assert (delivery.outcome, vendor.connections) == ("config", 0)


async def test_a_name_that_leads_inside_is_found_before_the_call() -> None:
    made = method_of("jsons://hooks.test/", resolve=known("169.254.169.254"))
    delivery = await made.attempt(lease_of(), page(), ANA_BY_APPRISE, always)
    assert (delivery.outcome, delivery.detail) == ("config", "address: not a public one")


async def test_a_host_that_has_no_address_now_is_transient() -> None:
    async def fails_now(_host: str, _port: int) -> list[str]:
        raise OSError("try again later")

    made = method_of("jsons://hooks.test/", resolve=fails_now)
    delivery = await made.attempt(lease_of(), page(), ANA_BY_APPRISE, always)
    assert delivery == Delivery("transient", "resolve: OSError")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("pigeon://s3cret", "does not know such a service"),
        ("s3cret", "does not know such a service"),
        ("syslog://", "tells nobody but the machine"),
        ("ntfys://ntfy.example.org/s3cret-a/s3cret-b", "several recipients"),
    ],
)
async def test_a_url_that_is_not_one_recipient_elsewhere_is_told_without_it(
    url: str, problem: str
) -> None:
    delivery = await sent(url)
    assert delivery.outcome == "config"
    assert problem in delivery.detail
    assert "s3cret" not in delivery.detail


async def test_killed_between_an_accept_and_our_record_it_comes_again_and_says_so() -> None:
    async with playing(silent_202()) as vendor:
        first, second, end = await killed_after_its_accept(
            method_of(url_of(vendor)), ANA_BY_APPRISE
        )
    assert (second.number, second.possible_repeat) == (2, True)
    assert first.message_id == second.message_id
    one, two = (request.json()["message"] for request in vendor.requests)
    assert len(two) > len(one)
    assert (end.end, end.attempts, end.possible_repeats) == ("accepted", 2, 1)


class Kept(logging.Handler):
    """What reaches the log of the process. pytest's own also hears loggers that tell nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log_of_the_process() -> Iterator[Kept]:
    kept, root = Kept(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(kept)
    root.setLevel(level)


async def test_no_secret_is_in_an_outcome_a_log_or_an_exception(
    log_of_the_process: Kept, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[object] = []
    logging.getLogger("other").debug("heard")
    with structlog.testing.capture_logs() as logged:
        for lie in (fails(400, "s3cret"), fails(500, "s3cret"), resets_after_body(), accepts()):
            async with playing(lie) as vendor:
                told.append(await sent(url_of(vendor)))
        told.append(await sent(f"json://ana:s3cret@127.0.0.1:{free_port()}/s3cret"))
        told.append(await sent("tgram://s3cret/"))
        told.append(await sent("mailto://ana:s3cret@"))
    shown = capfd.readouterr()
    assert "heard" in log_of_the_process.lines
    assert "s3cret" not in repr(
        (told, log_of_the_process.lines, logged, shown.out, shown.err, method_of("json://s3cret"))
    )
