#!/usr/bin/env python3
"""A mail server to try Switchyard out: takes every mail, prints what a person reads, sends none.

Port 2525 of all addresses of its container; ends with SIGTERM.
"""

import asyncio
import signal
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

PORT = 2525


class Printer:
    """What aiosmtpd calls for each mail."""

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        mail = message_from_bytes(raw, policy=policy.default)
        sys.stdout.write(shown(mail, [str(to) for to in envelope.rcpt_tos]))
        sys.stdout.flush()
        return "250 OK"


def shown(mail: EmailMessage, recipients: list[str]) -> str:
    """To whom, the subject, and the text as a mail program shows it: decoded, links whole."""
    body = mail.get_body(("plain",))
    text = str(body.get_content()).rstrip() if body is not None else ""
    return f"--- mail to {', '.join(recipients)}\nSubject: {mail['Subject']}\n\n{text}\n\n"


async def main() -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: SMTP(Printer(), enable_SMTPUTF8=True, loop=loop),
        "0.0.0.0",  # noqa: S104 - of its container, whose port is not published
        PORT,
    )
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
