"""What is typed behind `chat-client`."""

from __future__ import annotations

import argparse
import re
from enum import IntEnum
from importlib.metadata import PackageNotFoundError, version
from textwrap import fill

from twisted.internet.abstract import isIPv6Address
from twisted.internet.endpoints import quoteStringArgument

_HOST_PORT = re.compile(r"(\[(?P<ipv6>[^\]]+)\]|(?P<host>[^:/=\[\]]+))(:(?P<port>[0-9]+))?")
HOST = "127.0.0.1"
PORT = 55555


class Exit(IntEnum):
    """Exit statuses of `chat-client`."""

    GOODBYE = 0
    USAGE = 2
    NOT_CONNECTED = 3
    LOST = 4
    NAME_REFUSED = 5
    STDOUT_CLOSED = 6


REASONS = {
    Exit.GOODBYE: "left",
    Exit.USAGE: "wrong option",
    Exit.NOT_CONNECTED: "could not connect",
    Exit.LOST: "connection lost",
    Exit.NAME_REFUSED: "name refused",
    Exit.STDOUT_CLOSED: "stdout closed",
}


class Failed(Exception):
    """The client ends with `status`; the text is a sentence for stderr."""

    def __init__(self, status: Exit, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


ABOUT = "Chat over a line-based TCP chat server."
FACES = """\
Keys: up and Ctrl-R for history, Tab completes; Ctrl-C takes the line away, and
leaves on an empty one. Commands are kept in ~/.local/state/chatserver/history.
On a pipe: lines of stdin are sent, lines of the server printed, to the end.
"""


def parser() -> argparse.ArgumentParser:
    """What can be typed."""
    statuses = "  ".join(f"{status:d} {reason}".replace(" ", "\xa0") for status, reason in REASONS.items())
    statuses = fill(f"exit status: {statuses}", 79, subsequent_indent=" " * 13).replace("\xa0", " ")
    parser = argparse.ArgumentParser(
        prog="chat-client",
        usage="%(prog)s [options] [HOST[:PORT]]",
        description=ABOUT,
        epilog=f"{FACES}\n{statuses}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "endpoint",
        nargs="?",
        default=HOST,
        metavar="HOST[:PORT]",
        help=f"the server (default: {HOST}:{PORT}); or unix:PATH",
    )
    parser.add_argument("--name", help="your name; asked for if it is not given")
    parser.add_argument("--tls", action="store_true", help="connect by TLS and verify the server's certificate")
    parser.add_argument("--ca", metavar="FILE", help="believe only the certificates in this PEM file and their issue")
    parser.add_argument("--insecure", action="store_true", help="believe any certificate: others may read along")
    parser.add_argument("--plain", action="store_true", help="be a line filter, on a terminal too")
    parser.add_argument("--no-bell", dest="bell", action="store_false", help="never ring")
    parser.add_argument("--no-history", dest="history", action="store_false", help="remember no commands")
    parser.add_argument("--version", action="version", version=_version())
    return parser


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line: endpoint, name, tls (None or a host and port), ca, insecure, plain, bell,
    history.

    Raises SystemExit where they are wrong.
    """
    typed = parser()
    options = typed.parse_args(arguments)
    if options.name is not None and not options.name.isprintable():
        typed.error("--name is one line of printable characters")
    if (options.ca or options.insecure) and not options.tls:
        typed.error("--ca and --insecure go with --tls")
    if options.ca and options.insecure:
        typed.error("--insecure believes any certificate, --ca some only: choose one")
    try:
        host = address(options.endpoint)
    except ValueError as error:
        typed.error(str(error))
    if options.tls and not host:
        typed.error(f"--tls goes with HOST[:PORT], not with {options.endpoint!r}")
    options.tls = host if options.tls else None
    options.endpoint = endpoint(options.endpoint)
    return options


def _version() -> str:
    try:
        return f"chat-client {version('twistd-chat')}"
    except PackageNotFoundError:
        return "chat-client, not installed: run from its sources"


def address(where: str) -> tuple[str, int] | None:
    """The host and port of HOST, HOST:PORT, [IPV6]:PORT or IPV6; None if it is something else. Raises ValueError."""
    if isIPv6Address(where):
        where = f"[{where}]"
    match = _HOST_PORT.fullmatch(where)
    if not match:
        return None
    host, port = match["ipv6"] or match["host"], match["port"] or str(PORT)
    if not 0 < int(port[:6]) < 65536:
        raise ValueError(f"a port is a number from 1 to 65535, not {port}")
    return host, int(port)


def endpoint(where: str) -> str:
    """The Twisted client endpoint string for what `address` knows, or for one. Raises ValueError."""
    found = address(where)
    return f"tcp:{quoteStringArgument(found[0])}:{found[1]}" if found else where
