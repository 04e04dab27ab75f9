"""What is asked of a transport is there, whatever it is."""

import pytest
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.tcp import Server as TCP
from twisted.internet.testing import StringTransport
from twisted.internet.unix import Server as UNIX
from twisted.protocols.tls import TLSMemoryBIOProtocol as TLS
from zope.interface import alsoProvides

from chatserver.protocols.proxy import ProxiedConnection as PROXY
from chatserver.protocols.transport import is_passed_on

ASKED = ["write", "pauseProducing", "resumeProducing", "registerProducer", "unregisterProducer"]
ASKED += ["loseConnection", "abortConnection", "getPeer"]


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


@pytest.mark.parametrize("transport", [TCP, UNIX, TLS, PROXY])
def test_every_transport_can_do_all_of_it(transport):
    wraps = hasattr(transport, "__getattr__")
    assert [name for name in ASKED if not hasattr(transport, name) and not (wraps and hasattr(TCP, name))] == []
