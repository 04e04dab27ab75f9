"""Where a connection comes from."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress

Network = IPv4Network | IPv6Network
_PREFIX = {4: 32, 6: 64}
"""Bits that tell one household from another: whoever has one IPv6 address has all of its /64 (RFC 6177)."""


def shown(address: IAddress) -> str:
    """An address and port as the log shows them."""
    if isinstance(address, IPv4Address):
        return f"{address.host}:{address.port}"
    if isinstance(address, IPv6Address):
        return f"[{address.host}]:{address.port}"
    return "a UNIX socket"


def host(address: IAddress) -> str:
    """An address without its port, as the log counts by."""
    return getattr(address, "host", None) or "a UNIX socket"


def source_of(address: IAddress, trusted: Iterable[Network] = ()) -> str | None:
    """What limits by address count by: an IPv4 address or an IPv6 network. None: loopback, trusted, or no address."""
    if not isinstance(address, IPv4Address | IPv6Address) or address.host == "127.0.0.1":
        return None
    ip = ip_address(address.host.partition("%")[0])
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback or any(ip in network for network in trusted):
        return None
    return str(ip_network((ip, _PREFIX[ip.version]), strict=False))
