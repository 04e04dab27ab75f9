"""How a connection is closed so that its last words are read, and no connection stays for ever."""

from __future__ import annotations

from twisted.internet.interfaces import (
    IDelayedCall,
    IHalfCloseableDescriptor,
    IReactorTime,
    ISSLTransport,
)

from chatserver.protocols.manners import FLUSH_SECONDS, LAST_ANSWERS_SECONDS
from chatserver.protocols.transport import IConnection


class Closing:
    """The end of one connection: begins once, and is over after `FLUSH_SECONDS` at the latest.

    A peer that has closed its side already waits for the answers to all it has asked, and has `LAST_ANSWERS_SECONDS`.

    To close while the peer is still sending would reset the connection, and the reset overtake the last words. So our
    side is closed first, where the transport can do that; what still comes is to be read and discarded. TLS has a
    closing handshake of its own.
    """

    __slots__ = ("_clock", "_deadline", "_peer_is_done", "_transport", "has_begun", "peer_has_spoken")

    def __init__(self, transport: IConnection, clock: IReactorTime) -> None:
        self.has_begun = False
        self.peer_has_spoken = False
        """Whether there can be input that is not read; otherwise nothing speaks against closing both sides at once."""
        self._peer_is_done = False
        self._transport = transport
        self._clock = clock
        self._deadline: IDelayedCall | None = None

    def begin(self) -> None:
        """Close once all is sent."""
        self.has_begun = True
        seconds = LAST_ANSWERS_SECONDS if self._peer_is_done else FLUSH_SECONDS
        self._deadline = self._clock.callLater(seconds, self._transport.abortConnection)
        one_way = IHalfCloseableDescriptor.providedBy(self._transport) and not ISSLTransport.providedBy(self._transport)
        if one_way and self.peer_has_spoken and not self._peer_is_done:
            self._transport.loseWriteConnection()
        else:
            self._transport.loseConnection()

    def hurry(self) -> None:
        """The server stops: whatever the peer still waits for, it has no more than `FLUSH_SECONDS`."""
        if self._deadline and self._deadline.active() and self._peer_is_done:
            self._deadline.cancel()  # and not moved, for which a reactor looks through all that is due
            self._deadline = self._clock.callLater(FLUSH_SECONDS, self._transport.abortConnection)

    def peer_closed(self) -> None:
        """The peer has closed its side."""
        self._peer_is_done = True
        if self.has_begun:
            self._transport.loseConnection()

    def end(self) -> None:
        """The connection is gone."""
        self.has_begun = True
        if self._deadline and self._deadline.active():
            self._deadline.cancel()
