"""The way out to one user: what is sent there, and how much of it may be unread."""

from __future__ import annotations

from collections import deque
from socket import socket
from typing import Protocol, cast

from twisted.internet.interfaces import IPullProducer, IPushProducer, IReactorTime
from twisted.internet.tcp import Server as StreamServer
from zope.interface import implementer

from chatserver.protocols.manners import UNREAD_SOFT
from chatserver.protocols.transport import IConnection


class Owner(Protocol):
    """Whose outlet it is."""

    def go_on(self) -> None:
        """What was sent has been taken; there is room again."""

    def output_overflows(self) -> None:
        """So much was left unread that the connection was cut."""


class Outlet:
    """Keeps what the transport has no room for, and cuts the connection when that is more than `allowance` bytes.

    It `is_full` from when the transport has no room until all has been taken. The bound is looked at after the reactor
    has had a turn to send: who reads is not cut for a burst.
    """

    __slots__ = ("_allowance", "_clock", "_is_open", "_owner", "_queue", "_transport", "_unread", "is_full")

    def __init__(self, transport: IConnection, owner: Owner, allowance: int, clock: IReactorTime) -> None:
        self.is_full = False
        self._transport = transport
        self._owner = owner
        self._allowance = allowance
        self._clock = clock
        self._queue: deque[bytes] | None = None
        """There is one only while something waits."""
        self._unread = 0
        """Bytes in the queue."""
        self._is_open = True

    def write(self, data: bytes) -> None:
        """Send whole lines, unless there is nobody any more who would read them."""
        if not self._is_open:
            return
        if self._has_room():
            self._put(data)
            return
        self._queue = self._queue or deque()
        self._queue.append(data)
        before, self._unread = self._unread, self._unread + len(data)
        self.is_full = self.is_full or self._unread > UNREAD_SOFT
        if before <= self._allowance < self._unread:
            self._clock.callLater(0, self._judge)

    def close(self) -> None:
        """Send nothing more, but what is on its way; a transport with a producer would never close."""
        if self._is_open:
            self._is_open = False
            self._release()
            for data in self._queue or ():
                self._transport.write(data)
            self._queue = None

    def stopProducing(self) -> None:
        """The connection is gone."""
        self._is_open = False
        self._queue = None

    def _has_room(self) -> bool:
        raise NotImplementedError

    def _put(self, data: bytes) -> None:
        raise NotImplementedError

    def _release(self) -> None:
        raise NotImplementedError

    def _judge(self) -> None:
        if self._is_open and self._unread > self._allowance:
            self.stopProducing()
            self._transport.abortConnection()
            self._owner.output_overflows()

    def _put_next(self, queue: deque[bytes]) -> None:
        data = queue.popleft()
        self._unread -= len(data)
        self._put(data)

    def _flows(self) -> None:
        """All has been taken."""
        self._queue = None
        if self.is_full:
            self.is_full = False
            self._owner.go_on()


@implementer(IPushProducer)
class BufferedOutlet(Outlet):
    """By way of any transport. It is registered as the transport's producer, and so learns when that is full."""

    __slots__ = ("_is_paused",)

    def __init__(self, transport: IConnection, owner: Owner, allowance: int, clock: IReactorTime) -> None:
        super().__init__(transport, owner, allowance, clock)
        self._is_paused = False
        transport.registerProducer(self, True)

    def pauseProducing(self) -> None:
        """The transport holds more than 64 KiB: `UNREAD_SOFT` is Twisted's limit."""
        self._is_paused = self.is_full = True

    def resumeProducing(self) -> None:
        """The transport is empty."""
        self._is_paused = False
        while self._queue and not self._is_paused:
            self._put_next(self._queue)
        if not self._is_paused:
            self._flows()

    def _has_room(self) -> bool:
        return not self._is_paused

    def _put(self, data: bytes) -> None:
        self._transport.write(data)

    def _release(self) -> None:
        self._transport.unregisterProducer()


@implementer(IPullProducer)
class DirectOutlet(Outlet):
    """Straight to the socket, which saves two calls of epoll_ctl and a turn of the reactor for each write.

    What the socket does not take goes by way of the transport, to which this is a producer until that is empty.
    """

    __slots__ = ("_is_producer", "_send")

    def __init__(self, transport: IConnection, owner: Owner, allowance: int, clock: IReactorTime) -> None:
        super().__init__(transport, owner, allowance, clock)
        self._send = cast(socket, transport.getHandle()).send
        self._is_producer = False

    def resumeProducing(self) -> None:
        """Called when this is registered, and again when the transport is empty."""
        if not self._is_producer:
            return
        self._release()
        while self._queue and not self._is_producer:
            self._put_next(self._queue)
        if not self._is_producer:
            self._flows()

    def _has_room(self) -> bool:
        return not self._is_producer

    def _put(self, data: bytes) -> None:
        try:
            taken = self._send(data)
        except OSError:  # would block; or is gone, which the transport will find out
            taken = 0
        if taken == len(data):
            return
        self.is_full = self.is_full or len(data) - taken > UNREAD_SOFT
        self._transport.write(data[taken:])
        self._transport.registerProducer(self, False)
        self._is_producer = True

    def _release(self) -> None:
        if self._is_producer:
            self._is_producer = False
            self._transport.unregisterProducer()


def outlet_for(transport: IConnection, owner: Owner, allowance: int, clock: IReactorTime) -> Outlet:
    """The shortest way that there is to this transport. What wraps another one has to see all that passes."""
    is_plain = isinstance(transport, StreamServer) and not transport.TLS
    return (DirectOutlet if is_plain else BufferedOutlet)(transport, owner, allowance, clock)
