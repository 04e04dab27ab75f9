"""Tries the ports before anything starts: a taken one is then a sentence for the operator and not a traceback."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import ExitStack

from twisted.internet.abstract import isIPv6Address
from twisted.internet.endpoints import serverFromString
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from chatserver.config import ConfigError


def rehearse(ports: Iterable[str]) -> None:
    """Try every endpoint string of `ports`: listen on all TCP ports at once, for a moment, and call at UNIX sockets.

    Raises ConfigError for the first that cannot be had. Whatever else there is, is left to the real start.
    """
    with ExitStack() as sockets:
        for port in ports:
            refused: list[Failure] = []
            serverFromString(_Rehearsal(sockets), port).listen(Factory()).addErrback(refused.append)
            if refused and isinstance(error := refused[0].value, CannotListenError):
                raise ConfigError(f"cannot listen on {port!r}: {error.socketError}")


class _Rehearsal:
    """As much of a reactor as an endpoint needs to be tried."""

    def __init__(self, sockets: ExitStack) -> None:
        self._sockets = sockets

    def listenTCP(self, port: int, factory: Factory, backlog: int = 50, interface: str = "") -> None:
        family = socket.AF_INET6 if isIPv6Address(interface) else socket.AF_INET
        trial = self._sockets.enter_context(socket.socket(family, socket.SOCK_STREAM))
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((interface, port))
            trial.listen(1)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "a port is a number from 0 to 65535"
            raise CannotListenError(interface, port, reason) from error

    def listenSSL(self, port: int, factory: Factory, context: object, backlog: int = 50, interface: str = "") -> None:
        self.listenTCP(port, factory, backlog, interface)

    def listenUNIX(self, address: str, factory: Factory, **options: object) -> None:
        with socket.socket(socket.AF_UNIX) as trial:
            if trial.connect_ex(address) == 0:
                raise CannotListenError(None, address, "Address already in use")
