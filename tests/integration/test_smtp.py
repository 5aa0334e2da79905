"""Pages over real SMTP: servers that take them, and servers that lie."""

import asyncio
import email
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from services.notifier.adapters.email.letters import message_of
from services.notifier.adapters.email.mail import Envelope as Mail
from services.notifier.adapters.email.mail import InvalidAddressError, Sender, compose
from services.notifier.adapters.email.smtp import THROTTLED_MS, SmtpMailer, SmtpServer
from services.notifier.adapters.wiring import build_sender
from services.notifier.adapters.words.wording import Message
from services.notifier.settings import NotifierSettings
from shared.contracts.notification import AttemptEnded
from shared.contracts.topics import PEOPLE_LOG
from shared.links import AckLinks
from switchyard.brokers.ports import free_port
from tests.support.ledger import ANA, DOV, T0, LedgerShard, ends, page
from tests.support.memory_log import MemoryLog
from tests.support.words import LINKS, told

KEY = "a key of 16 or more"
Answers = dict[str, list[str]]


class Postmaster:
    """What the server answers, per command, one after the other; then 250 for ever."""

    def __init__(self, answers: Answers | None = None) -> None:
        self.answers = answers or {}
        self.taken: list[EmailMessage] = []
        self.at_data: Callable[[SMTP], Any] | None = None

    def _answer(self, command: str) -> str:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else "250 OK"

    async def handle_MAIL(  # noqa: N802 - the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._answer("MAIL")

    async def handle_RCPT(  # noqa: N802 - the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answer("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.at_data is not None:
            await self.at_data(server)
        answer = self._answer("DATA")
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(email.message_from_bytes(content, policy=default))
        return answer


@asynccontextmanager
async def post_office(postmaster: Postmaster, **options: Any) -> AsyncIterator[SmtpServer]:
    """A server on a free port of this machine."""
    loop = asyncio.get_running_loop()
    conversations: list[SMTP] = []

    def begin() -> SMTP:
        conversations.append(SMTP(postmaster, hostname="mx.test", loop=loop, **options))
        return conversations[-1]

    server = await loop.create_server(begin, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield SmtpServer(host="127.0.0.1", port=port, timeout_s=5)
    finally:
        server.close()
        await server.wait_closed()
        async with asyncio.timeout(5):
            while any(conversation.transport is not None for conversation in conversations):
                await asyncio.sleep(0.001)


@asynccontextmanager
async def crude_server(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any],
) -> AsyncIterator[SmtpServer]:
    """A server that says what a test wants, in raw bytes."""
    writers: list[asyncio.StreamWriter] = []

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(ConnectionError):
            await talk(reader, writer)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield SmtpServer(host="127.0.0.1", port=server.sockets[0].getsockname()[1], timeout_s=0.3)
    finally:
        server.close()
        await server.wait_closed()
        for writer in writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


def message(person: Any) -> Message:
    return message_of(told(page(person.id), person))


def mail(person: Any = ANA, address: str | None = None) -> Mail:
    asked = page(person.id)
    return compose(
        message(person),
        sender=Sender("Switchyard", "pages@desk.example.org"),
        recipient=address or person.email,
        message_id="page.0123",
        thread=f"escalation/{asked.escalation_id}",
        sent_at_ms=T0,
        extra={"X-Switchyard-Page": asked.page_id},
    )


def said(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n")  # the wire's line ends


def always() -> bool:
    return True


async def test_a_message_arrives_whole_with_its_headers() -> None:
    postmaster = Postmaster()
    async with post_office(postmaster) as server:
        delivery = await SmtpMailer(server).send(mail(), always)
    assert (delivery.outcome, delivery.detail) == ("accepted", "content: 250")
    (taken,) = postmaster.taken
    assert taken["Message-ID"] == "<page.0123@desk.example.org>"
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken["References"] == taken["In-Reply-To"] != taken["Message-ID"]
    assert taken["Date"].datetime.timestamp() * 1000 == T0
    assert taken["X-Switchyard-Page"] == page().page_id
    assert taken["List-Unsubscribe"] is None
    plain, html = taken.iter_parts()
    assert said(plain).splitlines()[1] == LINKS.link(page())
    assert html.get_content_type() == "text/html"


async def test_a_hebrew_message_arrives_as_it_was_written() -> None:
    postmaster = Postmaster()
    async with post_office(postmaster) as server:
        await SmtpMailer(server).send(mail(DOV), always)
    (taken,) = postmaster.taken
    wanted = message(DOV)
    plain, html = taken.iter_parts()
    assert taken["Subject"] == wanted.subject
    assert said(plain) == wanted.text
    assert said(html) == wanted.html
    assert taken["Content-Language"] == "he"


@pytest.mark.parametrize(
    ("answers", "outcome", "detail", "retry_after_ms"),
    [
        ({"RCPT": ["451 4.3.0 later"]}, "transient", "RCPT: 451 4.3.0", None),
        ({"RCPT": ["452 4.2.2 mailbox full"]}, "transient", "RCPT: 452 4.2.2", None),
        ({"RCPT": ["450 4.7.1 slow down"]}, "throttled", "RCPT: 450 4.7.1", THROTTLED_MS),
        ({"MAIL": ["421 too busy"]}, "throttled", "MAIL: 421", THROTTLED_MS),
        ({"RCPT": ["550 5.1.1 <ana@example.org>: no"]}, "refused", "RCPT: 550 5.1.1", None),
        ({"RCPT": ["552 5.2.2 mailbox full"]}, "refused", "RCPT: 552 5.2.2", None),
        ({"MAIL": ["553 not from you"]}, "refused", "MAIL: 553", None),
        ({"DATA": ["554 5.7.1 looks like spam"]}, "refused", "content: 554 5.7.1", None),
        ({"DATA": ["451 4.3.0 disk"]}, "transient", "content: 451 4.3.0", None),
    ],
)
async def test_an_answer_becomes_an_outcome_that_names_no_address(
    answers: Answers, outcome: str, detail: str, retry_after_ms: int | None
) -> None:
    async with post_office(Postmaster(answers)) as server:
        delivery = await SmtpMailer(server).send(mail(), always)
    assert (delivery.outcome, delivery.detail) == (outcome, detail)
    assert delivery.retry_after_ms == retry_after_ms


async def test_nobody_listening_is_transient() -> None:
    delivery = await SmtpMailer(SmtpServer(host="127.0.0.1", port=free_port())).send(mail(), always)
    assert delivery.outcome == "transient"


async def test_a_connection_lost_after_the_final_dot_is_unknown() -> None:
    postmaster = Postmaster()

    async def hang_up(server: SMTP) -> None:
        assert isinstance(server.transport, asyncio.WriteTransport)
        server.transport.abort()

    postmaster.at_data = hang_up
    async with post_office(postmaster) as server:
        delivery = await SmtpMailer(server).send(mail(), always)
    assert delivery.outcome == "unknown"


async def test_a_connection_lost_before_the_content_is_transient() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                break
            writer.write(b"250 OK\r\n")
        writer.close()

    async with crude_server(talk) as server:
        delivery = await SmtpMailer(server).send(mail(), always)
    assert (delivery.outcome, delivery.detail.split(":")[0]) == ("transient", "DATA")


@pytest.mark.parametrize(
    ("silent_at", "outcome"),
    [(b"", "transient"), (b"EHLO", "transient"), (b"DATA", "transient"), (b".", "unknown")],
)
async def test_a_silent_server_holds_nobody_for_long(silent_at: bytes, outcome: str) -> None:
    over = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if silent_at:
            writer.write(b"220 mx\r\n")
            content = False
            while line := await reader.readline():
                if line.startswith(silent_at) and (content or silent_at != b"."):
                    break
                if not content:
                    content = line.startswith(b"DATA")
                    writer.write(b"354 go\r\n" if content else b"250 OK\r\n")
        await over.wait()
        writer.close()

    async with crude_server(talk) as server:
        async with asyncio.timeout(4):
            delivery = await SmtpMailer(server).send(mail(), always)
        over.set()
    assert delivery.outcome == outcome


@pytest.mark.parametrize("answer", [b"gibberish\r\n", b"\xff\xfe\r\n", b"354 again\r\n"])
async def test_no_real_answer_to_the_content_is_unknown(answer: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        content = False
        while line := await reader.readline():
            if content:
                if line == b".\r\n":
                    writer.write(answer)
            else:
                content = line.startswith(b"DATA")
                writer.write(b"354 go\r\n" if content else b"250 OK\r\n")
        writer.close()

    async with crude_server(talk) as server:
        delivery = await SmtpMailer(server).send(mail(), always)
    assert delivery.outcome == "unknown"


@pytest.mark.parametrize("questions", [0, 1])
async def test_without_permission_nothing_is_handed_in(questions: int) -> None:
    asked: list[bool] = []

    def permission() -> bool:
        asked.append(len(asked) < questions)
        return asked[-1]

    postmaster = Postmaster()
    async with post_office(postmaster) as server:
        delivery = await SmtpMailer(server).send(mail(), permission)
    assert (delivery.outcome, postmaster.taken) == ("not_sent", [])
    assert len(asked) == questions + 1


async def test_a_server_without_starttls_gets_neither_password_nor_page() -> None:
    postmaster = Postmaster()
    async with post_office(postmaster) as server:
        strict = SmtpServer(host=server.host, port=server.port, tls="starttls", timeout_s=5)
        delivery = await SmtpMailer(strict).send(mail(), always)
    assert (delivery.outcome, postmaster.taken) == ("transient", [])


@pytest.mark.parametrize(("password", "outcome"), [("right", "accepted"), ("wrong", "transient")])
async def test_a_login_that_is_refused_is_our_fault_and_not_the_pages(
    password: str, outcome: str
) -> None:
    def check(
        _server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any
    ) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    options = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    with pytest.warns(UserWarning, match="TLS"):  # noqa: PT031 - the server warns as it starts
        async with post_office(Postmaster(), **options) as server:
            known = SmtpServer(host=server.host, port=server.port, user="us", password=password)
            delivery = await SmtpMailer(known).send(mail(), always)
    assert delivery.outcome == outcome
    assert "right" not in delivery.detail


def test_an_address_that_cannot_be_is_found_before_anything_is_sent() -> None:
    for address in ("", "ana", "ana@example.org\r\nBcc: eve@example.org", "ana@exämple.org", "<>"):
        with pytest.raises(InvalidAddressError):
            mail(address=address or " ")


class Calm:
    """The clock of a day long ago that stands still."""

    def now_ms(self) -> int:
        return T0

    def speed(self) -> float:
        return 1.0


async def test_from_page_to_mailbox_through_a_server_that_puts_it_off_once() -> None:
    postmaster, log, shard = Postmaster({"RCPT": ["451 4.3.0 later"]}), MemoryLog(), LedgerShard()

    async def outcome(number: int) -> AttemptEnded:
        async with asyncio.timeout(5):
            while len(events := log.events(PEOPLE_LOG)) < number:
                await asyncio.sleep(0.005)
        ended = events[number - 1]
        assert isinstance(ended, AttemptEnded)
        return ended

    async with post_office(postmaster) as server:
        settings = NotifierSettings(smtp_port=server.port, link_key=KEY)
        sender = build_sender(settings, appender=log, clock=Calm())
        sender.on_committed(shard, shard.hear(page()))
        assert (await outcome(1)).outcome == "transient"
        shard.hear(await outcome(1))
        sender.on_committed(shard, shard.wait(5_000))
        assert (await outcome(2)).outcome == "accepted"
        (end,) = ends(shard.hear(await outcome(2)))
        await sender.aclose(1)

    assert (end.end, end.attempts) == ("accepted", 2)
    (taken,) = postmaster.taken
    link = said(next(taken.iter_parts())).splitlines()[1]
    claim = AckLinks([KEY.encode()]).verify(link.rpartition("/a/")[2], T0)
    assert (claim.page_id, claim.person, claim.cycle) == (page().page_id, "ana", 1)
