"""The line protocol: a connection on one side, a user of the domain on the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IDelayedCall,
    IHalfCloseableDescriptor,
    IHalfCloseableProtocol,
    ISSLTransport,
    ITCPTransport,
)
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from chatserver.domain.events import Event, LineTooLong, Refused
from chatserver.domain.farewells import Faulted, LineNeverEnds, LoginTimedOut, WrongProtocol
from chatserver.domain.terms import Ending, Refusal, State
from chatserver.language.grammar import obey
from chatserver.protocols.address import shown
from chatserver.protocols.framer import Found, Framer, Overrun
from chatserver.protocols.sockets import tune
from chatserver.protocols.strangers import FirstLook
from chatserver.protocols.telnet import Reply, Signal
from chatserver.protocols.text import decode, encode

if TYPE_CHECKING:
    from chatserver.protocols.factory import ChatFactory

FLUSH_SECONDS = 2.0
"""A connection that is to be closed gets so long to read what was sent to it."""
PATIENCE = 65536
"""Bytes without a line end after which a peer is not taken for somebody who types."""


@implementer(IHalfCloseableProtocol)
class ChatProtocol(LineReceiver):
    """One connection and its user: what arrives is obeyed, what the user is told is sent.

    Lines are cut by a Framer in the place of LineReceiver's own loop, which is quadratic and lets long lines run.
    """

    factory: ChatFactory
    transport: ITCPTransport

    def connectionMade(self) -> None:
        self.secure = ISSLTransport.providedBy(self.transport)
        self.peer = shown(self.transport.getPeer())
        tune(self.transport)
        self._first_look: FirstLook | None = FirstLook()
        self._framer = Framer(self.factory.max_line, PATIENCE)
        self._closed: Deferred[None] = Deferred()
        self._timer: IDelayedCall | None = None
        self._hears = True
        self._dismissed = False
        self.user = self.factory.user_of(self)
        self.factory.connections.add(self)
        if self.factory.login_timeout:
            self._timer = self.factory.clock.callLater(self.factory.login_timeout, self._login_timed_out)
        with self._own_risk():
            self.factory.switchboard.greet(self.user)

    def dataReceived(self, data: bytes) -> None:
        if self._dismissed:
            return
        with self._own_risk():
            if self._first_look and self._is_stranger(self._first_look, data):
                return
            self.user.last_input = self.user.clock()
            self._framer.feed(data)
            while self._framer.has_next():
                self._handle(self._framer.next())
                if self._dismissed:
                    return

    def lineReceived(self, line: bytes) -> None:
        obey(self.user, decode(line))

    def readConnectionLost(self) -> None:
        """The peer has nothing more to say, but may still read: it gets every answer before the close.

        A last line without an end may be half a line, and is not run.
        """
        self._hears = False
        with self._own_risk():
            if self._framer.unfinished and not self._dismissed:
                self.tell(Refused(Refusal.UNFINISHED_LINE))
            self.user.session.quit(Ending.LOST)
        self.transport.loseConnection()

    def writeConnectionLost(self) -> None:
        """All is sent, and the peer knows that no more will come; its own close is what we wait for now."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._cancel_timer()
        self.factory.connections.discard(self)
        self._closed.callback(None)
        with self._own_risk():
            self.user.session.quit(Ending.LOST)

    # The user's audience.

    def tell(self, event: Event) -> None:
        """Send what `event` is in words."""
        self.send(encode(event))

    def send(self, data: bytes) -> None:
        """Send whole lines."""
        self.transport.write(data)

    def dismiss(self) -> None:
        """Close the connection once all is sent; cut it if that takes longer than `FLUSH_SECONDS`.

        To close while the peer is still sending would reset the connection, and the reset overtake the last words. So
        our side is closed first, where the transport can do that, and what still comes is discarded.
        """
        if self._closed.called or self._dismissed:
            return
        self._dismissed = True
        self._cancel_timer()
        self._timer = self.factory.clock.callLater(FLUSH_SECONDS, self.transport.abortConnection)
        if self._hears and IHalfCloseableDescriptor.providedBy(self.transport) and not self.secure:
            self.transport.loseWriteConnection()
        else:
            self.transport.loseConnection()

    def when_closed(self) -> Deferred[None]:
        """Fires when the connection is closed."""
        return self._closed

    def _handle(self, found: Found) -> None:
        match found:
            case bytes():
                self.lineReceived(found)
            case Reply():
                self.send(found.data)
            case Overrun.TOO_LONG:
                self.tell(LineTooLong(self.factory.max_line))
            case Overrun.NEVER_ENDING:
                self.user.dismiss(LineNeverEnds(PATIENCE))
            case Signal.ARE_YOU_THERE:
                self.user.ping()
            case Signal.LEAVE:
                self.user.quit()

    def _is_stranger(self, first_look: FirstLook, data: bytes) -> bool:
        """Whether a program speaks here that has come to the wrong port; it is sent away."""
        protocol = first_look.feed(data)
        if first_look.over:
            self._first_look = None
        if protocol:
            self.user.dismiss(WrongProtocol(protocol))
        return protocol is not None

    @contextmanager
    def _own_risk(self) -> Iterator[None]:
        """A bug in here costs this connection and nobody else anything."""
        try:
            yield
        except Exception:
            self.factory.log.failure("a bug ends the connection of {peer}", peer=self.peer)
            self._fail()

    def _fail(self) -> None:
        """Be gone from everywhere, however little still works."""
        for step in (
            partial(self.user.dismiss, Faulted()),
            partial(self.factory.switchboard.leave, self.user, Ending.LOST),
            self.dismiss,
        ):
            with self.factory.log.failuresHandled("a bug in dismissing {peer}", peer=self.peer):
                step()

    def _login_timed_out(self) -> None:
        self._timer = None
        if self.user.state is State.UNNAMED:
            self.user.dismiss(LoginTimedOut(self.factory.login_timeout))

    def _cancel_timer(self) -> None:
        if self._timer and self._timer.active():
            self._timer.cancel()
        self._timer = None
