"""The world outside the services: telephone platform, reference, IT's chat room, and telephones.

Whether the telephone works is for the services to find out: nobody tells them.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from switchyard.demo.webhooks import Receiver

TELEPHONE = "/telephone/health"
REFERENCE = "/reference"  # as reachable as the rest of the world: it tells their fault from ours
ROOM = "/rooms/it"
PHONES = "/phones/"  # and whose telephone it is
_LONGEST_HEAD = 64 * 1024
_LONGEST_BODY = 1 << 20


class Outside:
    """A small HTTP/1.1 server; `room` takes IT's webhooks, `phones` those to telephones.

    It stands before the services start, for their configuration names its address. `ring` takes
    whose telephone it is, and what came.
    """

    def __init__(self, room: Receiver, phones: Receiver | None = None) -> None:
        self.room, self.phones = room, phones
        self.ring: Callable[[str, bytes], None] = lambda _person, _body: None
        self.telephone_works = True
        self.looks = 0  # at the telephone
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen, and return the port; 0 takes a free one."""
        self._server = await asyncio.start_server(self._talk, host, port, limit=_LONGEST_HEAD)
        taken: int = self._server.sockets[0].getsockname()[1]
        return taken

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._open:
                writer.close()
            await self._server.wait_closed()

    def fail(self) -> None:
        self.telephone_works = False

    def recover(self) -> None:
        self.telephone_works = True

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as many requests as come by it."""
        self._open.add(writer)
        try:
            while True:
                method, path, headers, body = await _request(reader)
                status = self._answer(method, path, headers, body)
                line = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Length: 0\r\n\r\n"
                writer.write(line.encode())
                await writer.drain()
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            pass  # it went away, or spoke no HTTP: there is nobody to answer
        finally:
            self._open.discard(writer)
            writer.close()

    def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> HTTPStatus:
        if (method, path) == ("GET", TELEPHONE):
            self.looks += 1
            return HTTPStatus.OK if self.telephone_works else HTTPStatus.SERVICE_UNAVAILABLE
        if (method, path) == ("GET", REFERENCE):
            return HTTPStatus.OK
        if (method, path) == ("POST", ROOM):
            signed = self.room.take(headers, body)
            return HTTPStatus.OK if signed else HTTPStatus.UNAUTHORIZED
        if method == "POST" and path.startswith(PHONES) and self.phones is not None:
            if not self.phones.take(headers, body):
                return HTTPStatus.UNAUTHORIZED
            self.ring(path.removeprefix(PHONES), body)
            return HTTPStatus.OK
        return HTTPStatus.NOT_FOUND


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes]:
    """Method, path, headers by lower-case name, and body.

    Raises:
        ValueError: it is no request of known length; EOFError: there is no more.
    """
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _version = first.split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    length = int(headers.get("content-length", "0"))
    if "transfer-encoding" in headers or length > _LONGEST_BODY:
        raise ValueError("a body whose length is not told, or too long")
    return method, path, headers, await reader.readexactly(length)
