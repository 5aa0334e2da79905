"""The small HTTP client: answers are read whole, and whatever breaks can be tried again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from switchyard.demo.http import HttpClient, NoAnswerError

Door = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(door: Door) -> AsyncIterator[HttpClient]:
    server = await asyncio.start_server(door, "127.0.0.1", 0)
    client = HttpClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield client
    finally:
        await client.close()
        server.close()
        await server.wait_closed()


def answering(*answers: bytes) -> tuple[Door, list[bytes]]:
    """A door that gives these answers, each to one request, and keeps what it was asked."""
    asked, left = list[bytes](), list(answers)

    async def door(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while left:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            asked.append(head)
            writer.write(left.pop(0))
        writer.close()

    return door, asked


async def test_status_and_body_are_read_and_the_connection_is_used_again() -> None:
    door, asked = answering(
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!",
    )
    async with listening(door) as client:
        assert await client.request("GET", "/a", {"x-key": "k"}, b"") == (200, b"ok")
        assert await client.request("GET", "/b", {}, b"") == (409, b"no!")
    assert asked[0].startswith(b"GET /a HTTP/1.1\r\n")
    assert b"\r\nx-key: k\r\n" in asked[0]


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\ncontent-le", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"],
    ids=["nothing", "half a head", "half a body"],
)
async def test_an_answer_that_breaks_off_is_no_answer(answer: bytes) -> None:
    door, _ = answering(answer)
    async with listening(door) as client:
        with pytest.raises(NoAnswerError):
            await client.request("GET", "/", {}, b"")


async def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(NoAnswerError, match="ConnectionRefusedError"):
        await HttpClient("http://127.0.0.1:9").request("GET", "/", {}, b"")
