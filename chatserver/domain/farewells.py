"""What a user is told last: after each of these the connection is closed."""

from __future__ import annotations

from dataclasses import dataclass

from chatserver.domain.events import Event


class Farewell(Event):
    """The base of all that is told last."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Goodbye(Farewell):
    """You asked to leave; `name` is empty if you never had one."""

    name: str


@dataclass(frozen=True, slots=True)
class ServerFull(Farewell):
    """There is no room; `limit` is the number of users."""

    limit: int


@dataclass(frozen=True, slots=True)
class TooManyHere(Farewell):
    """There are `limit` connections from your address already."""

    limit: int


@dataclass(frozen=True, slots=True)
class TooManyLately(Farewell):
    """More than `limit` connections from your address in a minute."""

    limit: int


@dataclass(frozen=True, slots=True)
class TooManyNames(Farewell):
    """`limit` names that were not accepted."""

    limit: int


@dataclass(frozen=True, slots=True)
class MadeRoom(Farewell):
    """You gave no name for longer than anybody else, and others came."""


@dataclass(frozen=True, slots=True)
class LoginTimedOut(Farewell):
    """No name within `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class IdleTooLong(Farewell):
    """Nothing typed for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class WrongProtocol(Farewell):
    """Your program speaks something else here: `spoken` is HTTP, TLS or SSH; you are connected by TLS, or not."""

    spoken: str
    secure: bool


@dataclass(frozen=True, slots=True)
class NoProxyHeader(Farewell):
    """You come to a port for proxies, and have not said for whom."""


@dataclass(frozen=True, slots=True)
class BadProxyHeader(Farewell):
    """What you say of for whom you come cannot be: `fault` is why."""

    fault: str


@dataclass(frozen=True, slots=True)
class LineNeverEnds(Farewell):
    """No line end within `limit` bytes."""

    limit: int


@dataclass(frozen=True, slots=True)
class ShuttingDown(Farewell):
    """The server stops."""


@dataclass(frozen=True, slots=True)
class Faulted(Farewell):
    """A bug of ours hit this user."""
