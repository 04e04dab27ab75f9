"""Every way in that `docs/operating.rst` names, over real sockets. TLS has a file of its own."""

import os
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.certificates import certificate
from tests.processes import LIMIT, ROOT, running, server, twistd


@contextmanager
def listening(tmp_path, *ports, before=(), **options):
    """A server process on these `ports`; `before` is what starts it."""
    command = [*before, *twistd(tmp_path, "-n", "chat")]
    for port in ports:
        command += ["-p", port]
    with running(command, **options) as process:
        process.log.until("open for")
        yield process


def reach(family, address):
    """Log in there and leave again: all that was read."""
    with socket.socket(family) as guest:
        guest.settimeout(LIMIT)
        guest.connect(address)
        guest.sendall(b"ann\n/ping it works\n/quit\n")
        return b"".join(iter(lambda: guest.recv(65536), b""))


def port_of(process, number=1):
    return int(process.log.until(rf"(?s)(?:starting on (\d+).*?){{{number}}}")[1])


def test_ipv6(tmp_path):
    with listening(tmp_path, r"tcp6:0:interface=\:\:1") as process:
        assert b"pong it works" in reach(socket.AF_INET6, ("::1", port_of(process)))
        process.log.until(r"joined from \[::1\]:\d+")


def test_a_unix_socket(tmp_path):
    path = tmp_path / "chat"
    with listening(tmp_path, f"unix:{path}:mode=660") as process:
        process.log.until("starting on")
        assert path.stat().st_mode & 0o777 == 0o660
        assert b"pong it works" in reach(socket.AF_UNIX, str(path))
        process.log.until("joined from")


def test_a_socket_whose_server_was_killed_makes_room_for_the_next(tmp_path):
    """Also if a lock of Twisted's names a pid that lives, as in a container."""
    path = tmp_path / "chat"
    for _ in range(2):
        with listening(tmp_path, f"unix:{path}") as process:
            assert b"pong it works" in reach(socket.AF_UNIX, str(path))
            process.kill()
        (tmp_path / "chat.lock").unlink(missing_ok=True)
        (tmp_path / "chat.lock").symlink_to(str(os.getpid()))
        assert path.is_socket()


def test_a_socket_at_which_somebody_answers_is_one_sentence_and_it_goes_when_the_server_stops(tmp_path):
    path = tmp_path / "chat"
    with listening(tmp_path, f"unix:{path}") as process:
        reach(socket.AF_UNIX, str(path))
        words = f"cannot listen on 'unix:{path}': somebody listens there already"
        for options, status, output in ((["--check"], 0, "# Just now: "), ([], 1, "twistd chat: ")):
            command = [*twistd(tmp_path / "nowhere", "-n", "chat", "-p", f"unix:{path}"), *options]
            run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
            assert run.returncode == status
            assert f"{output}{words}\n" in run.stdout + run.stderr
        process.send_signal(signal.SIGTERM)
        process.wait(LIMIT)
    assert list(tmp_path.glob("chat*")) == []


AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="chat.socket")
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_a_socket_of_systemd(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.fileno()
        before = [sys.executable, "-c", AS_SYSTEMD, str(number)]
        with listening(tmp_path, "systemd:domain=INET:index=0", before=before, pass_fds=[number]):
            assert b"pong it works" in reach(socket.AF_INET, listener.getsockname())


def behind_a_proxy(connection):
    """Log in by way of a proxy and leave again: all that was read."""
    connection.settimeout(LIMIT)
    connection.sendall(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 5\r\nann\n/quit\n")
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_behind_a_proxy_the_client_counts(tmp_path):
    with server(tmp_path, endpoint="haproxy:tcp") as (process, port):
        with socket.create_connection(("127.0.0.1", port), LIMIT) as guest:
            assert b"Goodbye, ann." in behind_a_proxy(guest)
        process.log.until(r"joined from 192\.0\.2\.7:4711")


def test_a_unix_socket_behind_a_proxy(tmp_path):
    path = tmp_path / "chat"
    with listening(tmp_path, f"haproxy:unix:{path}:mode=660") as process:
        process.log.until("starting on")
        assert path.stat().st_mode & 0o777 == 0o660
        with socket.socket(socket.AF_UNIX) as guest:
            guest.connect(str(path))
            assert b"Goodbye, ann." in behind_a_proxy(guest)
        process.log.until(r"joined from 192\.0\.2\.7:4711")


def test_a_socket_of_systemd_behind_a_proxy(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.fileno()
        before = [sys.executable, "-c", AS_SYSTEMD, str(number)]
        port = "haproxy:systemd:domain=INET:index=0"
        with listening(tmp_path, port, before=before, pass_fds=[number]) as process:
            with socket.create_connection(listener.getsockname()) as guest:
                assert b"Goodbye, ann." in behind_a_proxy(guest)
            process.log.until(r"joined from 192\.0\.2\.7:4711")


def test_certificates_in_a_folder_and_several_ports_at_once(tmp_path):
    folder = tmp_path / "certificates"
    folder.mkdir()
    pem = certificate(folder / "localhost.pem")
    with listening(tmp_path, f"tls:{folder}:0:interface=127.0.0.1", "tcp:0:interface=127.0.0.1") as process:
        secure, plain = (port_of(process, number) for number in (1, 2))
        assert b"pong it works" in reach(socket.AF_INET, ("127.0.0.1", plain))
        context = ssl.create_default_context(cafile=pem)
        with (
            socket.create_connection(("127.0.0.1", secure), LIMIT) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as guest,
        ):
            guest.sendall(b"bob\n/quit\n")
            assert b"Goodbye, bob." in b"".join(iter(lambda: guest.recv(65536), b""))


@pytest.mark.parametrize("option", ["tls:FILE:PORT", "tls:DIR:PORT", "unix:", "systemd:", "haproxy:", "tcp6:"])
def test_each_way_in_is_documented(option):
    assert option in Path(ROOT / "docs/operating.rst").read_text()
