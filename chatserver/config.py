"""What an operator can set, checked; every refusal is a clear sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twisted.internet.endpoints import serverFromString

from chatserver.protocols.text import decode

LONGEST_NAME = 60
"""Characters that a server's name may have: it stands in the middle of a line."""
SHORTEST_LINE = 64
"""Bytes that a line must at least be allowed to have: every command has to fit."""


class ConfigError(ValueError):
    """A setting that cannot be; its text is a sentence for the operator."""


@dataclass(frozen=True)
class Config:
    """The settings of one server. Times are in seconds, lengths in bytes; 0 switches a limit off."""

    ports: tuple[str, ...] = ("tcp:55555",)
    name: str = "chatserver"
    motd: tuple[str, ...] = ()
    max_users: int = 0
    lobby: bool = False
    quiet: bool = False
    login_timeout: int = 30
    max_line: int = 4096


def port(text: str) -> str:
    """A Twisted server endpoint string; digits alone are a TCP port. Raises ConfigError."""
    if text.isascii() and text.isdigit():
        text = f"tcp:{text}"
    try:
        serverFromString(None, text)
    except Exception as error:  # the parser of each kind of endpoint raises what it likes
        raise ConfigError(f"cannot listen on {text!r}: {error}") from error
    return text


def whole_number(option: str, text: str, least: int = 0) -> int:
    """A whole number of at least `least`. Raises ConfigError."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise ConfigError(f"--{option} is a whole number, {least} or more, not {text!r}")
    return int(text)


def server_name(text: str) -> str:
    """The name that the server greets with. Raises ConfigError."""
    name = decode(text.encode("utf-8", "surrogateescape")).strip()
    if not 0 < len(name) <= LONGEST_NAME or name != text.strip():
        raise ConfigError(f"--name has 1 to {LONGEST_NAME} characters, none of them a control character, not {text!r}")
    return name


def motd(path: str) -> tuple[str, ...]:
    """The lines of the message of the day in the UTF-8 file `path`. Raises ConfigError."""
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read --motd {path!r}: {getattr(error, 'strerror', None) or error}") from error
    return tuple(decode(line.rstrip(b"\r")) for line in data.rstrip().split(b"\n")) if data.strip() else ()
