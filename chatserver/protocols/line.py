"""The line protocol: a connection on one side, a user of the domain on the other."""

from __future__ import annotations

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.interfaces import (
    IAddress,
    IDelayedCall,
    IHalfCloseableProtocol,
    IReactorTime,
    ISSLTransport,
    ITCPTransport,
)
from twisted.internet.protocol import Factory, connectionDone
from twisted.logger import Logger
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from chatserver.domain.channel import Lobby, OpenLobby
from chatserver.domain.events import (
    Event,
    Faulted,
    LineNeverEnds,
    LineTooLong,
    LoginTimedOut,
    Refused,
    ShuttingDown,
)
from chatserver.domain.ports import Switchboard
from chatserver.domain.session import new_user
from chatserver.domain.terms import Ending, Refusal, State
from chatserver.domain.user import User
from chatserver.language.grammar import obey
from chatserver.protocols.framer import Framer, Overrun
from chatserver.protocols.text import decode, encode

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
        self.peer = _shown(self.transport.getPeer())
        if ITCPTransport.providedBy(self.transport):
            self.transport.setTcpNoDelay(True)
        self._framer = Framer(self.factory.max_line, PATIENCE)
        self._closed: Deferred[None] = Deferred()
        self._timer: IDelayedCall | None = None
        self.user = self.factory.user_of(self)
        self.factory.connections.add(self)
        if self.factory.login_timeout:
            self._timer = self.factory.clock.callLater(self.factory.login_timeout, self._login_timed_out)
        self.factory.switchboard.greet(self.user)

    def dataReceived(self, data: bytes) -> None:
        try:
            self.user.last_input = self.user.clock()
            for line in self._framer.feed(data):
                if self.user.state is State.GONE:
                    break
                if isinstance(line, Overrun):
                    self._overrun(line)
                else:
                    self.lineReceived(line)
        except Exception:
            self.factory.log.failure("a line of {peer} could not be handled", peer=self.peer)
            self.user.dismiss(Faulted())

    def lineReceived(self, line: bytes) -> None:
        obey(self.user, decode(line))

    def readConnectionLost(self) -> None:
        """The peer has nothing more to say, but may still read: it gets every answer before the close.

        A last line without an end may be half a line, and is not run.
        """
        if self._framer.unfinished and self.user.state is not State.GONE:
            self.tell(Refused(Refusal.UNFINISHED_LINE))
        self.user.session.quit(Ending.LOST)

    def writeConnectionLost(self) -> None:
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._cancel_timer()
        self.factory.connections.discard(self)
        self._closed.callback(None)
        self.user.session.quit(Ending.LOST)

    # The user's audience.

    def tell(self, event: Event) -> None:
        """Send what `event` is in words."""
        self.send(encode(event))

    def send(self, data: bytes) -> None:
        """Send whole lines."""
        self.transport.write(data)

    def dismiss(self) -> None:
        """Close the connection once all is sent; cut it if that takes longer than `FLUSH_SECONDS`."""
        if not self._closed.called:
            self._cancel_timer()
            self.transport.loseConnection()
            self._timer = self.factory.clock.callLater(FLUSH_SECONDS, self.transport.abortConnection)

    def when_closed(self) -> Deferred[None]:
        """Fires when the connection is closed."""
        return self._closed

    def _overrun(self, overrun: Overrun) -> None:
        if overrun is Overrun.TOO_LONG:
            self.tell(LineTooLong(self.factory.max_line))
        else:
            self.user.dismiss(LineNeverEnds(PATIENCE))

    def _login_timed_out(self) -> None:
        self._timer = None
        if self.user.state is State.UNNAMED:
            self.user.dismiss(LoginTimedOut(self.factory.login_timeout))

    def _cancel_timer(self) -> None:
        if self._timer and self._timer.active():
            self._timer.cancel()
        self._timer = None


class ChatFactory(Factory):
    """What all connections share. `login_timeout` is in seconds (0: none), `max_line` in bytes without the line end."""

    protocol = ChatProtocol  # type: ignore[assignment]  # Twisted types it as any callable
    noisy = False
    log = Logger()

    def __init__(
        self,
        switchboard: Switchboard,
        clock: IReactorTime,
        *,
        lobby: bool = False,
        login_timeout: float = 30,
        max_line: int = 4096,
    ) -> None:
        self.switchboard = switchboard
        self.clock = clock
        self.login_timeout = login_timeout
        self.max_line = max_line
        self.connections: set[ChatProtocol] = set()
        self._lobby = OpenLobby if lobby else Lobby

    def user_of(self, protocol: ChatProtocol) -> User:
        """The user at the other end of a new connection."""
        return new_user(protocol, self.switchboard, self.clock.seconds, self._lobby)

    def close(self) -> Deferred[None]:
        """Tell everybody that the server shuts down, and close; fires when no connection is left."""
        closed = DeferredList([protocol.when_closed() for protocol in self.connections])
        self.switchboard.close()
        for protocol in tuple(self.connections):
            if protocol.user.state is State.UNNAMED:
                protocol.user.dismiss(ShuttingDown())
        return closed.addCallback(lambda _: None)


def _shown(address: IAddress) -> str:
    """An address and port as the log shows them."""
    if isinstance(address, IPv4Address):
        return f"{address.host}:{address.port}"
    if isinstance(address, IPv6Address):
        return f"[{address.host}]:{address.port}"
    return "a UNIX socket"
