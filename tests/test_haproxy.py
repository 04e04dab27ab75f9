"""The real haproxy in front of a real server: people come in by it, and the log says from where."""

import os
import shutil
import socket
import ssl
from contextlib import ExitStack, contextmanager

import pytest

from tests.certificates import certificate
from tests.processes import LIMIT, running, server

HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = pytest.mark.skipif(not HAPROXY, reason="haproxy is not installed")

DEFAULTS = """
global
    maxconn 20
defaults
    mode tcp
    timeout connect 5s
    timeout client 1m
    timeout server 1m
"""
LISTEN = """
listen number{number}
    bind fd@{listener}
    server chat 127.0.0.1:{port} {options}
"""


@contextmanager
def haproxy(tmp_path, port, options):
    """One haproxy that leads to `port`, with the sockets on which it listens, by TCP and by UNIX."""
    with ExitStack() as stack:
        by_tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        by_unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        by_unix.bind(str(tmp_path / "front"))
        by_unix.listen()
        listeners = [by_tcp.fileno(), by_unix.fileno()]
        path = tmp_path / "haproxy.cfg"
        path.write_text(
            DEFAULTS
            + "".join(
                LISTEN.format(number=number, listener=listener, port=port, options=options)
                for number, listener in enumerate(listeners)
            )
        )
        stack.enter_context(running([HAPROXY, "-db", "-f", path], pass_fds=listeners))
        yield by_tcp.getsockname(), by_unix.getsockname()


def reach(family, address, name):
    """Come in there and leave again, with one side closed: all that was read, and the own port."""
    with socket.socket(family) as guest:
        guest.settimeout(LIMIT)
        guest.connect(address)
        own = guest.getsockname()
        guest.sendall(name.encode() + b"\n/ping it works\n")
        guest.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: guest.recv(65536), b"")), own


@pytest.mark.parametrize("options", ["send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c"])
def test_people_come_in_by_tcp_and_by_unix(tmp_path, options):
    with server(tmp_path, endpoint="haproxy:tcp") as (process, port), haproxy(tmp_path, port, options) as (tcp, unix):
        told, own = reach(socket.AF_INET, tcp, "ann")
        assert told.endswith(b"(server): pong it works\r\n")
        process.log.until(f"ann .* joined from 127.0.0.1:{own[1]};")
        told, _ = reach(socket.AF_UNIX, unix, "bob")
        assert told.endswith(b"(server): pong it works\r\n")
        process.log.until("bob .* joined from ")
        assert "refused" not in process.log.text


@pytest.mark.parametrize("options", ["send-proxy", "send-proxy-v2"])
def test_people_speak_tls_with_the_server_through_the_proxy(tmp_path, options):
    pem = certificate(tmp_path / "localhost.pem")
    with (
        server(tmp_path, endpoint=f"haproxy:tls:{pem}") as (process, port),
        haproxy(tmp_path, port, options) as (tcp, _),
    ):
        raw = socket.create_connection(tcp, LIMIT)
        own = raw.getsockname()[1]
        with ssl.create_default_context(cafile=pem).wrap_socket(raw, server_hostname="localhost") as guest:
            guest.sendall(b"ann\n/quit\n")
            assert b"Goodbye, ann." in b"".join(iter(lambda: guest.recv(65536), b""))
        process.log.until(f"ann .* joined from 127.0.0.1:{own};")


def test_a_proxy_that_sends_no_header_is_in_the_log(tmp_path):
    with server(tmp_path, endpoint="haproxy:tcp") as (process, port), haproxy(tmp_path, port, "") as (tcp, unix):
        for family, address in ((socket.AF_INET, tcp), (socket.AF_UNIX, unix)):
            told, _ = reach(family, address, "ann")
            assert told == b"(server): This port is for a proxy that sends a PROXY header first. Goodbye.\r\n"
        process.log.until("refused 127.0.0.1: This port is for a proxy")
        assert process.log.text.count("refused") == 1
