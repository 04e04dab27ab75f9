"""What all connections share."""

from __future__ import annotations

from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import Factory
from twisted.logger import Logger

from chatserver.domain.channel import Lobby, OpenLobby
from chatserver.domain.farewells import ShuttingDown
from chatserver.domain.ports import Switchboard
from chatserver.domain.session import new_user
from chatserver.domain.terms import State
from chatserver.domain.user import User
from chatserver.protocols.line import ChatProtocol


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
