"""People for tests: users whose audience remembers what it was told, and clients whose connection is a string."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import is_dataclass
from ipaddress import ip_network

from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import globalLogPublisher
from twisted.python.failure import Failure

from chatserver.domain import events, farewells
from chatserver.domain.events import Event
from chatserver.domain.session import new_user
from chatserver.domain.switchboard import LocalSwitchboard
from chatserver.domain.terms import Ending
from chatserver.domain.user import User
from chatserver.protocols.crowd import Crowd
from chatserver.protocols.factory import ChatFactory
from chatserver.protocols.gate import Gate
from chatserver.protocols.manners import Manners
from chatserver.protocols.turn import Turn

EVENTS = [
    kind
    for module in (events, farewells)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind.__module__ == module.__name__ and is_dataclass(kind)
]
"""Everything that a user can be told."""


PEOPLE = (ip_network("192.168.0.0/16"),)
"""Where StringTransports come from."""


class Ear:
    """An audience that keeps what it is told."""

    secure = False

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.dismissed = 0

    def tell(self, event: Event) -> None:
        self.told.append(event)

    def dismiss(self) -> None:
        self.dismissed += 1

    def since(self) -> list[Event]:
        """What was told since the last time."""
        told, self.told = self.told, []
        return told


class Everybody:
    """A crowd of users, told one after the other."""

    def __init__(self) -> None:
        self.members: list[User] = []
        self.renamed: list[tuple[User, str]] = []
        self.pairs: list[set[User]] = []

    def join(self, member: User) -> None:
        self.members.append(member)

    def leave(self, member: User, ending: Ending) -> None:
        self.members.remove(member)

    def rename(self, member: User, old: str) -> None:
        self.renamed.append((member, old))

    def pair(self, member: User, partner: User) -> None:
        self.pairs.append({member, partner})

    def part(self, member: User, partner: User, ending: Ending) -> None:
        self.pairs.remove({member, partner})

    def announce(self, event: Event, omit: AbstractSet[User]) -> None:
        for member in self.members:
            if member not in omit:
                member.tell(event)


class House:
    """A switchboard with users who have ears; `options` are LocalSwitchboard's."""

    def __init__(self, lobby=None, **options) -> None:
        self.clock = Clock()
        self.clock_set_by = 0.0
        """Seconds by which the time of day is another than the clock's."""
        self.crowd = Everybody()
        self.switchboard = LocalSwitchboard(self.crowd, now=lambda: self.clock.seconds() + self.clock_set_by, **options)
        self._lobby = {} if lobby is None else {"lobby": lobby}

    def connect(self) -> User:
        """Somebody who has not said a name yet."""
        user = new_user(Ear(), self.switchboard, self.clock.seconds, **self._lobby)
        self.switchboard.greet(user)
        return user

    def enter(self, *names: str) -> list[User]:
        """One user for each of the names; nobody has been told anything that a test would have to skip."""
        users = []
        for name in names:
            user = self.connect()
            user.say(name)
            users.append(user)
        for user in self.crowd.members:
            user.audience.since()
        return users


@contextmanager
def failures():
    """The failures that are logged meanwhile."""
    found = []

    def keep(event):
        if "log_failure" in event:
            found.append(event["log_failure"])

    globalLogPublisher.addObserver(keep)
    try:
        yield found
    finally:
        globalLogPublisher.removeObserver(keep)


def heard(*users: User) -> list[list[Event]]:
    """What each of the users has been told since the last time."""
    return [user.audience.since() for user in users]


class Client:
    """Somebody at the other end of a string."""

    def __init__(self, factory: ChatFactory, transport: StringTransport | None = None) -> None:
        self.transport = transport or StringTransport()
        self.protocol = factory.buildProtocol(None)
        self.protocol.makeConnection(self.transport)

    def send(self, data: bytes) -> None:
        """These bytes arrive at the server, in one piece."""
        self.protocol.dataReceived(data)

    def type(self, *lines: str) -> None:
        """These lines arrive, each by itself."""
        for line in lines:
            self.send(line.encode() + b"\n")

    def received(self) -> bytes:
        """The bytes that have been sent here since the last time, once the turn has ended."""
        self.protocol.factory.clock.advance(0)
        data = self.transport.value()
        self.transport.clear()
        return data

    def read(self) -> list[str]:
        """The lines that have been sent here since the last time."""
        data = self.received()
        assert data == b"" or data.endswith(b"\r\n")
        return data.decode().split("\r\n")[:-1]

    def told(self, *lines: str) -> list[str]:
        """Type and read."""
        self.type(*lines)
        return self.read()

    @property
    def closed(self) -> bool:
        """Whether the server has closed the connection."""
        return self.transport.disconnecting

    def hang_up(self) -> None:
        """The connection is gone, whoever wanted it."""
        self.protocol.connectionLost(Failure(ConnectionDone()))


class Server:
    """A factory with a clock of its own, and no pace unless `manners` have one; options are LocalSwitchboard's."""

    def __init__(self, *, lobby=False, manners=None, capacity=1000, trusted=PEOPLE, **options) -> None:
        polite = Manners(**{"pace": 0} | (manners or {}))
        self.clock = Clock()
        turn = Turn(self.clock)
        self.factory = ChatFactory(
            LocalSwitchboard(Crowd(turn), now=self.clock.seconds, **options),
            self.clock,
            polite,
            Gate(polite, self.clock, capacity, trusted),
            turn,
            lobby=lobby,
        )

    def connect(self) -> Client:
        """Somebody connects."""
        return Client(self.factory)

    def end(self) -> None:
        """Everybody is gone; nothing is left to be done."""
        for protocol in tuple(self.factory.connections):
            protocol.connectionLost()
        self.factory.refusals.close()
        self.clock.advance(0)
        assert self.clock.getDelayedCalls() == []

    def enter(self, *names: str) -> list[Client]:
        """A client for each name, who has read everything so far."""
        clients = [self.connect() for _ in names]
        for client, name in zip(clients, names, strict=True):
            client.type(name)
        for client in clients:
            client.read()
        return clients
