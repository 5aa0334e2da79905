"""One connection, and the server: requests are answered in the order in which they came."""

import asyncio
from collections import deque
from struct import Struct
from struct import error as struct_error
from typing import cast

from switchyard.brokers.embedded import requests as api
from switchyard.brokers.embedded.fetching import Fetch, read_fetch
from switchyard.brokers.embedded.storage import Topics
from switchyard.brokers.embedded.wire import Reader

_SIZE = Struct(">i")
_HEAD = Struct(">ii")
LARGEST_REQUEST = 64 << 20


class Connection(asyncio.Protocol):
    """Splits the stream into requests; a fetch that waits holds back those behind it."""

    def __init__(self, topics: Topics, address: api.Address) -> None:
        self._topics, self._address = topics, address
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._requests: deque[bytes] = deque()
        self._transport: asyncio.Transport | None = None
        self._end_waiting: asyncio.TimerHandle | None = None
        self._waiting: tuple[int, Fetch] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass of it

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._transport = None
        if self._waiting is not None:
            self._waiting[1].forget(self._woken)
        if self._end_waiting is not None:
            self._end_waiting.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= _SIZE.size:
            (size,) = _SIZE.unpack_from(self._buffer)
            if not 0 < size <= LARGEST_REQUEST:
                self._refuse()
                return
            end = _SIZE.size + size
            if len(self._buffer) < end:
                break
            self._requests.append(bytes(self._buffer[_SIZE.size : end]))
            del self._buffer[:end]
        self._work()

    def _work(self) -> None:
        while self._requests and self._waiting is None:
            try:
                self._handle(Reader(self._requests.popleft()))
            except (struct_error, IndexError, UnicodeDecodeError):
                self._refuse()

    def _refuse(self) -> None:
        """Not Kafka's protocol, or not our versions: nothing sensible can be answered."""
        self._requests.clear()
        if self._transport is not None:
            self._transport.close()

    def _handle(self, request: Reader) -> None:
        key, version, correlation = request.int16(), request.int16(), request.int32()
        request.string()  # client id
        lowest, highest = api.VERSIONS.get(key, (1, 0))
        answer: bytes | None
        if not lowest <= version <= highest:
            if key != api.API_VERSIONS:
                self._refuse()
                return
            answer = api.api_versions(api.UNSUPPORTED_VERSION)
        elif key == api.FETCH:
            self._fetch(correlation, read_fetch(request, self._topics))
            return
        elif key == api.PRODUCE:
            answer = api.produce(request, self._topics)
        elif key == api.METADATA:
            answer = api.metadata(request, version, self._topics, self._address)
        elif key == api.LIST_OFFSETS:
            answer = api.list_offsets(request, self._topics)
        elif key == api.CREATE_TOPICS:
            answer = api.create_topics(request, version, self._topics)
        else:
            answer = api.api_versions(api.NONE)
        if answer is not None:
            self._send(correlation, answer)

    def _fetch(self, correlation: int, fetch: Fetch) -> None:
        if fetch.max_wait_ms <= 0 or fetch.answerable():
            self._send(correlation, fetch.answer())
            return
        self._waiting = (correlation, fetch)
        fetch.wake_with(self._woken)
        self._end_waiting = self._loop.call_later(fetch.max_wait_ms / 1000, self._answer_fetch)

    def _woken(self) -> None:
        """Records came. Looked at in the next turn of the loop, with all that came in this one."""
        self._loop.call_soon(self._answer_if_enough)

    def _answer_if_enough(self) -> None:
        if self._waiting is None:
            return
        fetch = self._waiting[1]
        if fetch.answerable():
            self._answer_fetch()
        else:
            fetch.wake_with(self._woken)

    def _answer_fetch(self) -> None:
        if self._waiting is None:
            return
        correlation, fetch = self._waiting
        self._waiting = None
        fetch.forget(self._woken)
        if self._end_waiting is not None:
            self._end_waiting.cancel()
        self._send(correlation, fetch.answer())
        self._work()

    def _send(self, correlation: int, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(_HEAD.pack(len(body) + 4, correlation) + body)


async def serve(port: int) -> None:
    """Serve on 127.0.0.1 until cancelled."""
    topics, address = Topics(), api.Address("127.0.0.1", port)
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(topics, address), address.host, port
    )
    async with server:
        await server.serve_forever()
