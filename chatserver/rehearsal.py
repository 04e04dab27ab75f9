"""Tries the ports before anything starts: a taken one is then a sentence for the operator and not a traceback."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from twisted.internet.abstract import isIPv6Address
from twisted.internet.endpoints import serverFromString
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from chatserver.config import ConfigError


def rehearse(ports: Iterable[str]) -> None:
    """Listen on every TCP port among the endpoint strings `ports`, all at once and for a moment.

    Raises ConfigError for the first that cannot be had. What is not TCP is left to the real start.
    """
    with ExitStack() as sockets:
        for port in ports:
            refused: list[Failure] = []
            serverFromString(_Rehearsal(sockets), port).listen(Factory()).addErrback(refused.append)
            if refused and isinstance(error := refused[0].value, CannotListenError):
                raise ConfigError(f"cannot listen on {port!r}: {error.socketError}")


class _Rehearsal:
    """As much of a reactor as an endpoint needs to try a TCP port."""

    def __init__(self, sockets: ExitStack) -> None:
        self._sockets = sockets

    def listenTCP(self, port: int, factory: Factory, backlog: int = 50, interface: str = "") -> Any:
        family = socket.AF_INET6 if isIPv6Address(interface) else socket.AF_INET
        trial = self._sockets.enter_context(socket.socket(family, socket.SOCK_STREAM))
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((interface, port))
            trial.listen(1)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "a port is a number from 0 to 65535"
            raise CannotListenError(interface, port, reason) from error
