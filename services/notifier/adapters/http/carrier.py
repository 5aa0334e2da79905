"""One request over HTTP/1.1: to an address that was checked, and not after its permission.

The host is resolved once; the connection goes to an address that passed, while TLS and the Host
header keep the name. So a name that changes between check and connection (DNS rebinding) changes
nothing. Proxies of the environment and redirects are not followed.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, cast

import httpx

from services.notifier.adapters.delivery import Delivery, Permission, UnsendableError
from services.notifier.adapters.http.addresses import Address, Gate
from services.notifier.adapters.http.targets import (
    Resolve,
    checked_addresses,
    host_of,
    read_url,
    system_resolver,
)
from shared.clock import Clock

_MOST_ADDRESSES = 3  # of one host are tried in an attempt
_MOST_BYTES, _BODY_S = 65_536, 5.0  # read of an answer's body
_NO_REUSE = httpx.Limits(max_keepalive_connections=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A message, ready for the wire. Neither URL nor headers are ever logged: they hold secrets."""

    url: str
    headers: dict[str, str]
    body: bytes
    verb: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`body` is None where it broke off, came too slowly or is too long to be an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None
    now_ms: int  # of our clock, when the head came


Judge = Callable[[Answer], Delivery]  # what a vendor's answer means


class HttpCarrier:
    """Sends requests to where they may go. Holds no connection between them."""

    def __init__(
        self,
        *,
        gate: Gate,
        timeout_s: float,
        trust: ssl.SSLContext,
        clock: Clock,
        resolve: Resolve = system_resolver,
    ) -> None:
        self._gate, self._timeout_s, self._trust = gate, timeout_s, trust
        self._clock, self._resolve = clock, resolve
        for name in ("httpx", "httpcore"):  # they log URLs, which may hold a secret
            logging.getLogger(name).setLevel(logging.WARNING)

    async def send(self, request: Request, may_send: Permission, judge: Judge) -> Delivery:
        """Send once, and say what came of it; never raises for what the world does.

        Bounded: it ends after `timeout_s` of real time, whatever the other side does.

        Args:
            may_send: asked right before the head and right before the body is written.
        """
        heard = await self.ask(request, may_send)
        return judge(heard) if isinstance(heard, Answer) else heard

    async def ask(self, request: Request, may_send: Permission) -> Answer | Delivery:
        """The answer; or, where none came, what that means for an attempt."""
        exchange = _Exchange(request, may_send)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._asked(exchange)
        except UnsendableError as error:
            return Delivery("refused", str(error))
        except _NoPermissionError:
            return Delivery("not_sent", "permission ended before the message")
        except (httpx.HTTPError, OSError) as error:  # TimeoutError is an OSError
            return exchange.failed(error)
        except ValueError:  # a host that no resolver or certificate can name
            return Delivery("refused", "url: a host that cannot be")

    async def _asked(self, exchange: "_Exchange") -> Answer:
        url = read_url(exchange.request.url)
        addresses = await checked_addresses(url, self._gate, self._resolve)
        exchange.phase = "connect"
        *first, last = addresses[:_MOST_ADDRESSES]
        exchange.connect_s = self._timeout_s / (len(first) + 1)
        async with self._client() as client:
            for address in first:
                with suppress(httpx.ConnectError, httpx.ConnectTimeout):  # the next may do better
                    return await self._exchanged(client, exchange, url, address)
            return await self._exchanged(client, exchange, url, last)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._trust,
            trust_env=False,
            follow_redirects=False,
            limits=_NO_REUSE,
        )

    async def _exchanged(
        self, client: httpx.AsyncClient, exchange: "_Exchange", url: httpx.URL, address: Address
    ) -> Answer:
        request = exchange.request
        async with client.stream(
            request.verb,
            url.copy_with(host=str(address)),
            headers=request.headers | {"host": url.netloc.decode("ascii")},
            content=request.body,
            timeout=httpx.Timeout(self._timeout_s, connect=exchange.connect_s),
            extensions={"sni_hostname": host_of(url), "trace": exchange.traced},
        ) as answer:
            now_ms = self._clock.now_ms()
            head = exchange.head = Answer(
                status=answer.status_code, headers=answer.headers, body=None, now_ms=now_ms
            )
            body = await _heard_out(answer)
        return Answer(status=head.status, headers=head.headers, body=body, now_ms=now_ms)


class _NoPermissionError(Exception):
    pass


class _Exchange:
    """How far one attempt has come."""

    def __init__(self, request: Request, may_send: Permission) -> None:
        self.request, self._may_send = request, may_send
        self.phase, self.connect_s = "resolve", 0.0
        self.head: Answer | None = None  # as soon as it has come
        self._written = False  # the body, so that the other side may act on it

    async def traced(self, event: str, _info: dict[str, Any]) -> None:
        """httpcore tells each of its steps before it takes it."""
        if event in ("http11.send_request_headers.started", "http11.send_request_body.started"):
            self.phase = self.request.verb
            if not self._may_send():
                raise _NoPermissionError
            self._written = event == "http11.send_request_body.started"

    def failed(self, error: Exception) -> "Answer | Delivery":
        """Without an answer: once the body was written, nobody can tell what became of it."""
        if self.head is not None:
            return self.head
        detail = f"{self.phase}: {type(error).__name__}"
        return Delivery("unknown" if self._written else "transient", detail)


async def _heard_out(answer: httpx.Response) -> bytes | None:
    """The body, if it is short and quick."""
    read = bytearray()
    parts = cast("AsyncGenerator[bytes, None]", answer.aiter_bytes())  # which it is
    with suppress(httpx.HTTPError, OSError):
        async with asyncio.timeout(_BODY_S), aclosing(parts) as chunks:
            async for chunk in chunks:
                read += chunk
                if len(read) > _MOST_BYTES:
                    return None
        return bytes(read)
    return None
