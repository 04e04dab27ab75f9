"""Tries the ports before anything starts: a taken one is then a sentence for the operator and not a traceback."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path

from twisted.internet.defer import maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from chatserver.conflicts import listener, refuse_conflicts
from chatserver.protocols.endpoints import server_endpoint
from chatserver.protocols.unixsockets import is_left_behind
from chatserver.settings import ConfigError


class UnavailableError(ConfigError):
    """A `port` that can be, but not now and here."""

    def __init__(self, port: str, reason: object) -> None:
        super().__init__(f"cannot listen on {port!r}: {reason}")
        self.port = port


def rehearse(ports: Iterable[str], there: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
    """Try every endpoint string of `ports`: listen on all TCP ports at once, for a moment, and look at UNIX sockets;
    `there` is where the server will be.

    Raises ConfigError for two that are one, or else for the first that cannot be, UnavailableError for the first that
    cannot be had now. Whatever else there is, is left to the real start.
    """
    ports = tuple(ports)
    refuse_conflicts(ports)
    with ExitStack() as sockets:
        for port in ports:
            failures: list[Failure] = []
            try:
                endpoint = server_endpoint(_Rehearsal(sockets), port)
            except LookupError:
                raise UnavailableError(port, "systemd has handed over no such socket") from None
            except ValueError as wrong:
                raise ConfigError(f"cannot listen on {port!r}: {wrong}") from wrong
            with there():
                maybeDeferred(endpoint.listen, Factory()).addErrback(failures.append)
            if failures and not isinstance(error := failures[0].value, _NotRehearsedError):
                if isinstance(error, OSError | CannotListenError):
                    raise UnavailableError(port, reason_of(error))
                raise ConfigError(f"cannot listen on {port!r}: {reason_of(error)}")


def reason_of(error: BaseException | None) -> object:
    """What went wrong, in as few words as there are."""
    if isinstance(error, CannotListenError):
        error = error.socketError
    return getattr(error, "strerror", None) or str(error) or "it is no place for a chat server"


class _NotRehearsedError(Exception):
    """This kind of endpoint cannot be tried without being used up."""


class _Rehearsal:
    """As much of a reactor as an endpoint needs to be tried."""

    def __init__(self, sockets: ExitStack) -> None:
        self._sockets = sockets

    def listenTCP(self, port: int, factory: Factory, backlog: int = 50, interface: str = "") -> None:
        if not 0 <= port <= 65535:
            raise ValueError("a port is a number from 0 to 65535")
        self._sockets.enter_context(listener(interface, port, backlog))

    def listenUNIX(self, address: str, factory: Factory, **options: object) -> None:
        folder = Path(address).parent
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, f"{folder} is no directory")
        is_left_behind(address)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def adoptStreamPort(self, *arguments: object) -> None:
        raise _NotRehearsedError
