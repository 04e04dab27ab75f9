"""What is asked of a transport is there, whatever it is."""

import pytest
from twisted.internet.interfaces import IHalfCloseableProtocol, ISSLTransport
from twisted.internet.tcp import Server as TCP
from twisted.internet.unix import Server as UNIX
from twisted.protocols.haproxy._wrapper import HAProxyProtocolWrapper as PROXY
from twisted.protocols.tls import TLSMemoryBIOProtocol as TLS
from zope.interface import alsoProvides

from chatserver.protocols.transport import tell_half_close

ASKED = ["write", "pauseProducing", "resumeProducing", "registerProducer", "unregisterProducer"]
ASKED += ["loseConnection", "abortConnection", "getPeer"]


class Ends:
    """A protocol that counts what it is told."""

    def __init__(self):
        self.told = []

    def readConnectionLost(self):
        self.told.append("read")

    def writeConnectionLost(self):
        self.told.append("write")


def test_a_half_close_gets_through_a_wrapper():
    wrapper, protocol = PROXY(None, None), Ends()
    tell_half_close(wrapper, protocol)
    half = IHalfCloseableProtocol(wrapper)
    half.readConnectionLost()
    half.writeConnectionLost()
    assert protocol.told == ["read", "write"]


@pytest.mark.parametrize("kind", [TCP, TLS])
def test_where_there_is_no_wrapper_or_it_is_tls_nothing_is_done(kind):
    transport = kind.__new__(kind)
    if kind is TLS:
        alsoProvides(transport, ISSLTransport)
    tell_half_close(transport, Ends())
    assert not IHalfCloseableProtocol.providedBy(transport)


@pytest.mark.parametrize("transport", [TCP, UNIX, TLS, PROXY])
def test_every_transport_can_do_all_of_it(transport):
    wraps = hasattr(transport, "__getattr__")
    assert [name for name in ASKED if not hasattr(transport, name) and not (wraps and hasattr(TCP, name))] == []
