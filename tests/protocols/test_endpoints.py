"""Endpoints as people type them: which of them are ours, and what those are."""

import subprocess
import sys
from pathlib import Path

import pytest
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock

from chatserver.protocols import endpoints
from chatserver.protocols.endpoints import server_endpoint
from tests.certificates import certificate
from tests.processes import LIMIT, ROOT


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("tls:/etc/chat:5", "chat-tls:/etc/chat:5"),
        ("tls:path=tls:port=5", "chat-tls:path=tls:port=5"),
        ("haproxy:tls:tls:5:interface=::1", "haproxy:chat-tls:tls:5:interface=::1"),
        ("HAProxy:TLS:DIR:5", "HAProxy:chat-tls:DIR:5"),
        ("tcp:5", "tcp:5"),
        ("unix:tls:5", "unix:tls:5"),
        ("haproxy:tcp:5", "haproxy:tcp:5"),
    ],
)
def test_twisted_is_asked_for_ours_where_tls_is_typed(monkeypatch, typed, asked):
    monkeypatch.setattr(endpoints, "serverFromString", lambda reactor, text: (reactor, text))
    assert server_endpoint(None, typed) == (None, asked)


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
    assert factory.logPrefix() == ("Factory (PROXY) (TLS)" if before else "Factory (TLS)")


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
