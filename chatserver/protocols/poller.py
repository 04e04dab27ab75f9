"""Reading from plain connections at less cost than by way of the reactor."""

from __future__ import annotations

import select
from typing import Any

from twisted.internet.interfaces import IReactorFDSet, IReadDescriptor
from twisted.internet.tcp import Server as StreamServer
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

_log = Logger()


@implementer(IReadDescriptor)
class Poller:
    """Stands before the reactor of the transports that it adopts, and reads for them; all else the reactor does.

    A reactor takes four calls and a logging context for each event, which for a line from a chat is as much work as
    handling it. This is one reader to the reactor, with an epoll of its own for all connections behind it.

    Whatever is not plain data, such as the end of a connection, is left to the reactor: it finds it again, and knows
    what to do. So is a transport while it waits to write: the reactor has to see both sides of that one, or it would
    take the end for an end of everything, and not read what came before it.
    """

    def __init__(self, reactor: IReactorFDSet) -> None:
        self._reactor = reactor
        self._epoll = select.epoll()
        self.fileno = self._epoll.fileno
        self._readers: dict[int, StreamServer] = {}
        self._writers: dict[StreamServer, bool] = {}
        """Who waits to write, and whether it wants to read, too."""

    def __getattr__(self, name: str) -> Any:
        """All else that a transport may ask of its reactor, such as `callLater`."""
        return getattr(self._reactor, name)

    def adopt(self, transport: StreamServer) -> None:
        """Read for `transport`, which has its protocol, from now on."""
        transport.stopReading()
        transport.reactor = self  # type: ignore[assignment]  # it stands in for one
        transport.startReading()

    # What a transport asks of its reactor.

    def addReader(self, transport: StreamServer) -> None:
        number = transport.fileno()
        if transport in self._writers:
            self._writers[transport] = True
            self._reactor.addReader(transport)
        elif number not in self._readers:
            self._epoll.register(number, select.EPOLLIN | select.EPOLLRDHUP)
            self._readers[number] = transport
            self._reactor.addReader(self)

    def removeReader(self, transport: StreamServer) -> None:
        if transport in self._writers:
            self._writers[transport] = False
        self._reactor.removeReader(transport)
        self._forget(transport.fileno())

    def addWriter(self, transport: StreamServer) -> None:
        if transport not in self._writers:
            reads = self._writers[transport] = self._forget(transport.fileno())
            if reads:
                self._reactor.addReader(transport)
        self._reactor.addWriter(transport)

    def removeWriter(self, transport: StreamServer) -> None:
        self._reactor.removeWriter(transport)
        if self._writers.pop(transport, False):
            self._reactor.removeReader(transport)
            self.addReader(transport)

    # What the reactor asks of a reader.

    def doRead(self) -> None:
        for number, event in self._epoll.poll(0, len(self._readers)):
            transport = self._readers.get(number)
            if transport:  # else closed by what was just handled
                try:
                    self._read(transport, event)
                except Exception:
                    _log.failure("a bug in reading")
                    transport.abortConnection()

    def connectionLost(self, reason: Failure) -> None:
        """The reactor stops."""
        for transport in tuple(self._readers.values()):
            with _log.failuresHandled("a bug in losing a connection"):
                transport.connectionLost(reason)

    def logPrefix(self) -> str:
        return "poller"

    def _read(self, transport: StreamServer, event: int) -> None:
        try:
            data = transport.socket.recv(transport.bufferSize) if event & select.EPOLLIN else b""
        except OSError:
            data = b""
        if data:
            transport.protocol.dataReceived(data)
        else:
            self._forget(transport.fileno())
            self._reactor.addReader(transport)

    def _forget(self, number: int) -> bool:
        """Read no more from this file; whether that was done up to now."""
        if self._readers.pop(number, None) is None:
            return False
        self._epoll.unregister(number)
        if not self._readers:
            self._reactor.removeReader(self)
        return True
