"""A small HTTP server on this machine that plays a vendor, by a script of behaviours.

    async with playing(throttles(30), accepts(b"ok")) as vendor:
        ...  # vendor.url; the first request hears 429, all later ones 200
    assert vendor.requests[0].json() == {...}

Every behaviour records the request that it answers, but for one that hangs up before its body.
The script is used up step by step; its last step stays. Nothing here sleeps: a `slow` vendor
answers when `vendor.release()` is called, and `await vendor.heard(2)` waits for the second request.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Heard:
    """One request as it came over the wire."""

    verb: str
    target: str  # path and query
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True)
class Head:
    verb: str
    target: str
    headers: dict[str, str]


class Conversation:
    """One connection, from its head on; a behaviour decides what becomes of it."""

    def __init__(
        self,
        vendor: "Vendor",
        head: Head,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.vendor, self.head = vendor, head
        self._reader, self._writer = reader, writer

    async def hear(self) -> Heard:
        """Read the body, and record the request."""
        length = int(self.head.headers.get("content-length", "0"))
        body = await self._reader.readexactly(length) if length else b""
        heard = Heard(self.head.verb, self.head.target, self.head.headers, body)
        await self.vendor.record(heard)
        return heard

    async def answer(
        self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        said = {"content-length": str(len(body)), "connection": "close", **(headers or {})}
        lines = [f"HTTP/1.1 {status} {_phrase(status)}", *(f"{k}: {v}" for k, v in said.items())]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await self._writer.drain()

    async def write(self, raw: bytes) -> None:
        self._writer.write(raw)
        await self._writer.drain()

    def reset(self) -> None:
        """Break the connection without a word."""
        self._writer.transport.abort()


Behaviour = Callable[[Conversation], Awaitable[None]]


def accepts(
    body: bytes | str | dict[str, Any] = b"",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """Takes the message and says so; a dict is said as JSON."""
    return answers(status, body, headers)


def error_body_with_200(body: bytes | str | dict[str, Any]) -> Behaviour:
    """Says 200, and in the body that it did not work."""
    return answers(200, body)


def silent_202() -> Behaviour:
    """Says 202 and nothing else."""
    return answers(202)


def throttles(
    seconds: float | str | None, status: int = 429, body: bytes | str | dict[str, Any] = b""
) -> Behaviour:
    """Asks to wait, by Retry-After (None: without it)."""
    return answers(status, body, {} if seconds is None else {"retry-after": str(seconds)})


def fails(status: int = 503, body: bytes | str | dict[str, Any] = b"") -> Behaviour:
    """A 5xx, or any other error."""
    return answers(status, body)


def redirects(to: str, status: int = 307) -> Behaviour:
    return answers(status, b"", {"location": to})


def answers(
    status: int, body: bytes | str | dict[str, Any] = b"", headers: Mapping[str, str] | None = None
) -> Behaviour:
    said, kind = _encoded(body)

    async def behave(one: Conversation) -> None:
        await one.hear()
        await one.answer(status, said, {"content-type": kind, **(headers or {})})

    return behave


def slow(then: Behaviour | None = None) -> Behaviour:
    """Takes the message and is silent until `vendor.release()`; then it answers as told."""

    async def behave(one: Conversation) -> None:
        heard = await one.hear()
        await one.vendor.released.wait()
        await (then or accepts())(_Repeated(one, heard))

    return behave


def resets_after_body() -> Behaviour:
    """Takes the message, and breaks the connection without an answer."""

    async def behave(one: Conversation) -> None:
        await one.hear()
        one.reset()

    return behave


def resets_before_body() -> Behaviour:
    """Breaks the connection when it has heard the head; nothing is recorded."""

    async def behave(one: Conversation) -> None:
        one.reset()

    return behave


def loses_its_body(status: int = 200, announced: int = 100) -> Behaviour:
    """Takes the message, says its status, and breaks off before the body that it announced."""

    async def behave(one: Conversation) -> None:
        await one.hear()
        await one.write(f"HTTP/1.1 {status} {_phrase(status)}\r\n".encode())
        await one.write(f"content-length: {announced}\r\n\r\n".encode())
        one.reset()

    return behave


def by_path(routes: Mapping[str, Behaviour]) -> Behaviour:
    """Another behaviour for each path; 404 for any other."""

    async def behave(one: Conversation) -> None:
        await routes.get(urlsplit(one.head.target).path, fails(404))(one)

    return behave


@dataclass
class Vendor:
    """A server that is up. `requests` holds what it has heard, in order."""

    script: list[Behaviour]
    requests: list[Heard] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    scheme: str = "http"
    released: asyncio.Event = field(default_factory=asyncio.Event)
    failures: list[Exception] = field(default_factory=list)  # of a behaviour; checked at the end
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def release(self) -> None:
        """Let every answer go that a `slow` behaviour holds."""
        self.released.set()

    async def heard(self, count: int = 1, timeout_s: float = 5.0) -> Heard:
        """Wait for that many requests; gives the last of them."""
        async with asyncio.timeout(timeout_s), self._news:
            await self._news.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    async def record(self, heard: Heard) -> None:
        async with self._news:
            self.requests.append(heard)
            self._news.notify_all()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        head = _read_head(await reader.readuntil(b"\r\n\r\n"))
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        await step(Conversation(self, head, reader, writer))


@asynccontextmanager
async def playing(*script: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Vendor]:
    """A vendor on a free port of 127.0.0.1, for as long as the block lasts."""
    vendor = Vendor(list(script) or [accepts()], scheme="https" if tls else "http")
    talks: set[asyncio.Task[None]] = set()

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            talks.add(task)
            task.add_done_callback(talks.discard)
        try:
            await vendor.talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the other side went away
        except Exception as error:  # noqa: BLE001 - told at the end of the block
            vendor.failures.append(error)
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
    vendor.port = server.sockets[0].getsockname()[1]
    try:
        yield vendor
    finally:
        vendor.release()
        server.close()
        if talks:
            _, late = await asyncio.wait(talks, timeout=5)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await server.wait_closed()
    if vendor.failures:
        raise ExceptionGroup("a behaviour of the vendor failed", vendor.failures)


class _Repeated(Conversation):
    """A conversation whose request was heard already."""

    def __init__(self, one: Conversation, heard: Heard) -> None:
        super().__init__(one.vendor, one.head, one._reader, one._writer)
        self._heard = heard

    async def hear(self) -> Heard:
        return self._heard


def _read_head(raw: bytes) -> Head:
    line, *fields = raw.decode("latin-1").split("\r\n")
    verb, target, _ = line.split(" ", 2)
    parted = (each.partition(":") for each in fields if each)
    return Head(verb, target, {name.lower(): value.strip() for name, _, value in parted})


def _encoded(body: bytes | str | dict[str, Any]) -> tuple[bytes, str]:
    if isinstance(body, dict):
        return json.dumps(body).encode(), "application/json; charset=utf-8"
    return (body.encode() if isinstance(body, str) else body), "text/plain; charset=utf-8"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unnamed"
