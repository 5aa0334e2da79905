"""From a webhook's URL to addresses that were looked at and may be connected to."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence

import httpx

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.http.addresses import Address, Gate, read_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+")  # a name or IPv4 address, or an IPv6 address


class ForbiddenError(UnsendableError):
    """The host has an address that must not be reached from here."""


def read_url(text: str) -> httpx.URL:
    """A webhook's URL.

    Raises:
        UnsendableError: it is no URL for a webhook; the text does not repeat it.
    """
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise UnsendableError("url: not a URL") from error
    if url.scheme not in _PORTS or not _HOST.fullmatch(host_of(url)):
        raise UnsendableError("url: not an https URL")
    if not 0 < port_of(url) < 65_536:
        raise UnsendableError("url: a port that cannot be")
    if url.userinfo:
        raise UnsendableError("url: a user or password in it is not allowed")
    return url


def host_of(url: httpx.URL) -> str:
    """As it goes over the wire, ASCII only: the same for resolver, TLS and header."""
    return url.raw_host.decode("ascii")


def port_of(url: httpx.URL) -> int:
    return _PORTS[url.scheme] if url.port is None else url.port


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Every address of a host. Number forms of any base become addresses here, and are checked."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


async def checked_addresses(url: httpx.URL, gate: Gate, resolve: Resolve) -> Sequence[Address]:
    """The host's addresses, all of them allowed. Connect to one of these, never to the name again.

    Raises:
        ForbiddenError: one of them is not allowed; then none is, for a name that points both ways
            is a mistake or an attack.
        OSError: the host has no address, or nobody can tell now.
        UnicodeError: the host is no name.
    """
    said = await resolve(host_of(url), port_of(url))
    addresses = [read_address(each) for each in said]
    if not addresses:
        raise OSError("the host has no address")
    encrypted = url.scheme == "https"
    if not all(gate.passes(address, encrypted=encrypted) for address in addresses):
        raise ForbiddenError(
            "address: not a public one"
            if encrypted
            else "address: without https only allowed private networks are reached"
        )
    return addresses
