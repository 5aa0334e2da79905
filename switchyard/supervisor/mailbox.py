"""A mailbox on this machine: what the notifier sends is taken by us, and nobody else gets it."""

import asyncio
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

_LINK = re.compile(  # the short form, and the long one of a page that does not fit into it
    r"https?://[^\s\"'<>]+/(?:a/[0-9A-Za-z]{20,}|v1/pages/[^\s\"'<>]+/ack[^\s\"'<>]*)"
)


class Mailbox:
    """An SMTP server on this machine. It stands before the services start, for they need its port.

    `deliver` takes each mail and the addresses it is for.
    """

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self.deliver: Callable[[EmailMessage, list[str]], None] = lambda _mail, _to: None

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen, and return the port; 0 takes a free one.

        Raises:
            OSError: the address is taken, or not this machine's.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, loop=loop), host, port
        )
        taken: int = self._server.sockets[0].getsockname()[1]
        return taken

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


def link_in(mail: EmailMessage) -> str | None:
    """The acknowledgement link of a page; None in any other mail, as one about an outage."""
    body: Any = mail.get_body(("plain", "html"))
    found = None if body is None else _LINK.search(body.get_content())
    return None if found is None else found.group()
