"""A port that cannot be had is known before anything starts."""

import socket

import pytest

from chatserver.rehearsal import UnavailableError, rehearse
from chatserver.settings import ConfigError


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_free_port_can_be_had_afterwards(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for _ in range(2):
        rehearse([f"tcp:{port}:interface=127.0.0.1", "tcp:0", r"tcp:0:interface=\:\:1", f"unix:{tmp_path}/chat"])
    socket.create_server(("127.0.0.1", port)).close()


def test_a_port_can_be_had_although_its_last_connections_linger():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0] as accepted:
            accepted.close()
    rehearse([f"tcp:{port}:interface=127.0.0.1"])


def test_a_taken_port(taken):
    with pytest.raises(ConfigError, match=f"cannot listen on 'tcp:{taken}': Address already in use"):
        rehearse([f"tcp:{taken}"])


def test_a_taken_port_behind_a_proxy(taken):
    with pytest.raises(ConfigError, match="Address already in use"):
        rehearse([f"haproxy:tcp:{taken}:interface=127.0.0.1"])


def test_the_same_port_twice_cannot_be_whoever_has_it_now(taken):
    with pytest.raises(ConfigError, match="they are in each other's way") as refusal:
        rehearse([f"tcp:{taken}:interface=127.0.0.1", f"tcp:{taken}"])
    assert not isinstance(refusal.value, UnavailableError)


@pytest.mark.parametrize("port", ["tcp:65536", "tcp:-1"])
def test_a_number_that_is_no_port(port):
    with pytest.raises(ConfigError, match="a port is a number from 0 to 65535"):
        rehearse([port])


@pytest.mark.parametrize(
    ("port", "words"),
    [
        ("unix:/nowhere/at/all/chat", "/nowhere/at/all is no directory"),
        (f"unix:{__file__}", "there is a file that is no socket"),
        (f"unix:/{'x' * 200}", "path too long"),
        ("stdio:", "it is no place for a chat server"),
    ],
)
def test_what_cannot_be_listened_on(port, words):
    with pytest.raises(ConfigError, match=words):
        rehearse([port])


def test_a_taken_unix_socket(tmp_path):
    path = str(tmp_path / "chat")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        rehearse([f"unix:{path}"])
        listener.listen()
        with pytest.raises(ConfigError, match=r"cannot listen on 'unix:.*': somebody listens there already"):
            rehearse([f"unix:{path}"])


def test_an_address_that_is_not_here():
    with pytest.raises(ConfigError, match="Cannot assign requested address"):
        rehearse(["tcp:0:interface=192.0.2.1"])


def test_a_socket_that_systemd_has_not_handed_over():
    with pytest.raises(ConfigError, match="cannot listen on 'systemd:domain=INET:index=0': systemd has handed over no"):
        rehearse(["systemd:domain=INET:index=0"])


def test_a_backlog_that_cannot_be():
    with pytest.raises(ConfigError, match="cannot listen on 'tcp:0:backlog=99999999999999999'"):
        rehearse(["tcp:0:backlog=99999999999999999"])
