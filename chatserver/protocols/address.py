"""Where a connection comes from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address as IPv4Number,
    IPv4Network,
    IPv6Address as IPv6Number,
    IPv6Network,
    ip_address,
    ip_network,
)

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress

Network = IPv4Network | IPv6Network
IP = IPv4Number | IPv6Number
_HOUSEHOLD = 64
"""Bits of an IPv6 address that tell one household from another: whoever has one has all of its /64 (RFC 6177)."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses that a translator has made IPv6 ones: each is somebody else's (RFC 6052, section 2.1)."""
NOWHERE = "an address that is none"
"""What a proxy told that anybody could talk to: it can be any text, and does not belong into a log."""


def shown(address: IAddress) -> str:
    """An address and port as the log shows them."""
    if not isinstance(address, IPv4Address | IPv6Address):
        return "a UNIX socket"
    ip = _ip(address.host)
    return NOWHERE if ip is None else f"{ip}:{address.port}" if ip.version == 4 else f"[{ip}]:{address.port}"


def host(address: IAddress) -> str:
    """An address without its port."""
    if not isinstance(address, IPv4Address | IPv6Address):
        return "a UNIX socket"
    return str(_ip(address.host) or NOWHERE)


def source_of(address: IAddress, trusted: Iterable[Network] = ()) -> str | None:
    """What limits by address count by: an IPv4 address or an IPv6 network. None: loopback, trusted, or no address."""
    if not isinstance(address, IPv4Address | IPv6Address) or address.host == "127.0.0.1":
        return None
    ip = _ip(address.host)
    if ip is None:
        return NOWHERE
    if ip.is_loopback or any(ip in network for network in trusted):
        return None
    return str(ip if ip.version == 4 or ip in _TRANSLATED else ip_network((ip, _HOUSEHOLD), strict=False))


@lru_cache(maxsize=1024)
def _ip(text: str) -> IP | None:
    """An address without its zone; an IPv4 address that is written as an IPv6 one is an IPv4 address."""
    try:
        ip = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Number) else ip
