"""The gateway's doors as the demo's people use them: plain HTTP, every command safe to repeat."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from switchyard.demo.counters import Counters
from switchyard.demo.http import HttpClient, NoAnswerError

CONNECTIONS = 48
# The desk software acts for hundreds of agents, under the one key of a connected system.
ON_BEHALF = "system"
TRIES = 40
_WAITS_S = (0.05, 0.1, 0.2, 0.5, 1.0)  # the last one repeats: some half a minute in all
_LATER = frozenset({429, 502, 503, 504})
_LAG_WINDOW_S = 2.0  # what took long before that says nothing of now


class GaveUpError(Exception):
    """The gateway did not answer, or refused what the demo may do; the message says what."""


class Offer(msgspec.Struct, frozen=True):
    """What the stream of offers tells of one."""

    offer_id: str
    interaction_id: str
    agent_id: str
    channel: str
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    @property
    def done(self) -> bool:
        """Decided as asked."""
        return self.status in {200, 201, 204}

    @property
    def taken(self) -> bool:
        """Written to the log; what was decided on it is not known yet."""
        return self.status == 202

    @property
    def code(self) -> str:
        """What a refusal calls itself, or its status."""
        try:
            return str(self.json()["code"])
        except (msgspec.DecodeError, KeyError, TypeError):
            return str(self.status)

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Doors:
    """One connection pool for all of the demo's people; `keys` by role."""

    def __init__(self, base_url: str, keys: Mapping[str, str], counters: Counters) -> None:
        self._http = HttpClient(base_url)
        self._streams = httpx.AsyncClient(base_url=base_url, trust_env=False)
        self._headers = {role: _headers(key) for role, key in keys.items()}
        self._counters = counters
        self._gate = asyncio.Semaphore(CONNECTIONS)
        self._lags: deque[tuple[float, float]] = deque()  # when it was answered, and its lag
        self._asked_at: dict[int, float] = {}  # commands whose decision is awaited, by number
        self._number = 0

    async def close(self) -> None:
        await self._http.close()
        await self._streams.aclose()

    def lag_s(self) -> float:
        """Real seconds that a decision takes now: most of the last ones, or what still waits."""
        now = time.monotonic()
        while self._lags and self._lags[0][0] < now - _LAG_WINDOW_S:
            self._lags.popleft()
        recent = sorted(lag_s for _, lag_s in self._lags)
        usual = recent[len(recent) * 8 // 10] if recent else 0.0
        oldest = now - min(self._asked_at.values(), default=now)
        return max(usual, oldest)

    async def command(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        role: str,
        key: str,
        wait: bool = False,
    ) -> Answer:
        """POST until it is answered.

        Args:
            key: the same for every try, so that the gateway takes it once.
            wait: hold the request until the decision is known; otherwise 202 at once.

        Raises:
            GaveUpError: no answer after TRIES tries, or the key is not good for this.
        """
        headers = {**self._headers[role], "idempotency-key": key}
        if not wait:
            headers["prefer"] = "respond-async"
        content = msgspec.json.encode(body or {})
        self._number += 1
        number, asked_at = self._number, time.monotonic()
        if wait:
            self._asked_at[number] = asked_at
        try:
            async with self._gate:
                answer = await self._until_answered("POST", path, headers, content)
        finally:
            self._asked_at.pop(number, None)
        if wait:
            now = time.monotonic()
            self._lags.append((now, now - asked_at))
        if answer.status in {401, 403}:
            raise GaveUpError(f"POST {path}: {answer.status} {answer.body[:300].decode()}")
        if answer.status >= 400:
            self._counters.refusal(f"{path.rsplit('/', 1)[-1]} {answer.code}")
        return answer

    async def look(self, path: str, *, role: str) -> Answer:
        """GET until it is answered."""
        async with self._gate:
            return await self._until_answered("GET", path, self._headers[role], b"")

    async def follow_link(self, url: str) -> Answer:
        """POST a signed link out of a mail; the link is the key."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        async with self._gate:
            return await self._until_answered("POST", target, {}, b"")

    async def _until_answered(
        self, method: str, path: str, headers: dict[str, str], content: bytes
    ) -> Answer:
        trouble = ""
        for number in range(TRIES):
            try:
                status, body = await self._http.request(method, path, headers, content)
            except NoAnswerError as error:
                trouble = str(error)
            else:
                if status not in _LATER:
                    return Answer(status, body)
                trouble = f"{status} {body[:300].decode(errors='replace')}"
            self._counters.again(trouble)
            await asyncio.sleep(_WAITS_S[min(number, len(_WAITS_S) - 1)])
        raise GaveUpError(f"{method} {path}: no answer after {TRIES} tries, the last: {trouble}")

    async def offers(self, pool: str, *, role: str) -> AsyncIterator[Offer]:
        """Every offer made in a pool, as server-sent events; connects again when it breaks.

        Raises:
            GaveUpError: refused, or not reached TRIES times in a row.
        """
        failures, last_id = 0, ""
        while True:
            headers = {**self._headers[role], "accept": "text/event-stream"}
            if last_id:
                headers["last-event-id"] = last_id
            try:
                async with self._streams.stream(
                    "GET",
                    f"/v1/pools/{pool}/offers",
                    headers=headers,
                    timeout=httpx.Timeout(10.0, read=None),
                ) as response:
                    if response.status_code in {401, 403, 404}:
                        body = (await response.aread())[:300].decode()
                        raise GaveUpError(f"offers of {pool}: {response.status_code} {body}")
                    if response.status_code == 200:
                        failures = 0
                        async for event, event_id, data in _events(response):
                            last_id = event_id or last_id
                            if event in {"offer_made", "offer", "message"}:
                                yield msgspec.json.decode(data, type=Offer)
            except httpx.TransportError as error:
                self._counters.again(type(error).__name__)
            failures += 1
            if failures > TRIES:
                raise GaveUpError(f"offers of {pool}: not reached {TRIES} times in a row")
            await asyncio.sleep(_WAITS_S[min(failures, len(_WAITS_S)) - 1])


def _headers(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", "content-type": "application/json"}


async def _events(response: httpx.Response) -> AsyncIterator[tuple[str, str, str]]:
    """Name, id and data of each server-sent event; comments are skipped."""
    event, event_id, data = "message", "", list[str]()
    async for line in response.aiter_lines():
        if not line:
            if data:
                yield event, event_id, "\n".join(data)
            event, data = "message", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "event":
                event = value
            case "id":
                event_id = value
            case "data":
                data.append(value)
            case _:
                pass  # a comment that keeps the connection alive, or `retry`
