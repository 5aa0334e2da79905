"""The managers of the demo: a real mailbox, and people who acknowledge, or overlook, a page."""

import asyncio
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from random import Random
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from switchyard.demo.agents import Scene

# The first level overlooks one mail in five, the second nearly none.
OVERLOOKS = {"victor": 0.02}
OVERLOOKS_OTHERS = 0.2
MEAN_READING_S = 240.0
_LINK = re.compile(r"https?://[^\s\"'<>]+/v1/pages/[^\s\"'<>]+/ack[^\s\"'<>]*")


class Mailbox:
    """An SMTP server on this machine. It stands before the services start, for they need its port.

    `deliver` takes each mail and the addresses it is for.
    """

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self.deliver: Callable[[EmailMessage, list[str]], None] = lambda _mail, _to: None

    async def open(self) -> int:
        """Listen on a free port of 127.0.0.1, and return it."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
        )
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        mail = message_from_bytes(raw, policy=policy.default)
        self.deliver(mail, [str(to) for to in envelope.rcpt_tos])
        return "250 OK"


class Managers:
    """They read their mail after a while, and follow the link in it, or overlook it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._seen: set[str] = set()  # Message-IDs: a mail that came twice is read once
        self.repeats = 0

    def take(self, mail: EmailMessage, recipients: list[str]) -> None:
        scene = self._scene
        scene.counters.mails += 1
        message_id = str(mail["Message-ID"])
        if message_id in self._seen:
            self.repeats += 1
            return
        self._seen.add(message_id)
        link = link_in(mail)
        person = recipients[0].partition("@")[0]
        dice = Random(f"{scene.seed} {message_id}")
        if link is None or dice.random() < OVERLOOKS.get(person, OVERLOOKS_OTHERS):
            return
        delay_s = MEAN_READING_S * dice.lognormvariate(-0.125, 0.5)
        scene.timeline.after(delay_s, lambda: scene.timeline.start(self._acknowledge(link)))

    async def _acknowledge(self, link: str) -> None:
        told = await self._scene.doors.follow_link(link)
        if told.done or told.taken:
            self._scene.counters.acknowledged += 1


def link_in(mail: EmailMessage) -> str | None:
    """The acknowledgement link of a page; None in any other mail."""
    body: Any = mail.get_body(("plain", "html"))
    found = None if body is None else _LINK.search(body.get_content())
    return None if found is None else found.group()
