"""Connections by way of a proxy that says for whom it connects."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, ILoggingContext, IProtocol
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from zope.interface import implementer

from chatserver.domain.farewells import BadProxyHeader, Farewell, NoProxyHeader
from chatserver.protocols.proxyheader import BadHeaderError, Client, NoHeaderError, ProxyHeader
from chatserver.protocols.transport import IConnection


@runtime_checkable
class Guest(Protocol):
    """A protocol that goes by where its connection comes from."""

    def located(self) -> None:
        """The proxy has said from where."""

    def turn_away(self, why: Farewell) -> None:
        """Say why, and close."""


@implementer(IHalfCloseableProtocol)
class ProxiedConnection(ProtocolWrapper):
    """Passes on what stands behind the header; from then on `getPeer` is the client. Until then it is the proxy.

    Stands next to the socket, below TLS, since a proxy sends its header in front of everything.
    """

    transport: IConnection

    def __init__(self, factory: WrappingFactory[ProxiedConnection], wrappedProtocol: IProtocol) -> None:
        super().__init__(factory, wrappedProtocol)
        self.header: ProxyHeader | None = ProxyHeader()
        """What has come of it, until it is whole."""
        self._client: IAddress | None = None
        self._is_refused = False

    def getPeer(self) -> IAddress:
        """Where the connection comes from, as far as that is known."""
        return self._client or self.transport.getPeer()

    def dataReceived(self, data: bytes) -> None:
        """Look for the header, then pass everything on."""
        if self.header is None:
            self.wrappedProtocol.dataReceived(data)
        elif not self._is_refused:
            self._read(self.header, data)

    def readConnectionLost(self) -> None:
        """The proxy passes on that the client has closed its side."""
        if self.header and not self._is_refused:
            try:
                self.header.end()
            except BadHeaderError as fault:
                self._refuse(BadProxyHeader(str(fault)))
        protocol = IHalfCloseableProtocol(self.wrappedProtocol, None)
        if protocol:
            protocol.readConnectionLost()
        else:
            self.transport.loseConnection()

    def writeConnectionLost(self) -> None:
        """All is sent."""
        protocol = IHalfCloseableProtocol(self.wrappedProtocol, None)
        if protocol:
            protocol.writeConnectionLost()

    def _read(self, header: ProxyHeader, data: bytes) -> None:
        try:
            behind = header.feed(data)
        except NoHeaderError:
            self._refuse(NoProxyHeader())
        except BadHeaderError as fault:
            self._refuse(BadProxyHeader(str(fault)))
        else:
            if behind is not None:
                self.header = None
                self._client = _address_of(header.client)
                if guest := self._guest:
                    guest.located()
                if behind:
                    self.wrappedProtocol.dataReceived(behind)

    def _refuse(self, why: Farewell) -> None:
        self._is_refused = True
        if guest := self._guest:
            guest.turn_away(why)
        else:
            self.transport.loseConnection()

    @property
    def _guest(self) -> Guest | None:
        protocol = self.wrappedProtocol
        while isinstance(protocol, ProtocolWrapper):
            protocol = protocol.wrappedProtocol
        return protocol if isinstance(protocol, Guest) else None


class ProxiedFactory(WrappingFactory[ProxiedConnection]):
    """Makes a protocol of `wrappedFactory` for each connection of a proxy."""

    protocol = ProxiedConnection
    noisy = False

    def logPrefix(self) -> str:
        """The wrapped factory's, and that it is behind a proxy."""
        return f"{ILoggingContext(self.wrappedFactory).logPrefix()} (PROXY)"


def awaits_header(transport: object) -> bool:
    """Whether there is a proxy which has not said yet where the connection comes from."""
    while isinstance(transport, ProtocolWrapper):
        if isinstance(transport, ProxiedConnection) and transport.header:
            return True
        transport = transport.transport
    return False


def _address_of(client: Client | None) -> IAddress | None:
    return client and (IPv6Address if ":" in client.host else IPv4Address)("TCP", *client)
