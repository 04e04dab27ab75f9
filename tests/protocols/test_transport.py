"""What is asked of a transport is there, whatever it is."""

import pytest
from twisted.internet.tcp import Server as TCP
from twisted.internet.unix import Server as UNIX
from twisted.protocols.haproxy._wrapper import HAProxyProtocolWrapper as PROXY
from twisted.protocols.tls import TLSMemoryBIOProtocol as TLS

ASKED = ["write", "pauseProducing", "resumeProducing", "registerProducer", "unregisterProducer"]
ASKED += ["loseConnection", "abortConnection", "getPeer"]


@pytest.mark.parametrize("transport", [TCP, UNIX, TLS, PROXY])
def test_every_transport_can_do_all_of_it(transport):
    wraps = hasattr(transport, "__getattr__")
    assert [name for name in ASKED if not hasattr(transport, name) and not (wraps and hasattr(TCP, name))] == []
