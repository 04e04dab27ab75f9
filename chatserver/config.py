"""What an operator can set, checked; every refusal is a clear sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from twisted.internet.endpoints import serverFromString

from chatserver.protocols.address import Network
from chatserver.protocols.manners import Manners
from chatserver.protocols.text import decode

BACKLOG = 1024
"""Connections that may wait to be accepted: with Twisted's 50, the 51st of a rush waits a second for its next try."""
LONGEST_NAME = 60
"""Characters that a server's name may have: it stands in the middle of a line."""
LONGEST_MOTD = 65536
"""Bytes of a message of the day: everybody has to read it."""


class ConfigError(ValueError):
    """A setting that cannot be; its text is a sentence for the operator."""


@dataclass(frozen=True)
class Config:
    """The settings of one server; 0 users are no limit."""

    ports: tuple[str, ...] = ("tcp:55555",)
    name: str = "chatserver"
    motd: tuple[str, ...] = ()
    max_users: int = 0
    lobby: bool = False
    quiet: bool = False
    trusted: tuple[Network, ...] = ()
    manners: Manners = field(default_factory=Manners)


def port(text: str) -> str:
    """A Twisted server endpoint string; digits alone are a TCP port. Raises ConfigError."""
    if text.isascii() and text.isdigit():
        text = f"tcp:{text}"
    try:
        serverFromString(None, text)
    except (NameError, ImportError) as error:
        raise ConfigError(f"cannot listen on {text!r}: TLS is not installed: pip install 'chatserver[tls]'") from error
    except LookupError as error:
        raise ConfigError(f"cannot listen on {text!r}: systemd has handed over no such socket") from error
    except Exception as error:  # the parser of each kind of endpoint raises what it likes
        raise ConfigError(f"cannot listen on {text!r}: {error}") from error
    return text


def with_backlog(port: str) -> str:
    """The endpoint string `port` with `BACKLOG`, unless it names one itself or its kind has none."""
    longer = f"{port}:backlog={BACKLOG}"
    try:
        serverFromString(None, longer)
    except Exception:  # as above
        return port
    return port if "backlog=" in port else longer


def whole_number(option: str, text: str, least: int = 0, most: int = 1_000_000) -> int:
    """A whole number from `least` to `most`. Raises ConfigError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= most):
        raise ConfigError(f"--{option} is a whole number from {least} to {most}, not {text!r}")
    return int(text)


def network(text: str) -> Network:
    """A network, as in 192.0.2.0/24, or one address. Raises ConfigError."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise ConfigError(f"--trusted is a network or an address, not {text!r}: {error}") from error


def server_name(text: str) -> str:
    """The name that the server greets with. Raises ConfigError."""
    name = decode(text.encode("utf-8", "surrogateescape")).strip()
    if not 0 < len(name) <= LONGEST_NAME or name != text.strip():
        raise ConfigError(f"--name has 1 to {LONGEST_NAME} characters, none of them a control character, not {text!r}")
    return name


def motd(path: str) -> tuple[str, ...]:
    """The lines of the message of the day in the UTF-8 file `path`. Raises ConfigError."""
    try:
        if not Path(path).is_file():
            raise ConfigError(f"cannot read --motd {path!r}: it is no file")
        with open(path, "rb") as file:
            data = file.read(LONGEST_MOTD + 1)
    except OSError as error:
        raise ConfigError(f"cannot read --motd {path!r}: {error.strerror}") from error
    if len(data) > LONGEST_MOTD:
        raise ConfigError(f"--motd {path!r} is longer than {LONGEST_MOTD} bytes")
    return tuple(decode(line.rstrip(b"\r")) for line in data.rstrip().split(b"\n")) if data.strip() else ()
