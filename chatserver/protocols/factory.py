"""What all connections share."""

from __future__ import annotations

from collections.abc import Iterable

from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import Factory
from twisted.logger import Logger

from chatserver.domain.channel import Lobby, OpenLobby
from chatserver.domain.ports import Switchboard
from chatserver.domain.session import new_user
from chatserver.domain.user import User
from chatserver.protocols.address import Network
from chatserver.protocols.gate import Gate
from chatserver.protocols.line import ChatProtocol
from chatserver.protocols.manners import Manners
from chatserver.protocols.meter import Meter
from chatserver.protocols.poller import Poller
from chatserver.protocols.refusals import Refusals
from chatserver.protocols.transport import is_plain
from chatserver.protocols.turn import Turn

_log = Logger()


class ChatFactory(Factory):
    """What all connections share."""

    protocol = ChatProtocol  # type: ignore[assignment]  # Twisted types it as any callable
    noisy = False

    def __init__(
        self,
        switchboard: Switchboard,
        clock: IReactorTime,
        manners: Manners,
        gate: Gate,
        turn: Turn,
        *,
        poller: Poller | None = None,
        lobby: bool = False,
    ) -> None:
        self.switchboard = switchboard
        self.clock = clock
        self.manners = manners
        self.gate = gate
        self.turn = turn
        self.poller = poller
        self.meter = Meter()
        self.refusals = Refusals(clock)
        self.connections: dict[ChatProtocol, None] = {}
        """All of them, in the order in which they came."""
        self._now = clock.seconds
        self._lobby = OpenLobby if lobby else Lobby

    def user_of(self, protocol: ChatProtocol) -> User:
        """The user at the other end of a new connection."""
        return new_user(protocol, self.switchboard, self._now, self._lobby)

    def read_for(self, transport: object) -> None:
        """Have the poller read for a new connection, if it can."""
        if self.poller and is_plain(transport):
            self.poller.adopt(transport)

    def follow(self, manners: Manners, trusted: Iterable[Network]) -> None:
        """Have other limits from now on, also for those who are here, who begin with a full burst.

        Nobody has to leave by that, but who has left more unread than may be now, and does not begin to read.
        """
        self.gate.follow(manners, trusted)
        if manners == self.manners:
            return
        self.manners = manners
        for protocol in tuple(self.connections):
            protocol.follow(manners)

    def close(self) -> Deferred[None]:
        """Tell everybody that the server shuts down, and close; fires when no connection is left."""
        closed = DeferredList([protocol.when_closed() for protocol in self.connections])
        with _log.failuresHandled("a bug in closing the switchboard"):
            self.switchboard.close()
        for protocol in tuple(self.connections):
            protocol.stop()
        self.refusals.close()
        return closed.addCallback(lambda _: None)
