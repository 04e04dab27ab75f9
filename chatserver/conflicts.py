"""Two ports that are one: a server that is to listen at both can never start, whoever has them just now."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from twisted.internet.abstract import isIPv6Address
from twisted.internet.defer import maybeDeferred
from twisted.internet.protocol import Factory

from chatserver.protocols.endpoints import server_endpoint
from chatserver.settings import ConfigError

TRIES = 3
"""So often two addresses have to be in each other's way: once may be by somebody else."""


class Place(NamedTuple):
    """Where an endpoint listens, in the words of its kind."""

    kind: str
    where: str | int
    interface: str = ""

    def is_one_with(self, other: Place) -> bool:
        """Whether only one of them can be listened at."""
        if (self.kind, self.where) != (other.kind, other.where):
            return False
        return self.interface == other.interface or _are_in_the_way(self.interface, other.interface)


def refuse_conflicts(ports: Iterable[str]) -> None:
    """Raises ConfigError for the first two endpoint strings of `ports` that are the same place."""
    places = [(port, place) for port in ports for place in _places(port)]
    for (first, here), (second, there) in combinations(places, 2):
        if here.is_one_with(there):
            twice = "twice" if first == second else f"and on {second!r}: they are in each other's way"
            raise ConfigError(f"cannot listen on {first!r} {twice}")


def listener(interface: str, port: int, backlog: int = 1) -> socket.socket:
    """A socket that listens there, as one of Twisted's does. Raises OSError."""
    trial = socket.socket(socket.AF_INET6 if isIPv6Address(interface) else socket.AF_INET, socket.SOCK_STREAM)
    try:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((interface, port))
        trial.listen(backlog)
    except BaseException:
        trial.close()
        raise
    return trial


def _are_in_the_way(first: str, second: str) -> bool:
    """Whether nobody can listen at one port of both addresses. Systems differ in that, so it is tried, at any port."""
    try:
        return all(_clash(first, second) for _ in range(TRIES))
    except (OSError, ValueError):  # an address that is not here
        return False


def _clash(first: str, second: str) -> bool:
    with listener(first, 0) as here:
        try:
            listener(second, here.getsockname()[1]).close()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False


def _places(port: str) -> list[Place]:
    """Where the endpoint string `port` would listen; nowhere, if it is wrong."""
    reactor = _Notebook()
    try:
        endpoint = server_endpoint(reactor, port)
    except LookupError:  # systemd has handed over no such socket
        return [Place("systemd", port)]
    except Exception:  # the parser of each kind of endpoint raises what it likes
        return []
    maybeDeferred(endpoint.listen, Factory()).addErrback(lambda failure: None)
    return reactor.places


class _NotListenedError(Exception):
    """This is no reactor."""


class _Notebook:
    """As much of a reactor as an endpoint needs to say where it would listen."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    def listenTCP(self, port: int, factory: Factory, backlog: int = 50, interface: str = "") -> None:
        if port:  # 0 is another one each time
            self._note(Place("TCP", port, interface))

    def listenUNIX(self, address: str, factory: Factory, **options: object) -> None:
        self._note(Place("UNIX", os.path.realpath(address)))

    def adoptStreamPort(self, descriptor: int, *arguments: object) -> None:
        self._note(Place("descriptor", descriptor))

    def _note(self, place: Place) -> None:
        self.places.append(place)
        raise _NotListenedError  # or Twisted closes a socket of systemd's that it has not adopted
