"""Mail over SMTP (RFC 5321): one connection a message, every answer mapped to an outcome.

| answer | outcome |
|---|---|
| 2yz after the final dot | accepted |
| 421, or 4yz with an enhanced code 4.7.z (rate, policy) | throttled, a minute at least |
| any other 4yz; no connection, broken or silent before the final dot | transient |
| 5yz to MAIL, RCPT, DATA or the message | refused |
| 5yz to greeting, EHLO, STARTTLS, AUTH | transient: our set-up is wrong, not the message |
| connection broken or silent after the message was written | unknown |
| permission gone before the message was written | not_sent |
"""

import asyncio
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import aiosmtplib
import structlog

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.email.mail import Envelope
from services.notifier.adapters.tls import trust

THROTTLED_MS = 60_000  # RFC 5321 names no time; senders that come sooner are put off for longer
_QUIT_S = 1.0
_ENHANCED = re.compile(r"^([245])\.(\d{1,3})\.(\d{1,3})\b")
_START_INPUT = 354
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed in. `timeout_s`: for each answer of the server, in real time."""

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: str | None = None
    timeout_s: float = 10.0
    hostname: str | None = None
    ca_file: Path | None = None


class SmtpMailer:
    """Implements `Carrier` for email. Holds no connection between messages."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._trust = None if server.tls == "none" else trust(server.ca_file)

    async def send(self, envelope: Envelope, may_send: Permission) -> Delivery:
        """Hand one message in. Bounded: every wait ends after the server's `timeout_s`.

        Args:
            may_send: asked right before anything about the message is written, and again right
                before its content is: once False, nothing more leaves.
        """
        client = self._client()
        try:
            failure = await self._connect(client)
            delivery = failure or await _Exchange(client, envelope, may_send).run()
            if delivery.outcome not in ("unknown", "not_sent"):  # there QUIT may pass for content
                await _say_goodbye(client)
            return delivery
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout_s,
            local_hostname=server.hostname or socket.gethostname(),  # not the library's DNS query
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",  # True: required, so nobody can strip it
            tls_context=self._trust,
        )

    async def _connect(self, client: aiosmtplib.SMTP) -> Delivery | None:
        """Connect, greet, encrypt, log in; None if all went well."""
        server, phase = self._server, "connect"
        try:
            await client.connect()
            await _greet(client)
            if server.user is not None:
                phase = "login"
                await client.login(server.user, server.password or "")
        except aiosmtplib.SMTPResponseException as error:
            told = _reply(phase, error.code, error.message)
            if told.outcome == "refused":
                # The message is not at fault: it goes once somebody has mended our set-up.
                _log.error("smtp_set_up_refused", phase=phase, code=error.code)
                return Delivery("transient", told.detail)
            return told
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            # ValueError: a certificate or a host name that cannot be.
            return Delivery("transient", f"{phase}: {type(error).__name__}")
        return None


class _Exchange:
    """MAIL, RCPT, DATA and the content, on a connection that is ready."""

    def __init__(self, client: aiosmtplib.SMTP, envelope: Envelope, may_send: Permission) -> None:
        self._client, self._envelope, self._may_send = client, envelope, may_send
        self._phase = "MAIL"
        self._written = False  # the content, up to its final dot

    async def run(self) -> Delivery:
        try:
            return await self._steps()
        except aiosmtplib.SMTPResponseException as error:
            return _reply(self._phase, error.code, error.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            outcome: Literal["unknown", "transient"] = "unknown" if self._written else "transient"
            return Delivery(outcome, f"{self._phase}: {type(error).__name__}")
        except ValueError:
            return Delivery("refused", f"{self._phase}: an address that cannot be sent")

    async def _steps(self) -> Delivery:
        client, envelope = self._client, self._envelope
        if not self._may_send():
            return Delivery("not_sent", "permission ended before MAIL")
        await client.mail(envelope.sender)
        self._phase = "RCPT"
        await client.rcpt(envelope.recipient)
        self._phase = "DATA"
        answer = await client.execute_command(b"DATA")
        if answer.code != _START_INPUT:
            return _reply(self._phase, answer.code, answer.message)
        if not self._may_send():
            return Delivery("not_sent", "permission ended before the content")
        return await self._content()

    async def _content(self) -> Delivery:
        # aiosmtplib's own data() asks for DATA and writes the content in one go, which leaves no
        # place for the question above.
        protocol = self._client.protocol
        if protocol is None:
            return Delivery("transient", "DATA: connection lost")
        self._phase = "content"
        wire = re.sub(rb"(?m)^\.", b"..", self._envelope.content) + b".\r\n"
        protocol.write(wire)
        self._written = True
        answer = await protocol.read_response(timeout=self._client.timeout)
        return _reply(self._phase, answer.code, answer.message)


def _reply(phase: str, code: int, message: str) -> Delivery:
    """An answer of the server as an outcome; see the table at the head."""
    enhanced = _ENHANCED.match(message)
    detail = f"{phase}: {code}" + (f" {enhanced.group(0)}" if enhanced else "")
    later = 400 <= code < 500
    if code == 421 or (later and enhanced and enhanced.group(2) == "7"):
        return Delivery("throttled", detail, THROTTLED_MS)
    if 500 <= code < 600:
        return Delivery("refused", detail)
    if phase == "content" and not later:  # 3yz, or no SMTP answer at all: it may have been taken
        return Delivery("accepted" if 200 <= code < 300 else "unknown", detail)
    return Delivery("transient", detail)


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO. Done here, so that a refusal is not taken for one of MAIL."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """QUIT, if that is quick; the outcome is known already."""
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        if client.is_connected:
            async with asyncio.timeout(_QUIT_S):
                await client.quit(timeout=_QUIT_S)
