"""The header with which a proxy says for whom it connects, sans I/O: the PROXY protocol, versions 1 and 2.

https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt; the sections named here are of that.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

LONGEST_LINE = 107
"""Bytes of a header of version 1, with the end of its line (section 2.1)."""

_WORD = b"PROXY "
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_FIXED = struct.Struct("!12sBBH")
"""How a header of version 2 begins: signature, version and command, family and transport, length of the rest."""
_LOCAL, _PROXY = 0x20, 0x21
_FAMILIES, _TRANSPORTS = range(4), range(3)
_WRITTEN: dict[bytes, type[IPv4Address] | type[IPv6Address]] = {b"TCP4": IPv4Address, b"TCP6": IPv6Address}
_PACKED = {1: (struct.Struct("!4s4sHH"), IPv4Address), 2: (struct.Struct("!16s16sHH"), IPv6Address)}
"""The families of addresses of the Internet, in version 1 and in version 2."""


class Client(NamedTuple):
    """Where a proxied connection comes from."""

    host: str
    port: int


class NoHeaderError(ValueError):
    """Something else has come than a header."""


class BadHeaderError(ValueError):
    """A header that cannot be; the text says why, and quotes nothing."""


class ProxyHeader:
    """Reads the header of one connection while it arrives, in pieces of any size."""

    def __init__(self) -> None:
        self.client: Client | None = None
        """Who is behind the proxy, once the header is whole. None if that is the proxy itself, or not to be told."""
        self._seen = bytearray()

    def feed(self, data: bytes) -> bytes | None:
        """What stands behind the header, once it is whole.

        Raises NoHeaderError and BadHeaderError, as soon as it can be known.
        """
        self._seen += data
        if self._seen.startswith(_WORD):
            return self._line()
        if self._seen.startswith(_SIGNATURE):
            return self._block()
        if _WORD.startswith(self._seen) or _SIGNATURE.startswith(self._seen):
            return None
        raise NoHeaderError

    def end(self) -> None:
        """Nothing more comes. Raises BadHeaderError, unless nothing has come at all."""
        if self._seen:
            raise BadHeaderError("it ends too early")

    def _line(self) -> bytes | None:
        """Version 1, section 2.1."""
        end = self._seen.find(b"\n", 0, LONGEST_LINE)
        if end < 0:
            if len(self._seen) >= LONGEST_LINE:
                raise BadHeaderError(f"its line does not end within {LONGEST_LINE} bytes")
            return None
        line, behind = bytes(self._seen[: end + 1]), bytes(self._seen[end + 1 :])
        if not line.endswith(b"\r\n"):
            raise BadHeaderError("its line does not end with CR LF")
        family, *rest = line[len(_WORD) : -2].split(b" ")
        if family != b"UNKNOWN":
            self.client = _client_of(family, rest)
        return behind

    def _block(self) -> bytes | None:
        """Version 2, section 2.2. What stands behind the addresses is skipped."""
        if len(self._seen) < _FIXED.size:
            return None
        _, command, kind, length = _FIXED.unpack_from(self._seen)
        if command not in (_LOCAL, _PROXY):
            raise BadHeaderError("its version or its command is unknown")
        whole = _FIXED.size + length
        if len(self._seen) < whole:
            return None
        if command == _PROXY:
            self.client = _packed_client_of(kind, bytes(self._seen[_FIXED.size : whole]))
        return bytes(self._seen[whole:])


def _client_of(family: bytes, words: list[bytes]) -> Client:
    """The first of two addresses and two ports in words of which `family` is the first."""
    if family not in _WRITTEN:
        raise BadHeaderError("it names no family that there is")
    if len(words) != 4:
        raise BadHeaderError("it does not have two addresses and two ports")
    host, _ = (_address(_WRITTEN[family], word) for word in words[:2])
    port, _ = (_port(word) for word in words[2:])
    return Client(host, port)


def _address(kind: type[IPv4Address] | type[IPv6Address], word: bytes) -> str:
    try:
        return str(kind(word.replace(b"%", b"no zone").decode("ascii")))
    except ValueError:
        raise BadHeaderError("an address in it is none") from None


def _port(word: bytes) -> int:
    if word.isdigit() and int(word) < 65536 and word == b"%d" % int(word):
        return int(word)
    raise BadHeaderError("a port in it is none")


def _packed_client_of(kind: int, addresses: bytes) -> Client | None:
    """The first of two addresses and two ports in bytes; other families than those of the Internet tell nothing."""
    family, transport = kind >> 4, kind & 15
    if family not in _FAMILIES or transport not in _TRANSPORTS:
        raise BadHeaderError("it names no family that there is")
    if not transport or family not in _PACKED:
        return None
    layout, address = _PACKED[family]
    if len(addresses) < layout.size:
        raise BadHeaderError("it does not have two addresses and two ports")
    host, _, port, _ = layout.unpack_from(addresses)
    return Client(str(address(host)), port)
