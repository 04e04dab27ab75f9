"""What is asked of a transport is there, whatever it is."""

import pytest
from twisted.internet.interfaces import IHalfCloseableProtocol, ISSLTransport
from twisted.internet.tcp import Server as TCP
from twisted.internet.testing import StringTransport
from twisted.internet.unix import Server as UNIX
from twisted.protocols.haproxy._wrapper import HAProxyProtocolWrapper as PROXY
from twisted.protocols.tls import TLSMemoryBIOProtocol as TLS
from zope.interface import alsoProvides

from chatserver.protocols.transport import is_behind_a_proxy, is_passed_on, tell_half_close

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


def wrapped(kind, transport):
    wrapper = kind.__new__(kind)
    wrapper.transport = transport
    if kind is TLS or ISSLTransport.providedBy(transport):
        alsoProvides(wrapper, ISSLTransport)  # a wrapper provides what the transport below it does
    return wrapper


@pytest.mark.parametrize(
    ("kinds", "is_one"), [((), True), ((PROXY,), True), ((TLS,), False), ((PROXY, TLS), False), ((TLS, PROXY), False)]
)
@pytest.mark.parametrize("bottom", [TCP, UNIX])
def test_a_proxy_passes_on_what_is_written_and_tls_does_not(bottom, kinds, is_one):
    transport = bottom.__new__(bottom)
    transport.TLS = False
    for kind in reversed(kinds):
        transport = wrapped(kind, transport)
    assert is_passed_on(transport) == is_one


def test_what_is_no_connection_passes_nothing_on():
    assert not is_passed_on(wrapped(PROXY, StringTransport()))


@pytest.mark.parametrize(
    ("kinds", "is_one"), [((), False), ((PROXY,), True), ((TLS,), False), ((PROXY, TLS), True), ((TLS, PROXY), True)]
)
def test_a_proxy_is_known_by_its_wrapper_and_tls_is_none(kinds, is_one):
    transport = TCP.__new__(TCP)
    for kind in reversed(kinds):
        transport = wrapped(kind, transport)
    assert is_behind_a_proxy(transport) == is_one


@pytest.mark.parametrize("transport", [TCP, UNIX, TLS, PROXY])
def test_every_transport_can_do_all_of_it(transport):
    wraps = hasattr(transport, "__getattr__")
    assert [name for name in ASKED if not hasattr(transport, name) and not (wraps and hasattr(TCP, name))] == []
