"""Where a webhook may go: the table of addresses, and URLs that are none."""

import socket
from collections.abc import Sequence

import httpx
import pytest

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.http.addresses import Gate, is_public, read_address
from services.notifier.adapters.http.targets import (
    ForbiddenError,
    checked_addresses,
    read_url,
    system_resolver,
)
from services.notifier.settings import NotifierSettings

PUBLIC = [
    "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
    "198.17.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001:80f::200e",
]  # fmt: skip
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3",  # this network; on Linux it is this machine
    "127.0.0.1", "127.8.9.1",
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254",  # metadata of the clouds
    "100.64.0.1", "100.127.255.255",
    "192.0.0.1", "192.0.0.170", "192.0.2.1", "198.51.100.7", "203.0.113.9", "192.88.99.1",
    "198.18.0.1", "198.19.255.255",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8",  # mapped IPv4
    "::127.0.0.1",  # compatible IPv4
    "64:ff9b::7f00:1", "64:ff9b:1::1",  # translated
    "100::1", "2001::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1",
    "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip


async def looked_up(url: str) -> Sequence[object]:
    return await checked_addresses(read_url(url), Gate(), system_resolver)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes_with_https_and_not_without(address: str) -> None:
    read = read_address(address)
    assert is_public(read)
    assert Gate().passes(read, encrypted=True)
    assert not Gate().passes(read, encrypted=False)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_passes(address: str) -> None:
    assert not Gate().passes(read_address(address), encrypted=True)
    assert not Gate().passes(read_address(address), encrypted=False)


def test_a_private_network_that_is_allowed_passes_and_only_that_one() -> None:
    settings = NotifierSettings(webhook_private_networks="10.1.0.0/16, fd00::/8,")
    gate = Gate(settings.private_networks())
    for address in ("10.1.2.3", "fd00::7"):
        assert gate.passes(read_address(address), encrypted=False)
    for address in ("10.2.0.1", "127.0.0.1", "::ffff:10.1.2.3", "fc00::1"):
        assert not gate.passes(read_address(address), encrypted=True)


def test_a_zone_never_passes() -> None:
    gate = Gate(NotifierSettings(webhook_private_networks="fe80::/10").private_networks())
    assert gate.passes(read_address("fe80::1"), encrypted=True)
    assert not gate.passes(read_address("fe80::1%eth0"), encrypted=True)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001", "0",
        "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "169.254.169.254",
        "0xa9fea9fe", "[fe80::1]", "10.0.0.1", "100.64.0.1", "[fc00::1]",
    ],
)  # fmt: skip
async def test_no_way_of_writing_a_host_leads_inside(host: str) -> None:
    """Some are refused by the URL's reader or by the resolver, the rest by their address."""
    for scheme in ("http", "https"):
        with pytest.raises((UnsendableError, socket.gaierror)):
            await looked_up(f"{scheme}://{host}/hook")


async def test_one_address_that_is_not_allowed_forbids_the_whole_host() -> None:
    async def both(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(ForbiddenError, match="not a public one"):
        await checked_addresses(httpx.URL("https://hooks.example.org"), Gate(), both)


async def test_a_host_is_asked_for_once_with_the_port_of_its_scheme() -> None:
    asked = []

    async def public(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return ["93.184.216.34"]

    for url in ("https://hooks.example.org/x", "https://hooks.example.org:8443/x"):
        found = await checked_addresses(read_url(url), Gate(), public)
        assert [str(address) for address in found] == ["93.184.216.34"]
    assert asked == [("hooks.example.org", 443), ("hooks.example.org", 8443)]


async def test_without_https_only_an_allowed_private_network_is_reached() -> None:
    async def public(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.216.34"]

    with pytest.raises(ForbiddenError, match="without https"):
        await checked_addresses(httpx.URL("http://hooks.example.org"), Gate(), public)


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example.org/x", "//hooks.example.org", "ftp://hooks.example.org", "file:///etc",
        "https://", "https:///x", "https://ana:pw@hooks.example.org",
        "https://ana@hooks.example.org", "https://hooks.example.org:0", "https://[fe80::1%25eth0]",
        "https://@@x", "https://hooks.example.org:99999", "https://a b", "https://x\n.org",
        "gopher://127.0.0.1:25/_QUIT", "javascript:alert(1)", "https://[::1",
    ],
)  # fmt: skip
def test_what_is_no_url_of_a_webhook_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UnsendableError) as failed:
        read_url(url)
    assert "pw" not in str(failed.value)
    assert "example" not in str(failed.value)
