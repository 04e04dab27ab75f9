"""Reading from plain connections at less cost than by way of the reactor."""

from __future__ import annotations

import select
from typing import Any

from twisted.internet.interfaces import IReactorFDSet, IReadDescriptor
from twisted.internet.tcp import Server as StreamServer
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

READ_BYTES = 65536
"""What is read at a time, at most: as much as Twisted does."""


@implementer(IReadDescriptor)
class Poller:
    """Stands before the reactor of the transports that it adopts, and reads for them; all else the reactor does.

    A reactor takes four calls and a logging context for each event, which for a line from a chat is as much work as
    handling it. This is one reader to the reactor, with an epoll of its own for all connections behind it. Whatever is
    not plain data, such as the end of a connection, is left to the reactor: it finds it again, and knows what to do.
    """

    _log = Logger()

    def __init__(self, reactor: IReactorFDSet) -> None:
        self._reactor = reactor
        self._epoll = select.epoll()
        self.fileno = self._epoll.fileno
        self._readers: dict[int, StreamServer] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def adopt(self, transport: StreamServer) -> None:
        """Read for `transport`, which has its protocol, from now on."""
        transport.stopReading()
        transport.reactor = self  # type: ignore[assignment]  # it stands in for one
        transport.startReading()

    # What a transport asks of its reactor.

    def addReader(self, transport: StreamServer) -> None:
        number = transport.fileno()
        if number not in self._readers:
            if not self._readers:
                self._reactor.addReader(self)
            self._readers[number] = transport
            self._epoll.register(number, select.EPOLLIN | select.EPOLLRDHUP)

    def removeReader(self, transport: StreamServer) -> None:
        self._reactor.removeReader(transport)
        self._forget(transport.fileno())

    # What the reactor asks of a reader.

    def doRead(self) -> None:
        readers = self._readers
        for number, event in self._epoll.poll(0, len(readers)):
            transport = readers.get(number)
            if transport is None:
                continue  # closed by what was just handled
            try:
                data = transport.socket.recv(READ_BYTES) if event == select.EPOLLIN else b""
            except OSError:
                data = b""
            if data:
                self._give(transport, data)
            else:
                self._forget(number)
                self._reactor.addReader(transport)

    def connectionLost(self, reason: Failure) -> None:
        """The reactor stops."""
        for transport in tuple(self._readers.values()):
            transport.connectionLost(reason)

    def logPrefix(self) -> str:
        return "poller"

    def _give(self, transport: StreamServer, data: bytes) -> None:
        try:
            transport.protocol.dataReceived(data)
        except Exception:
            self._log.failure("a bug in handling what was read")
            transport.abortConnection()

    def _forget(self, number: int) -> None:
        if self._readers.pop(number, None):
            self._epoll.unregister(number)
            if not self._readers:
                self._reactor.removeReader(self)
