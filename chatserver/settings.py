"""What an operator types for one setting, read and checked; every refusal is a clear sentence."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from io import FileIO
from ipaddress import IPv4Network, ip_address, ip_network

from chatserver.protocols.address import Network
from chatserver.protocols.endpoints import server_endpoint
from chatserver.protocols.text import ERASERS, REPLACEMENT, decode

BACKLOG = 1024
"""Connections that may wait to be accepted: with Twisted's 50, the 51st of a rush waits a second for its next try."""
LONGEST_NAME = 60
"""Characters that a server's name may have: it stands in the middle of a line."""
LONGEST_SENTENCE = 500
"""Characters that are shown of what is wrong, and of all that is quoted."""
LONGEST_FILE = 65536
"""Bytes of a file that is read whole: everybody has to read a message of the day."""
PATIENCE_MS = 1000
"""Milliseconds after which whoever waits for a pipe is told so."""

_MAPPED_BITS = 96
"""Bits that stand before an IPv4 address in one that is written as an IPv6 address."""


class ConfigError(ValueError):
    """A setting that cannot be; its text is one line for the operator, whatever was typed."""

    def __init__(self, sentence: str) -> None:
        if len(sentence) > LONGEST_SENTENCE:
            half = LONGEST_SENTENCE // 2
            sentence = f"{sentence[:half]}…{sentence[-half:]}"
        super().__init__("".join(c if c.isprintable() else "\ufffd" for c in sentence))


def port(text: str) -> str:
    """A Twisted server endpoint string; digits alone are a TCP port. Raises ConfigError."""
    if text.isascii() and text.isdigit():
        text = f"tcp:{text}"
    if not text.isprintable():
        raise ConfigError(f"cannot listen on {text!r}: it has characters in it that cannot be printed")
    try:
        server_endpoint(None, text)
    except (NameError, ImportError) as error:
        raise ConfigError(f"cannot listen on {text!r}: TLS is not installed: pip install 'twistd-chat[tls]'") from error
    except Exception as error:  # the parser of each kind of endpoint raises what it likes
        if not (isinstance(error, LookupError) and "systemd:" in text):  # what systemd hands over, only a start shows
            raise ConfigError(f"cannot listen on {text!r}: {error}") from error
    return text


def metrics_port(text: str) -> str:
    """The endpoint of the metrics, as `port` has it. Raises ConfigError."""
    if not find_spec("prometheus_client"):
        raise ConfigError("prometheus_client is not installed: pip install 'twistd-chat[metrics]'")
    return port(text)


def with_backlog(port: str, backlog: int = BACKLOG) -> str:
    """The endpoint string `port` with this `backlog`, unless it names one itself or its kind has none."""
    longer = f"{port}:backlog={backlog}"
    try:
        server_endpoint(None, longer)
    except Exception:  # as above
        return port
    return port if "backlog=" in port else longer


def whole_number(text: str, least: int = 0, most: int = 1_000_000) -> int:
    """A whole number from `least` to `most`. Raises ConfigError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= most):
        raise ConfigError(f"{text!r} is no whole number from {least} to {most}")
    return int(text)


def network(text: str) -> Network:
    """A network, as in 192.0.2.0/24, or one address. Raises ConfigError.

    An IPv4 network that is written as an IPv6 one (RFC 4291, section 2.5.5.2) is the IPv4 network, since IPv4 addresses
    are compared as such wherever they come from. Zones (RFC 4007) are not compared.
    """
    try:
        if "%" in text:
            raise ValueError("addresses are compared without the zone that a % begins")
        return _as_ipv4(text) or ip_network(text)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no network and no address: {error}") from error


def _as_ipv4(text: str) -> IPv4Network | None:
    """The IPv4 network that `text` writes as an IPv6 one, if it does. Raises ValueError."""
    length = ip_network(text, strict=False).prefixlen
    ipv4 = getattr(ip_address(text.partition("/")[0]), "ipv4_mapped", None)
    if ipv4 is None:
        return None
    if length < _MAPPED_BITS:
        raise ValueError(f"of an IPv4 network written as IPv6, the first {_MAPPED_BITS} bits are fixed")
    return IPv4Network((ipv4, length - _MAPPED_BITS))


def server_name(text: str) -> str:
    """The name that the server greets with. Raises ConfigError."""
    name = decode(utf_8(text.encode("utf-8", "surrogateescape"), repr(text)).encode()).strip()
    if not 0 < len(name) <= LONGEST_NAME or name != text.strip():
        raise ConfigError(f"{text!r} does not have 1 to {LONGEST_NAME} characters, none of them a control character")
    return name


def motd(path: str) -> tuple[str, ...]:
    """The lines of the message of the day in the UTF-8 file `path`. Raises ConfigError."""
    text = utf_8(contents(path), repr(path)).rstrip()
    lines = enumerate(text.split("\n"), 1) if text else ()
    return tuple(_shown(line.removesuffix("\r"), f"{path!r}, line {number}") for number, line in lines)


def _shown(text: str, where: str) -> str:
    """What people read of `text`. Raises ConfigError where they would not read a character as it is."""
    shown = decode(text.encode())
    if shown.count(REPLACEMENT) > text.count(REPLACEMENT) or any(eraser in text for eraser in ERASERS):
        odd = next(
            c for c in text if c in ERASERS or (c != REPLACEMENT and decode(f" {c}".encode())[1:] == REPLACEMENT)
        )
        raise ConfigError(f"{where}: U+{ord(odd):04X} controls a terminal, or hides something")
    return shown


def utf_8(data: bytes, what: str) -> str:
    """The text that `data` is in UTF-8, without a byte order mark; `what` it is goes into the sentence. Raises
    ConfigError.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        byte = error.object[error.start]
        raise ConfigError(f"{what} is not UTF-8: line {line} has the byte 0x{byte:02x} in it") from None


def contents(path: str) -> bytes:
    """What is in the file `path`, or what comes by that pipe until its end. Raises ConfigError."""
    try:
        with open(path, "rb", buffering=0, opener=_at_once) as file:
            data = b"".join(_pieces(file, path))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read {path!r}: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > LONGEST_FILE:
        raise ConfigError(f"{path!r} is longer than {LONGEST_FILE} bytes")
    return data


def refuse_to_read_again(path: str) -> None:
    """Raises ConfigError for a pipe or a terminal, which may give nothing more, and may have one wait for ever."""
    if os.path.exists(path) and not os.path.isfile(path):  # which say no where they are not allowed to look
        raise ConfigError(f"cannot read {path!r} again: it is no regular file")


def _at_once(path: str, flags: int) -> int:
    """Open a pipe also while nobody writes to it: so one who waits can say so."""
    return os.open(path, flags | os.O_NONBLOCK)


def _pieces(file: FileIO, path: str) -> Iterator[bytes]:
    """What is in there, to its end, or until it is longer than can be."""
    poll = select.poll()
    poll.register(file, select.POLLIN)
    if not poll.poll(PATIENCE_MS):
        print(f"waiting for {path!r}", file=sys.stderr, flush=True)
    left = LONGEST_FILE + 1
    while left and poll.poll():
        piece = file.read(left)
        if not piece:
            break
        left -= len(piece)
        yield piece
