"""Which addresses a webhook may reach: public ones, and the private networks an operator names.

Without this anybody who may write a webhook's URL could make us knock at doors inside (server-side
request forgery). The lists are those of the IANA special-purpose registries; they stand here in
full since `ipaddress.is_global` has changed between versions of Python.
"""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",
            "100.64.0.0/10",  # carriers' address translation
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local, and clouds' metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",  # documentation, as are the next ones so marked
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_UNICAST_6 = IPv6Network("2000::/3")  # all else is local, mapped, translated or reserved
_NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocols' own, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: holds an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _UNICAST_6 and not any(address in network for network in _NOT_PUBLIC_6)


class Gate:
    """Lets an address pass if it is public, or lies in one of the private networks allowed."""

    def __init__(self, private: Iterable[Network] = ()) -> None:
        self._private = tuple(private)

    def passes(self, address: Address, *, encrypted: bool) -> bool:
        """Unencrypted: in an allowed private network only. With a zone (`%eth0`): never."""
        if isinstance(address, IPv6Address) and address.scope_id is not None:
            return False
        inside = any(address in network for network in self._private)
        return inside or (encrypted and is_public(address))


def read_address(text: str) -> Address:
    """As a resolver says it, with its zone if it has one."""
    return ip_address(text)
