"""Opening a port, and closing it."""

from __future__ import annotations

from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.interfaces import IListeningPort, IProtocolFactory, IStreamServerEndpoint
from twisted.python.failure import Failure

from chatserver.rehearsal import UnavailableError, reason_of


class CannotOpenError(SystemExit, Exception):
    """A port that cannot be had, now that it is to be opened; the text is a sentence.

    It ends a process that is just starting, with status 1. twistd looks out for an Exception, to tell whoever starts it
    in the background; of a SystemExit Python says the text and no more.
    """


class Port(Service):
    """Open while it runs: `factory` serves who comes to `endpoint`, which was typed as `name`. `program` is who says
    that it cannot be had.
    """

    def __init__(self, name: str, endpoint: IStreamServerEndpoint, factory: IProtocolFactory, program: str) -> None:
        self.port: IListeningPort | None = None
        """What is open."""
        self._name = name
        self._endpoint = endpoint
        self._factory = factory
        self._program = program

    def privilegedStartService(self) -> None:
        """Open the port while the process may do everything. Raises CannotOpenError."""
        super().privilegedStartService()
        failures: list[Failure] = []
        self._endpoint.listen(self._factory).addCallbacks(self._opened, failures.append)
        if failures:
            error = failures[0].value
            raise CannotOpenError(f"{self._program}: {UnavailableError(self._name, reason_of(error))}") from error

    def startService(self) -> None:
        """Open the port, if it is not open yet. Raises CannotOpenError."""
        super().startService()
        if self.port is None:
            self.privilegedStartService()

    def stopService(self) -> Deferred[Any]:
        """Close the port; fires when that is done."""
        super().stopService()
        port, self.port = self.port, None
        return maybeDeferred(port.stopListening) if port else succeed(None)

    def _opened(self, port: IListeningPort) -> None:
        self.port = port
