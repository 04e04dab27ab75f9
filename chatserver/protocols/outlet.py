"""The way out to one user: what is sent there, and how much of it may be unread."""

from __future__ import annotations

from collections import deque
from socket import socket
from typing import Protocol, cast

from twisted.internet.interfaces import IDelayedCall, IPullProducer, IPushProducer, IReactorTime
from zope.interface import implementer

from chatserver.protocols.manners import STUCK_SECONDS, UNREAD_BURST, UNREAD_SECONDS, UNREAD_SOFT
from chatserver.protocols.sockets import cuts_the_stuck
from chatserver.protocols.transport import IConnection, is_passed_on

Bytes = bytes | memoryview
"""What is sent to many is shared: a part of it is a view and no copy."""


class Owner(Protocol):
    """Whose outlet it is."""

    def go_on(self, waited: float) -> None:
        """What was sent has been taken; there is room again, after so many seconds without."""

    def was_cut(self, why: str) -> None:
        """The connection was cut for what was left unread: so much, or for so long."""


class Outlet:
    """Gives the transport `UNREAD_SOFT` bytes at most and keeps the rest, in order, until the transport asks for more.

    It `is_full` while something is kept. When more than `allowance` bytes are, and less than `UNREAD_SOFT` of them is
    taken within `UNREAD_SECONDS`, the connection is cut; also when it is `UNREAD_BURST` times as much. It is cut, too,
    when the transport, once it is full, has not become empty within `STUCK_SECONDS`, unless the kernel sees to that.
    """

    __slots__ = (
        "_clock",
        "_full_since",
        "_has_room",
        "_is_open",
        "_is_watched",
        "_kept",
        "_owner",
        "_stuck",
        "_taken",
        "_transport",
        "_unread",
        "allowance",
        "is_full",
    )

    def __init__(self, transport: IConnection, owner: Owner, allowance: int, clock: IReactorTime) -> None:
        self.is_full = False
        self._full_since = 0.0
        self._transport = transport
        self._owner = owner
        self.allowance = allowance
        self._clock = clock
        self._kept: deque[Bytes] | None = None
        """There is one only while something is kept."""
        self._unread = 0
        """Bytes that are kept."""
        self._taken = 0
        """Bytes of these that the transport has asked for while this was watched."""
        self._has_room = True
        """Whether the transport is to be given more now."""
        self._stuck: IDelayedCall | None = None
        """What cuts one who takes nothing; there is one only while there is no room."""
        self._is_watched = False
        self._is_open = True

    def write(self, data: Bytes) -> None:
        """Send whole lines, unless there is nobody any more who would read them."""
        if not self._is_open:
            return
        if not self._kept and self._has_room:
            data = self._put(data)
        if data:
            self._kept = self._kept or deque()
            self._kept.append(data)
            self._unread += len(data)
            self._be_full()
            if self._unread > self.allowance and not self._is_watched:
                self._watch()

    def close(self) -> None:
        """Send nothing more, but what is on its way; a transport with a producer would never close."""
        if self._is_open:
            self._is_open = False
            self._release()
            self._end_wait()
            for data in self._kept or ():
                self._transport.write(bytes(data))
            self._kept = None

    def stopProducing(self) -> None:
        """The connection is gone."""
        self._is_open = False
        self._kept = None
        self._end_wait()

    def _put(self, data: Bytes) -> Bytes:
        """Send as much as there is room for now; returns what is left of it."""
        raise NotImplementedError

    def _release(self) -> None:
        """Be the transport's producer no more."""
        raise NotImplementedError

    def _lose_room(self) -> None:
        """The transport has no room any more."""
        if self._has_room and self._is_open and not cuts_the_stuck(self._transport):
            self._stuck = self._clock.callLater(STUCK_SECONDS, self._cut, f"took nothing for {STUCK_SECONDS:g} s")
        self._has_room = False

    def _gain_room(self) -> None:
        """The transport has room again."""
        self._has_room = True
        self._end_wait()

    def _end_wait(self) -> None:
        if self._stuck and self._stuck.active():
            self._stuck.cancel()
        self._stuck = None

    def _flows(self) -> None:
        """The transport is empty."""
        while self._kept and self._has_room:
            data = self._kept.popleft()
            rest = self._put(data)
            self._unread -= len(data) - len(rest)
            self._taken += len(data) - len(rest)
            if rest:
                self._kept.appendleft(rest)
        if self.is_full and not self._kept and self._has_room:
            self._kept = None
            self.is_full = False
            self._owner.go_on(self._clock.seconds() - self._full_since)

    def _be_full(self) -> None:
        if not self.is_full:
            self.is_full = True
            self._full_since = self._clock.seconds()

    def _watch(self) -> None:
        self._is_watched = True
        self._taken = 0
        self._clock.callLater(UNREAD_SECONDS, self._judge)

    def _judge(self) -> None:
        self._is_watched = False
        if not self._is_open or self._unread <= self.allowance:
            return
        if self._taken >= UNREAD_SOFT and self._unread <= UNREAD_BURST * self.allowance:
            self._watch()
        else:
            self._cut(f"left more than {self.allowance} bytes unread")

    def _cut(self, why: str) -> None:
        self.stopProducing()
        self._transport.abortConnection()
        self._owner.was_cut(why)


@implementer(IPushProducer)
class BufferedOutlet(Outlet):
    """By way of any transport. It is registered as the transport's producer, and so learns when that is full."""

    __slots__ = ()

    def __init__(self, transport: IConnection, owner: Owner, allowance: int, clock: IReactorTime) -> None:
        super().__init__(transport, owner, allowance, clock)
        transport.registerProducer(self, True)

    def pauseProducing(self) -> None:
        """The transport holds more than 64 KiB: `UNREAD_SOFT` is Twisted's limit."""
        self._lose_room()
        self._be_full()

    def resumeProducing(self) -> None:
        """The transport is empty."""
        self._gain_room()
        self._flows()

    def _put(self, data: Bytes) -> Bytes:
        if len(data) <= UNREAD_SOFT:
            self._transport.write(bytes(data))
            return b""
        rest = memoryview(data)
        while rest and self._has_room:
            self._transport.write(bytes(rest[:UNREAD_SOFT]))
            rest = rest[UNREAD_SOFT:]
        return rest

    def _release(self) -> None:
        self._transport.unregisterProducer()


@implementer(IPullProducer)
class DirectOutlet(Outlet):
    """Straight to the socket, which saves two calls of epoll_ctl and a turn of the reactor for each write.

    What the socket does not take goes by way of the transport, to which this is a producer until that is empty.
    """

    __slots__ = ("_socket",)

    def __init__(self, transport: IConnection, owner: Owner, allowance: int, clock: IReactorTime) -> None:
        super().__init__(transport, owner, allowance, clock)
        self._socket = cast(socket, transport.getHandle())

    def resumeProducing(self) -> None:
        """Called when this is registered, and again when the transport is empty."""
        if not self._has_room:
            self._release()
            self._flows()

    def _put(self, data: Bytes) -> Bytes:
        try:
            taken = self._socket.send(data)
        except OSError:  # would block; or is gone, which the transport will find out
            taken = 0
        if taken == len(data):
            return b""
        rest = memoryview(data)[taken:]
        self._transport.write(bytes(rest[:UNREAD_SOFT]))
        self._transport.registerProducer(self, False)
        self._lose_room()
        return rest[UNREAD_SOFT:]

    def _release(self) -> None:
        if not self._has_room:
            self._gain_room()
            self._transport.unregisterProducer()


def outlet_for(transport: IConnection, owner: Owner, allowance: int, clock: IReactorTime) -> Outlet:
    """The shortest way that there is to this transport. TLS has to see all that passes."""
    return (DirectOutlet if is_passed_on(transport) else BufferedOutlet)(transport, owner, allowance, clock)
