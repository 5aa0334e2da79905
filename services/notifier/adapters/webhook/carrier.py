"""One signed POST over HTTP/1.1: to an address that was checked, and not after its permission.

The host is resolved once; the connection goes to an address that passed, while TLS and the Host
header keep the name. So a name that changes between check and connection (DNS rebinding) changes
nothing. Proxies of the environment and redirects are not followed, the answer's body is not kept.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, cast

import httpx

from services.notifier.adapters.delivery import Delivery, Permission, UnsendableError
from services.notifier.adapters.webhook.addresses import Address, Gate
from services.notifier.adapters.webhook.answers import delivery_of
from services.notifier.adapters.webhook.targets import (
    Resolve,
    checked_addresses,
    host_of,
    read_url,
    system_resolver,
)
from shared.clock import Clock

_MOST_ADDRESSES = 3  # of one host are tried in an attempt
_POLITE_BYTES, _POLITE_S = 8_192, 1.0  # read of an answer's body, so that its sender may end well
_NO_REUSE = httpx.Limits(max_keepalive_connections=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A signed message, ready for the wire."""

    url: str
    headers: dict[str, str]
    body: bytes


class WebhookCarrier:
    """Implements `Carrier` for webhooks. Holds no connection between messages."""

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

    async def send(self, message: Post, may_send: Permission) -> Delivery:
        """Post once. Bounded: it ends after `timeout_s` of real time, whatever the other side does.

        Args:
            may_send: asked right before the head and right before the body is written.
        """
        exchange = _Exchange(message, may_send)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._sent(exchange)
        except UnsendableError as error:
            return Delivery("refused", str(error))
        except _NoPermissionError:
            return Delivery("not_sent", "permission ended before the message")
        except (httpx.HTTPError, OSError) as error:  # TimeoutError is an OSError
            return exchange.failed(error)
        except ValueError:  # a host that no resolver or certificate can name
            return Delivery("refused", "url: a host that cannot be")

    async def _sent(self, exchange: "_Exchange") -> Delivery:
        url = read_url(exchange.post.url)
        addresses = await checked_addresses(url, self._gate, self._resolve)
        exchange.phase = "connect"
        *first, last = addresses[:_MOST_ADDRESSES]
        exchange.connect_s = self._timeout_s / (len(first) + 1)
        async with self._client() as client:
            for address in first:
                with suppress(httpx.ConnectError, httpx.ConnectTimeout):  # the next may do better
                    return await self._posted(client, exchange, url, address)
            return await self._posted(client, exchange, url, last)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._trust,
            trust_env=False,
            follow_redirects=False,
            limits=_NO_REUSE,
        )

    async def _posted(
        self, client: httpx.AsyncClient, exchange: "_Exchange", url: httpx.URL, address: Address
    ) -> Delivery:
        head = exchange.post.headers | {"host": url.netloc.decode("ascii")}
        async with client.stream(
            "POST",
            url.copy_with(host=str(address)),
            headers=head,
            content=exchange.post.body,
            timeout=httpx.Timeout(self._timeout_s, connect=exchange.connect_s),
            extensions={"sni_hostname": host_of(url), "trace": exchange.traced},
        ) as answer:
            now_ms = self._clock.now_ms()
            exchange.delivery = delivery_of(answer.status_code, answer.headers, now_ms)
            await _heard_out(answer)
        return exchange.delivery


class _NoPermissionError(Exception):
    pass


class _Exchange:
    """How far one attempt has come."""

    def __init__(self, post: Post, may_send: Permission) -> None:
        self.post, self._may_send = post, may_send
        self.phase, self.connect_s = "resolve", 0.0
        self.delivery: Delivery | None = None  # as soon as the answer's head has come
        self._written = False  # the body, so that the other side may act on it

    async def traced(self, event: str, _info: dict[str, Any]) -> None:
        """httpcore tells each of its steps before it takes it."""
        if event in ("http11.send_request_headers.started", "http11.send_request_body.started"):
            self.phase = "POST"
            if not self._may_send():
                raise _NoPermissionError
            self._written = event == "http11.send_request_body.started"

    def failed(self, error: Exception) -> Delivery:
        """Without an answer: once the body was written, nobody can tell what became of it."""
        if self.delivery is not None:
            return self.delivery
        detail = f"{self.phase}: {type(error).__name__}"
        return Delivery("unknown" if self._written else "transient", detail)


async def _heard_out(answer: httpx.Response) -> None:
    """Let the other side end its answer, if it is short and quick; the outcome is known."""
    read = 0
    parts = cast("AsyncGenerator[bytes, None]", answer.aiter_raw())  # which it is
    with suppress(httpx.HTTPError, OSError):
        async with asyncio.timeout(_POLITE_S), aclosing(parts) as chunks:
            async for chunk in chunks:
                read += len(chunk)
                if read > _POLITE_BYTES:
                    return
