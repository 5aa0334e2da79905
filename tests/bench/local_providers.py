"""A mail server or a web server on this machine, in a process of its own, that fails now and then.

One message in twenty is put off the first time it is tried (451, 503), always the same ones. What
came when is written to a file at SIGTERM, by message id: [ns of the first try, tries, taken].

    python -m tests.bench.local_providers smtp|http PORT FILE
"""

import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import uvloop

Arrivals = dict[str, list[int]]
FAILS_ONE_IN = 20
_MAIL_ID = re.compile(rb"^Message-ID:\s*<([^@>]+)@", re.M | re.I)
_SLACK_ID = re.compile(rb'"event_payload":\{"id":"([^"]+)"')


def put_off_once(message_id: str) -> bool:
    """Whether a message is one of those that fail at first."""
    digest = blake2b(message_id.encode(), digest_size=4).digest()
    return int.from_bytes(digest) % FAILS_ONE_IN == 0


class Book:
    """What came, and what is answered to it."""

    def __init__(self) -> None:
        self.arrivals: Arrivals = {}

    def takes(self, message_id: str) -> bool:
        entry = self.arrivals.setdefault(message_id, [time.time_ns(), 0, 0])
        entry[1] += 1
        taken = entry[1] > 1 or not put_off_once(message_id)
        entry[2] += taken
        return taken


async def mail(book: Book, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mx.test\r\n")
    while line := await reader.readline():
        match line[:4].upper().strip():
            case b"DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                found = _MAIL_ID.search(content)
                taken = book.takes(found.group(1).decode() if found else "without an id")
                writer.write(b"250 taken\r\n" if taken else b"451 4.3.0 come again\r\n")
            case b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            case _:
                writer.write(b"250 fine\r\n")


async def web(book: Book, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Signed webhooks, and Slack's chat.postMessage; connections are kept."""
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        body = await reader.readexactly(int(fields[b"content-length"]))
        if (webhook_id := fields.get(b"webhook-id")) is not None:
            message_id, answer = webhook_id.decode().replace("_", ".", 1), b"ok"
        else:
            found = _SLACK_ID.search(body)
            message_id = found.group(1).decode() if found else "without an id"
            answer = b'{"ok":true,"channel":"D0BENCH","ts":"1.2"}'
        status = b"200 OK" if book.takes(message_id) else b"503 Service Unavailable"
        writer.write(
            b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
            % (status, len(answer), answer)
        )


async def serve(kind: str, port: int, file: Path) -> None:
    book, stop = Book(), asyncio.Event()
    talk: Callable[..., Awaitable[None]] = mail if kind == "smtp" else web

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await talk(book, reader, writer)
        writer.close()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = await asyncio.start_server(begin, "127.0.0.1", port, backlog=1_000)
    await stop.wait()
    file.write_text(json.dumps(book.arrivals))
    server.close()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
