"""What a protocol asks of the transport below it."""

from __future__ import annotations

from twisted.internet.interfaces import IConsumer, IPushProducer, ISystemHandle, ITCPTransport


class IConnection(ITCPTransport, ISystemHandle, IPushProducer, IConsumer):
    """What all of Twisted's stream transports are: they are written to, can be paused, and say when they are full."""
