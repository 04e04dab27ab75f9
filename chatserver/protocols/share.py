"""A port that is not the chat's: its guests have a share of the files, and take none of the others'."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from twisted.internet.interfaces import IAddress, ILoggingContext, IProtocolFactory
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory

from chatserver.protocols.transport import IConnection


class SharedConnection(ProtocolWrapper):
    """Tells its factory when its peer says something."""

    factory: Share
    transport: IConnection

    def dataReceived(self, data: bytes) -> None:
        """Pass it on."""
        self.factory.heard(self)
        self.wrappedProtocol.dataReceived(data)


class Share(WrappingFactory[SharedConnection]):
    """Has `most` connections at a time, for `factory`. The one that is silent for longest makes room for the next.

    So who asks something is answered, however many say nothing. `made_room` is called with where that one was from.
    """

    protocol = SharedConnection
    noisy = False

    def __init__(self, factory: IProtocolFactory, most: int, made_room: Callable[[IAddress], None]) -> None:
        super().__init__(factory)
        self._most = most
        self._made_room = made_room
        self._open: OrderedDict[SharedConnection, None] = OrderedDict()
        """Who is not about to be closed, the one that has been silent for longest first."""

    def logPrefix(self) -> str:
        """The wrapped factory's."""
        return ILoggingContext(self.wrappedFactory).logPrefix()

    def registerProtocol(self, p: SharedConnection) -> None:
        """A connection is there."""
        super().registerProtocol(p)
        self._open[p] = None
        if len(self._open) > self._most:
            silent, _ = self._open.popitem(last=False)
            self._made_room(silent.transport.getPeer())
            silent.transport.abortConnection()

    def unregisterProtocol(self, p: SharedConnection) -> None:
        """A connection is gone."""
        super().unregisterProtocol(p)
        self._open.pop(p, None)

    def heard(self, connection: SharedConnection) -> None:
        """Its peer has said something."""
        if connection in self._open:
            self._open.move_to_end(connection)
