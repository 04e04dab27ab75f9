"""What a connection's socket is set to, and why; and what can be learnt from it."""

from __future__ import annotations

import select
import socket
from contextlib import suppress

from twisted.internet.interfaces import ISystemHandle
from twisted.protocols.policies import ProtocolWrapper

from chatserver.protocols.manners import STUCK_SECONDS

_ANY = [(socket.SOL_SOCKET, "SO_SNDBUF", 65536)]  # bytes: what the kernel takes for one who reads nothing
_INTERNET = [
    *_ANY,
    (socket.SOL_SOCKET, "SO_OOBINLINE", 1),  # telnet sends a Synch as urgent data; apart, half of it would be missing
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),  # one who is silent and gone is noticed ...
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 60),  # ... after a minute of silence,
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 15),  # asked every 15 seconds
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 4),  # four times, that is within two minutes,
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", int(STUCK_SECONDS * 1000)),  # also while something is on its way to them
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),  # a line is not held back for the next one
]
_OPTIONS = {
    family: [(level, getattr(socket, name), value) for level, name, value in options if hasattr(socket, name)]
    for family, options in {
        socket.AF_INET: _INTERNET,
        socket.AF_INET6: _INTERNET,
        socket.AF_UNIX: _ANY,
    }.items()
}


def tune(transport: object) -> None:
    """Set all options that this system and this kind of socket have; a connection that is gone already is let be."""
    connection = _socket_of(transport)
    if connection is not None:
        with suppress(OSError):
            for option in _OPTIONS[connection.family]:
                connection.setsockopt(*option)


def cuts_the_stuck(transport: object) -> bool:
    """Whether the kernel cuts one who takes nothing of what is sent: not where that is no TCP, nor on every system."""
    connection = _socket_of(transport)
    if connection is None or not hasattr(socket, "TCP_USER_TIMEOUT"):
        return False
    with suppress(OSError):
        return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) > 0
    return False


def is_gone(transport: object) -> bool:
    """Whether the peer has reset the connection, which a reactor does not see while it reads nothing from there."""
    connection = _socket_of(transport)
    if connection is None:
        return False
    poll = select.poll()
    poll.register(connection, 0)
    return bool(poll.poll(0))


def _socket_of(transport: object) -> socket.socket | None:
    while isinstance(transport, ProtocolWrapper):  # TLS and the like, whose handle is not the socket
        transport = transport.transport
    handle = transport.getHandle() if ISystemHandle.providedBy(transport) else None
    return handle if isinstance(handle, socket.socket) else None
