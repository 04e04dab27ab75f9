"""What a protocol asks of the transport below it."""

from __future__ import annotations

from typing import TypeGuard

from twisted.internet.interfaces import IConsumer, IPushProducer, ISSLTransport, ISystemHandle, ITCPTransport
from twisted.internet.tcp import Server as StreamServer
from twisted.protocols.policies import ProtocolWrapper


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
