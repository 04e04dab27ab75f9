"""What a protocol asks of the transport below it."""

from __future__ import annotations

from typing import TypeGuard

from twisted.internet.interfaces import (
    IConsumer,
    IHalfCloseableProtocol,
    IPushProducer,
    ISSLTransport,
    ISystemHandle,
    ITCPTransport,
)
from twisted.internet.tcp import Server as StreamServer
from twisted.protocols.policies import ProtocolWrapper
from zope.interface import alsoProvides


class IConnection(ITCPTransport, ISystemHandle, IPushProducer, IConsumer):
    """What all of Twisted's stream transports are: they are written to, can be paused, and say when they are full."""


def is_plain(transport: object) -> TypeGuard[StreamServer]:
    """Whether it is a TCP or UNIX connection with nothing between, whose socket can be used as it is."""
    return isinstance(transport, StreamServer) and not transport.TLS


def is_passed_on(transport: object) -> TypeGuard[IConnection]:
    """Whether what is written comes out of a socket as it is, so that the socket can be written to. A proxy's wrapper
    changes only what comes in.
    """
    while isinstance(transport, ProtocolWrapper) and not ISSLTransport.providedBy(transport):
        transport = transport.transport
    return is_plain(transport)


def is_behind_a_proxy(transport: object) -> bool:
    """Whether a proxy may still say where the other side is: there is a wrapper, and not only that of TLS."""
    while isinstance(transport, ProtocolWrapper):
        below = transport.transport
        if ISSLTransport.providedBy(transport) == ISSLTransport.providedBy(below):
            return True  # a wrapper provides what the transport below it does: this one adds no TLS
        transport = below
    return False


def tell_half_close(transport: object, protocol: IHalfCloseableProtocol) -> None:
    """Let `protocol` know that its peer has closed its side also where a proxy's wrapper, which does not pass that on,
    is between them. TLS knows no such thing.
    """
    if isinstance(transport, ProtocolWrapper) and not ISSLTransport.providedBy(transport):
        vars(transport).update(
            readConnectionLost=protocol.readConnectionLost, writeConnectionLost=protocol.writeConnectionLost
        )
        alsoProvides(transport, IHalfCloseableProtocol)
