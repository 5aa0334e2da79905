"""A small HTTP server of a channel's platform, which can be well, broken, or not answer at all."""

import asyncio
from contextlib import suppress
from typing import Literal, Self

Mood = Literal["well", "broken", "moved", "hangs"]
_ANSWERS = {
    "well": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nall-right",
    "broken": b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 6\r\n\r\nsecret",
    "moved": b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n",
}


class Door:
    """`looks`: requests so far; `most`: how many of them were here at the same time."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.looks = 0
        self.most = 0
        self.requests: list[bytes] = []
        self._here = 0
        self._server: asyncio.Server | None = None
        self._guests: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/health"

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def open(self) -> None:
        """At the same port as before, if it was open before."""
        self._server = await asyncio.start_server(self._welcome, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Nobody listens any more: connections are refused."""
        if self._server is not None:
            self._server.close()
            for guest in self._guests:
                guest.cancel()
            await asyncio.gather(*self._guests, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guest = asyncio.create_task(self._serve(reader, writer))
        self._guests.add(guest)
        guest.add_done_callback(self._guests.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._here += 1
        self.most = max(self.most, self._here)
        with suppress(OSError, asyncio.IncompleteReadError):
            try:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                self.looks += 1
                if self.mood == "hangs":
                    await reader.read()  # until the guest is tired of it
                else:
                    writer.write(_ANSWERS[self.mood])
                    await writer.drain()
            finally:
                self._here -= 1
                writer.close()
