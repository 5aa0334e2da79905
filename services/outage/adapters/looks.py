"""One look at one target: an HTTP GET or a TCP connection, and what came of it as a code.

A target may hold credentials, and an answer anything: neither is kept, told or logged.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlsplit

import httpx
import structlog

from shared.contracts.configuration import Probe
from shared.contracts.words import ProbeOutcome

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """`isolated`: it could not be looked at, so nothing is known of the target."""

    outcome: ProbeOutcome
    detail: str


Look = Callable[[Probe], Awaitable[Found]]


class TargetError(Exception):
    """The target is no address. It does not say which, for the target may hold credentials."""


class Looker:
    """Each look makes a connection of its own: an old one that is still open proves nothing.

    It takes no proxy and no password from the environment or from files (`trust_env`).
    """

    def __init__(self) -> None:
        # At INFO it tells every URL, at DEBUG every header.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            timeout=None,  # noqa: S113 - `look` has one for the whole
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"user-agent": "switchyard-probe", "cache-control": "no-cache"},
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def look(self, probe: Probe) -> Found:
        """Never raises, and takes no longer than the probe's timeout, in real time."""
        try:
            async with asyncio.timeout(probe.timeout_s):
                match probe.kind:
                    case "http":
                        return await self._get(probe.target)
                    case "tcp":
                        return await _connect(probe.target)
                    case _:
                        assert_never(probe.kind)
        except TimeoutError:
            return Found("failed", "timeout")
        except (httpx.TransportError, OSError) as error:
            return Found("failed", _code(error))
        except Exception as error:  # noqa: BLE001 - whatever else it is, it is ours and proves nothing
            log.error("look_not_possible", probe=probe.name, error=type(error).__name__)  # noqa: TRY400 - a traceback may hold the target
            return Found("isolated", "not_possible")

    async def _get(self, target: str) -> Found:
        try:
            url = httpx.URL(target)
        except httpx.InvalidURL:
            raise TargetError from None
        if url.scheme not in ("http", "https") or not url.host:
            raise TargetError
        async with self._client.stream("GET", url) as response:  # the body is not read
            outcome: ProbeOutcome = "ok" if response.is_success else "failed"
            return Found(outcome, f"http {response.status_code}")


async def _connect(target: str) -> Found:
    try:
        place = urlsplit(f"//{target}")
        host, port = place.hostname, place.port
    except ValueError:
        raise TargetError from None
    if host is None or port is None:
        raise TargetError
    _, writer = await asyncio.open_connection(host, port)
    writer.close()
    with suppress(OSError):  # it did connect
        await writer.wait_closed()
    return Found("ok", "connected")


def _code(error: Exception) -> str:
    """The kind of error alone: its text may name the target."""
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return type(error).__name__
