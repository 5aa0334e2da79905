#!/usr/bin/env python3
"""A mail server to try Switchyard out: takes every mail, prints what a person reads, sends none.

Port 2525 of all addresses of its container; ends with SIGTERM.
"""

import asyncio
import signal
import sys
from email.message import EmailMessage

from switchyard.supervisor.mailbox import Mailbox

PORT = 2525


def shown(mail: EmailMessage, recipients: list[str]) -> str:
    """To whom, the subject, and the text as a mail program shows it: decoded, links whole."""
    body = mail.get_body(("plain",))
    text = str(body.get_content()).rstrip() if body is not None else ""
    return f"--- mail to {', '.join(recipients)}\nSubject: {mail['Subject']}\n\n{text}\n\n"


def _write(mail: EmailMessage, recipients: list[str]) -> None:
    sys.stdout.write(shown(mail, recipients))
    sys.stdout.flush()


async def main() -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    mailbox = Mailbox()
    mailbox.deliver = _write
    await mailbox.open("0.0.0.0", PORT)  # noqa: S104 - of its container, whose port is not published
    try:
        await stop.wait()
    finally:
        await mailbox.close()


if __name__ == "__main__":
    asyncio.run(main())
