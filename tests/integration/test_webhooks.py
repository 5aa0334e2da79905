"""Webhooks over real HTTP: a server that verifies by itself, and servers that lie."""

import asyncio
import hmac
import json
import shutil
import ssl
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import structlog

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.addresses import Gate
from services.notifier.adapters.http.carrier import HttpCarrier
from services.notifier.adapters.http.carrier import Request as Message
from services.notifier.adapters.http.targets import Resolve, system_resolver
from services.notifier.adapters.tls import trust
from services.notifier.adapters.webhook.carrier import WebhookCarrier
from services.notifier.adapters.wiring import build_sender
from services.notifier.settings import NotifierSettings
from shared.contracts.notification import AttemptEnded
from shared.contracts.people import PeopleDocument
from shared.contracts.topics import PEOPLE_LOG
from switchyard.brokers.ports import free_port
from tests.support.ledger import DOCUMENT, ROOM, T0, LedgerShard, ends, leases, notice, page
from tests.support.memory_log import MemoryLog

SECRET = "whsec_" + b64encode(b"a secret of thirty-two bytes. ok").decode()
OLD_SECRET = "whsec_" + b64encode(b"an older one of twenty-four.").decode()
OK = b"HTTP/1.1 204 No Content\r\n\r\n"
LOOPBACK = "127.0.0.0/8"


@dataclass
class Request:
    line: str
    headers: dict[str, str]
    body: bytes

    def verified(self, secret: str) -> bool:
        """By the specification's words, and none of our code."""
        key = b64decode(secret.removeprefix("whsec_"))
        signed = b".".join(
            [
                self.headers["webhook-id"].encode(),
                self.headers["webhook-timestamp"].encode(),
                self.body,
            ]
        )
        wanted = "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()
        return any(
            hmac.compare_digest(wanted, each)
            for each in self.headers["webhook-signature"].split(" ")
        )


Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


@dataclass
class Room:
    """A server on this machine; `answers` are used up one by one, the last one stays."""

    answers: list[bytes] = field(default_factory=lambda: [OK])
    taken: list[Request] = field(default_factory=list)
    connections: int = 0
    bytes_in: int = 0
    port: int = 0
    after: Callable[[Writer], Awaitable[None]] | None = None  # what it does in place of an answer

    async def talk(self, reader: Reader, writer: Writer) -> None:
        self.connections += 1
        head = await self._until_blank(reader)
        line, *fields = head.decode().split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (each.partition(":") for each in fields if each)
        }
        body = await reader.readexactly(int(headers["content-length"]))
        self.bytes_in += len(body)
        self.taken.append(Request(line, headers, body))
        if self.after is not None:
            await self.after(writer)
            return
        writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        await writer.drain()

    async def _until_blank(self, reader: Reader) -> bytes:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            self.bytes_in += len(error.partial)
            raise
        self.bytes_in += len(head)
        return head


@asynccontextmanager
async def open_room(room: Room, tls: ssl.SSLContext | None = None) -> AsyncIterator[Room]:
    writers: list[Writer] = []

    async def begin(reader: Reader, writer: Writer) -> None:
        writers.append(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await room.talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
    room.port = server.sockets[0].getsockname()[1]
    try:
        yield room
    finally:
        server.close()
        await server.wait_closed()
        for writer in writers:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()


class Calm:
    """The clock of a day long ago that stands still."""

    def now_ms(self) -> int:
        return T0

    def speed(self) -> float:
        return 1.0


def carrier(
    *,
    private: str = LOOPBACK,
    timeout_s: float = 5.0,
    resolve: Resolve = system_resolver,
    ca_file: Path | None = None,
) -> WebhookCarrier:
    networks = NotifierSettings(webhook_private_networks=private).private_networks()
    http = HttpCarrier(
        gate=Gate(networks),
        timeout_s=timeout_s,
        trust=trust(ca_file),
        clock=Calm(),
        resolve=resolve,
    )
    return WebhookCarrier(http)


def post(url: str) -> Message:
    body = b'{"type":"incident.opened"}'
    return Message(url=url, headers={"webhook-id": "notice_1"}, body=body)


def always() -> bool:
    return True


async def sent(room: Room, **changes: object) -> Delivery:
    made = carrier(**changes)  # type: ignore[arg-type]  # passed on as they are
    return await made.send(post(f"http://127.0.0.1:{room.port}/room?token=s3cret"), always)


def known(*addresses: str) -> Resolve:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


async def test_a_post_arrives_whole_at_its_path_under_its_hosts_name() -> None:
    async with open_room(Room()) as room:
        url = f"http://hooks.test:{room.port}/room?token=s3cret"
        delivery = await carrier(resolve=known("127.0.0.1")).send(post(url), always)
    assert (delivery.outcome, delivery.detail) == ("accepted", "POST: 204")
    (request,) = room.taken
    assert request.line == "POST /room?token=s3cret HTTP/1.1"
    assert request.headers["host"] == f"hooks.test:{room.port}"
    assert request.body == post(url).body


@pytest.mark.parametrize(
    ("answer", "outcome", "detail", "retry_after_ms"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "accepted", "POST: 200", None),
        (b"HTTP/1.1 410 Gone\r\n\r\n", "refused", "POST: 410 gone", None),
        (b"HTTP/1.1 404 No\r\n\r\n", "transient", "POST: 404", None),
        (b"HTTP/1.1 429 No\r\nRetry-After: 30\r\n\r\n", "throttled", "POST: 429", 30_000),
        (
            b"HTTP/1.1 503 No\r\nRetry-After: Wed, 04 Feb 2015 09:00:20 GMT\r\n\r\n",
            "throttled",
            "POST: 503",
            20_000,
        ),
        (b"HTTP/1.1 503 No\r\n\r\n", "transient", "POST: 503", None),
        (b"gibberish\r\n\r\n", "unknown", "POST: RemoteProtocolError", None),
        (b"", "unknown", "POST: RemoteProtocolError", None),  # hung up without a word
    ],
)
async def test_an_answer_becomes_an_outcome_that_names_no_address(
    answer: bytes, outcome: str, detail: str, retry_after_ms: int | None
) -> None:
    async with open_room(Room([answer])) as room:
        delivery = await sent(room)
    assert (delivery.outcome, delivery.detail) == (outcome, detail)
    assert delivery.retry_after_ms == retry_after_ms


async def test_a_connection_reset_after_the_body_is_unknown() -> None:
    async def reset(writer: Writer) -> None:
        writer.transport.abort()

    async with open_room(Room(after=reset)) as room:
        delivery = await sent(room)
    assert delivery.outcome == "unknown"
    assert len(room.taken) == 1


async def test_a_server_that_takes_all_and_says_nothing_is_unknown_and_holds_nobody() -> None:
    over = asyncio.Event()

    async def silent(_writer: Writer) -> None:
        await over.wait()

    async with open_room(Room(after=silent)) as room, asyncio.timeout(4):
        delivery = await sent(room, timeout_s=0.3)
        over.set()
    assert (delivery.outcome, len(room.taken)) == ("unknown", 1)


async def test_a_server_that_never_ends_its_answer_holds_nobody_and_has_accepted() -> None:
    async def endless(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        while True:
            writer.write(b"x" * 1024)
            await writer.drain()

    async with open_room(Room(after=endless)) as room, asyncio.timeout(4):
        delivery = await sent(room)
    assert delivery.outcome == "accepted"


async def test_an_answer_whose_body_never_comes_has_still_been_given() -> None:
    over = asyncio.Event()

    async def stuck(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 410 Gone\r\nContent-Length: 5\r\n\r\n")
        await over.wait()

    async with open_room(Room(after=stuck)) as room, asyncio.timeout(4):
        delivery = await sent(room, timeout_s=0.3)
        over.set()
    assert delivery.detail == "POST: 410 gone"


@pytest.mark.parametrize("where", ["http://169.254.169.254/latest/meta-data/", "/elsewhere"])
async def test_a_redirect_is_not_followed_and_may_have_gone_later(where: str) -> None:
    answer = f"HTTP/1.1 307 See\r\nLocation: {where}\r\n\r\n".encode()
    async with open_room(Room([answer])) as room:
        delivery = await sent(room)
    assert (delivery.outcome, delivery.detail) == (
        "transient",
        "POST: 307 a redirect, which is not followed",
    )
    assert room.connections == 1


async def test_nobody_listening_is_transient() -> None:
    delivery = await carrier().send(post(f"http://127.0.0.1:{free_port()}/"), always)
    assert (delivery.outcome, delivery.detail) == ("transient", "connect: ConnectError")


async def test_a_host_that_has_no_address_now_is_transient() -> None:
    async def fails(_host: str, _port: int) -> Sequence[str]:
        raise OSError("try again later")

    delivery = await carrier(resolve=fails).send(post("https://hooks.test/"), always)
    assert (delivery.outcome, delivery.detail) == ("transient", "resolve: OSError")


async def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    async with open_room(Room()) as room:
        url = f"http://hooks.test:{room.port}/"
        both = known("127.0.0.2", "127.0.0.1")
        delivery = await carrier(resolve=both).send(post(url), always)
    assert (delivery.outcome, room.connections) == ("accepted", 1)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "127.1", "[::ffff:127.0.0.1]"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_what_is_inside_is_never_connected_to_unless_allowed(host: str, scheme: str) -> None:
    async with open_room(Room()) as room:
        url = f"{scheme}://{host}:{room.port}/"
        delivery = await carrier(private="10.0.0.0/8").send(post(url), always)
    assert delivery.outcome == "refused"
    assert delivery.detail.startswith("address:")
    assert room.connections == 0


async def test_a_name_that_changes_after_the_check_leads_nowhere_else() -> None:
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    async with open_room(Room()) as room:
        url = f"http://hooks.test:{room.port}/"
        delivery = await carrier(resolve=rebinding).send(post(url), always)
    assert (delivery.outcome, asked) == ("accepted", ["hooks.test"])


async def test_a_proxy_of_the_environment_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_room(Room()) as proxy, open_room(Room()) as room:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await sent(room)).outcome == "accepted"
    assert (proxy.connections, room.connections) == (0, 1)


@pytest.mark.parametrize("questions", [0, 1])
async def test_without_permission_nothing_is_handed_in(questions: int) -> None:
    asked: list[bool] = []

    def permission() -> bool:
        asked.append(len(asked) < questions)
        return asked[-1]

    async with open_room(Room()) as room:
        url = f"http://127.0.0.1:{room.port}/"
        delivery = await carrier().send(post(url), permission)
    assert (delivery.outcome, room.taken) == ("not_sent", [])
    assert len(asked) == questions + 1
    assert (room.bytes_in > 0) == (questions == 1)  # a head alone asks for nothing


@dataclass
class Certified:
    """A certificate for `hooks.test`, signed by itself."""

    file: Path
    server: ssl.SSLContext


@pytest.fixture
async def certified(tmp_path: Path) -> Certified:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here, and makes the certificate")
    key, file = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = await asyncio.create_subprocess_exec(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", "/CN=hooks.test", "-keyout", str(key), "-out", str(file),
        "-addext", "subjectAltName=DNS:hooks.test",
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await made.wait() == 0
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file, key)
    return Certified(file, server)


@pytest.mark.parametrize(
    ("host", "trusted", "outcome"),
    [
        ("hooks.test", True, "accepted"),
        ("hooks.test", False, "transient"),
        ("other.test", True, "transient"),
    ],
)
async def test_over_tls_the_name_is_verified_though_the_address_is_connected_to(
    certified: Certified, host: str, trusted: bool, outcome: str
) -> None:
    async with open_room(Room(), certified.server) as room:
        made = carrier(resolve=known("127.0.0.1"), ca_file=certified.file if trusted else None)
        delivery = await made.send(post(f"https://{host}:{room.port}/room"), always)
    assert delivery.outcome == outcome
    assert len(room.taken) == (outcome == "accepted")


class Desk:
    """A shard of the notifier, and a sender as the settings make it."""

    def __init__(self, room: Room, secrets: Path) -> None:
        webhook = f"http://127.0.0.1:{room.port}/room?token=s3cret"
        people = (ROOM.model_copy(update={"webhook": webhook}),)
        document: PeopleDocument = DOCUMENT.model_copy(update={"people": people})
        self.shard, self.log, self.told = LedgerShard(document), MemoryLog(), 0
        settings = NotifierSettings(
            webhook_private_networks=LOOPBACK,
            webhook_secrets_file=secrets,
            link_key="a key of 16 or more",
        )
        self.sender = build_sender(settings, appender=self.log, clock=Calm())

    async def outcome(self) -> AttemptEnded:
        """The next one, once it is in the log."""
        async with asyncio.timeout(5):
            while len(events := self.log.events(PEOPLE_LOG)) <= self.told:
                await asyncio.sleep(0.005)
        ended = events[self.told]
        self.told += 1
        assert isinstance(ended, AttemptEnded)
        return ended


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    file = tmp_path / "secrets"
    file.write_text(f"room {SECRET} {OLD_SECRET}\n")
    return file


async def test_from_notice_to_room_through_a_server_that_puts_it_off_once(
    secrets: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    late = b"HTTP/1.1 503 Later\r\nRetry-After: 7\r\n\r\n"
    async with open_room(Room([late, OK])) as room:
        desk = Desk(room, secrets)
        with structlog.testing.capture_logs() as logged:
            first = desk.shard.hear(notice("room", method="webhook"))
            desk.sender.on_committed(desk.shard, first)
            put_off = await desk.outcome()
            desk.shard.hear(put_off)
            desk.sender.on_committed(desk.shard, again := desk.shard.wait(7_000))
            (end,) = ends(desk.shard.hear(await desk.outcome()))
            await desk.sender.aclose(1)

    assert (put_off.outcome, put_off.retry_after_ms) == ("throttled", 7_000)
    assert (end.end, end.attempts) == ("accepted", 2)
    one, two = room.taken
    message_id = leases(again)[0].message_id
    for request in (one, two):
        assert request.verified(SECRET)
        assert request.verified(OLD_SECRET)
        assert request.headers["webhook-id"] == message_id.replace(".", "_")
        assert request.headers["content-type"] == "application/json"
    assert one.body == two.body
    assert json.loads(one.body)["type"] == "incident.opened"
    told = caplog.text + json.dumps(logged)
    for secret in ("s3cret", "whsec_", room.taken[0].headers["webhook-signature"]):
        assert secret not in told


async def test_a_page_goes_the_same_way_with_its_link(secrets: Path) -> None:
    async with open_room(Room()) as room:
        desk = Desk(room, secrets)
        desk.sender.on_committed(desk.shard, desk.shard.hear(page("room", method="webhook")))
        assert (await desk.outcome()).outcome == "accepted"
        await desk.sender.aclose(1)
    (request,) = room.taken
    assert request.verified(SECRET)
    body = json.loads(request.body)
    assert body["type"] == "page.requested"
    assert "/a/" in body["data"]["acknowledge_url"]


async def test_a_changed_body_is_found_out() -> None:
    headers = {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    assert not Request("POST / HTTP/1.1", headers, b"{}").verified(SECRET)


async def test_without_a_secret_the_notice_is_a_dead_letter_and_nothing_leaves(
    tmp_path: Path,
) -> None:
    empty = tmp_path / "empty"
    empty.write_text("# nobody yet\n")
    async with open_room(Room()) as room:
        desk = Desk(room, empty)
        asked = notice("room", method="webhook")
        desk.sender.on_committed(desk.shard, desk.shard.hear(asked))
        (end,) = ends(desk.shard.hear(await desk.outcome()))
        await desk.sender.aclose(1)
    assert (end.end, room.connections) == ("dead_lettered", 0)
    assert end.reason.startswith("config: no_secret")
