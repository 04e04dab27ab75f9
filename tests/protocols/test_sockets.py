"""What is asked of the kernel for each connection."""

import socket
import struct

import pytest
from twisted.internet.interfaces import ISystemHandle
from twisted.protocols.policies import ProtocolWrapper
from zope.interface import implementer

from chatserver.protocols.sockets import cuts_the_stuck, is_gone, tune

SET = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.SOL_SOCKET, socket.SO_OOBINLINE, 1),
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 120_000),
]
DOUBLED = 2
"""Linux makes room for its own bookkeeping: socket(7)."""


@implementer(ISystemHandle)
class Transport:
    """As much of a transport as is asked about its socket."""

    def __init__(self, handle):
        self.getHandle = lambda: handle


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_an_internet_connection(family, host):
    with socket.socket(family) as connection:
        tune(Transport(connection))
        for level, option, value in SET:
            assert connection.getsockopt(level, option) == value
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == DOUBLED * 65536


def test_a_unix_connection():
    with socket.socket(socket.AF_UNIX) as connection:
        tune(Transport(connection))
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == DOUBLED * 65536
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0


@pytest.mark.parametrize(("family", "does"), [(socket.AF_INET, True), (socket.AF_INET6, True), (socket.AF_UNIX, False)])
def test_the_kernel_cuts_one_who_takes_nothing_where_it_can(family, does):
    with socket.socket(family) as connection:
        assert not cuts_the_stuck(Transport(connection))
        tune(Transport(connection))
        assert cuts_the_stuck(Transport(connection)) == does


def test_not_every_system_can_do_that(monkeypatch):
    with socket.socket() as connection:
        tune(Transport(connection))
        monkeypatch.delattr(socket, "TCP_USER_TIMEOUT")
        assert not cuts_the_stuck(Transport(connection))


def test_a_connection_that_is_gone_is_let_be():
    connection = socket.socket()
    connection.close()
    tune(Transport(connection))
    assert not cuts_the_stuck(Transport(connection))


def test_what_has_no_socket_is_let_be():
    tune(Transport(None))
    tune(object())
    assert not is_gone(Transport(None))
    assert not cuts_the_stuck(Transport(None))


def test_a_reset_is_seen_and_a_half_close_is_none():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peer = socket.create_connection(listener.getsockname())
        connection, _ = listener.accept()
    with connection:
        assert not is_gone(Transport(connection))
        peer.shutdown(socket.SHUT_WR)
        assert not is_gone(Transport(connection))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        assert is_gone(Transport(connection))


def test_the_socket_below_tls_is_set_as_any_other():
    with socket.socket() as connection:
        wrapper = ProtocolWrapper(None, None)
        wrapper.transport = Transport(connection)
        wrapper.getHandle = object
        tune(wrapper)
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
