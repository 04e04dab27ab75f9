"""Endpoints as people type them: which of them are ours, and what those are."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock

from chatserver.protocols import endpoints
from chatserver.protocols.endpoints import Wrapping, server_endpoint
from chatserver.protocols.proxy import ProxiedFactory
from tests.certificates import certificate
from tests.processes import LIMIT, ROOT


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("tls:/etc/chat:5", "chat-tls:/etc/chat:5"),
        ("tls:path=tls:port=5", "chat-tls:path=tls:port=5"),
        ("TLS:DIR:5", "chat-tls:DIR:5"),
        ("tcp:5", "tcp:5"),
        ("unix:tls:5", "unix:tls:5"),
    ],
)
def test_twisted_is_asked_for_ours_where_tls_is_typed(monkeypatch, typed, asked):
    monkeypatch.setattr(endpoints, "serverFromString", lambda reactor, text: (reactor, text))
    assert server_endpoint(None, typed) == (None, asked)


def listened(reactor):
    """The factory of the one port, and how that is opened."""
    ((_, factory, *how),) = reactor.tcpServers + reactor.unixServers
    return factory, how


@pytest.mark.parametrize("port", ["tcp:5:backlog=7", "tcp6:5:backlog=7", "unix:/tmp/chat:mode=660:backlog=7"])
@pytest.mark.parametrize("prefix", ["haproxy", "HAProxy"])
def test_behind_a_proxy_a_port_is_what_it_is_else(port, prefix):
    chat, plain, proxied = Factory(), MemoryReactorClock(), MemoryReactorClock()
    server_endpoint(plain, port).listen(chat)
    server_endpoint(proxied, f"{prefix}:{port}").listen(chat)
    factory, how = listened(proxied)
    assert isinstance(factory, ProxiedFactory)
    assert factory.wrappedFactory is chat
    assert how == listened(plain)[1]


def test_a_proxy_behind_a_proxy():
    reactor = MemoryReactorClock()
    server_endpoint(reactor, "haproxy:haproxy:tcp:5").listen(Factory())
    assert listened(reactor)[0].logPrefix() == "Factory (PROXY) (PROXY)"


def test_a_socket_that_is_handed_over_is_behind_a_proxy_too():
    chat, reactor = Factory(), MemoryReactorClock()
    Wrapping(reactor, ProxiedFactory).adoptStreamPort(5, socket.AF_INET, chat)
    ((*how, factory),) = reactor.adoptedPorts
    assert how == [5, socket.AF_INET]
    assert factory.wrappedFactory is chat


def test_all_else_that_wraps_is_the_reactors():
    reactor = MemoryReactorClock()
    assert Wrapping(reactor, ProxiedFactory).tcpServers is reactor.tcpServers


@pytest.mark.parametrize("port", ["ssl:5", "SSL:5:privateKey=key.pem:certKey=cert.pem", "haproxy:ssl:5"])
def test_twisteds_other_tls_is_refused(port):
    with pytest.raises(ValueError, match="use tls:FILE:PORT, with the key and certificates in that file"):
        server_endpoint(None, port)


def test_nobody_asks_twisted_instead():
    files = {path.name for path in Path(ROOT / "chatserver").rglob("*.py") if "serverFromString" in path.read_text()}
    assert files == {"endpoints.py"}


@pytest.mark.parametrize(
    ("words", "backlog", "interface"),
    [
        ("{}:5", 50, "::"),
        ("{}:5:7", 7, "::"),
        ("{}:5:backlog=7:interface=127.0.0.1", 7, "127.0.0.1"),
        ("path={}:port=5", 50, "::"),
    ],
)
@pytest.mark.parametrize("before", ["", "haproxy:"])
def test_a_port_with_certificates(tmp_path, words, backlog, interface, before):
    pem = certificate(tmp_path / "one.pem")
    reactor = MemoryReactorClock()
    server_endpoint(reactor, f"{before}tls:{words.format(pem)}").listen(Factory())
    ((port, factory, *rest),) = reactor.tcpServers
    assert (port, rest) == (5, [backlog, interface])
    assert factory.logPrefix() == ("Factory (TLS) (PROXY)" if before else "Factory (TLS)")


def test_without_a_port_it_is_that_of_https(tmp_path):
    reactor = MemoryReactorClock()
    server_endpoint(reactor, f"tls:{certificate(tmp_path / 'one.pem')}").listen(Factory())
    assert reactor.tcpServers[0][0] == 443


def test_a_relative_path_is_that_of_now(tmp_path, monkeypatch):
    """twistd may go to another folder when it has been read."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=f"cannot read '{tmp_path}/nowhere.pem'"):
        server_endpoint(None, "tls:nowhere.pem:5")


@pytest.mark.parametrize("port", ["tls:", "tls::5", "haproxy:tls::5"])
def test_a_path_has_to_be_there(port):
    with pytest.raises(ValueError, match="no file and no folder is named"):
        server_endpoint(None, port)


WITHOUT = """
import sys
sys.modules.update(dict.fromkeys(["OpenSSL", "cryptography", "service_identity", "idna"]))
import twisted.plugins.tls_plugin
from chatserver import settings
try:
    settings.port("tls:/etc/chat:5")
except settings.ConfigError as error:
    print(error)
"""


def test_what_tls_needs_may_not_be_there():
    command = [sys.executable, "-c", WITHOUT]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=True)
    assert run.stdout.startswith("cannot listen on 'tls:/etc/chat:5': TLS is not installed: pip install '")
    assert run.stderr == ""
