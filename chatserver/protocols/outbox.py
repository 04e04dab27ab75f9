"""What waits to be sent to one user, and how much of that there may be."""

from __future__ import annotations

from typing import Protocol

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from chatserver.protocols.transport import IConnection


class Sender(Protocol):
    """Whose outbox it is."""

    def go_on(self) -> None:
        """What was sent has been taken; there is room again."""

    def output_overflows(self) -> None:
        """So much has been sent and not read that the connection was cut."""


@implementer(IPushProducer)
class Outbox:
    """Sends to a transport, which says when it holds 64 KiB that the peer does not take; then counts.

    `allowance` is in bytes, beyond those 64 KiB and beyond the one answer that filled them, which may be a long list.
    Registered with the transport as its producer, which is the only public
    way to learn how much is waiting there.
    """

    def __init__(self, transport: IConnection, sender: Sender, allowance: int) -> None:
        self.is_full = False
        self.sent = 0
        """Bytes, in all."""
        self._transport = transport
        self._sender = sender
        self._allowance = allowance
        self._unread = 0
        self._open = True
        transport.registerProducer(self, True)

    def send(self, data: bytes) -> None:
        """Send whole lines, unless there is nobody any more who would read them."""
        if not self._open:
            return
        self.sent += len(data)
        was_full = self.is_full
        self._transport.write(data)
        if was_full:
            self._unread += len(data)
            if self._unread > self._allowance:
                self._open = False
                self._transport.abortConnection()
                self._sender.output_overflows()

    def close(self) -> None:
        """Send nothing more, but what is on its way; a transport with a producer would never close."""
        if self._open:
            self._open = False
            self._transport.unregisterProducer()

    def pauseProducing(self) -> None:
        """Called for each write while the transport holds more than it likes."""
        self.is_full = True

    def resumeProducing(self) -> None:
        """All has been taken."""
        self.is_full = False
        self._unread = 0
        self._sender.go_on()

    def stopProducing(self) -> None:
        """The connection is gone."""
        self._open = False
