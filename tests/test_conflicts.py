"""Two ports that are one are known, whatever their endpoints are called and whoever has them just now."""

import os
import socket

import pytest
from hypothesis import given, strategies as st
from twisted.internet import endpoints
from twisted.python.systemd import ListenFDs

from chatserver import conflicts
from chatserver.conflicts import listener, refuse_conflicts
from chatserver.settings import ConfigError
from tests.certificates import certificate

ADDRESSES = ["", "127.0.0.1", "127.0.0.2", "::", "::1", "::ffff:127.0.0.1"]


def endpoint(address, port, kind="tcp"):
    escaped = address.replace(":", r"\:")
    return f"{kind}:{port}" + (f":interface={escaped}" if address else "")


def clash(*ports):
    try:
        refuse_conflicts(ports)
    except ConfigError as error:
        return str(error)
    return None


def both_can_be(first, second):
    """Whether the system lets two sockets listen at these addresses and at one port."""
    with listener(first, 0) as here:
        try:
            listener(second, here.getsockname()[1]).close()
        except OSError:
            return False
    return True


@pytest.mark.parametrize("first", ADDRESSES)
@pytest.mark.parametrize("second", ADDRESSES)
def test_addresses_are_in_the_way_of_each_other_if_the_system_says_so(first, second):
    can_be = any(both_can_be(first, second) for _ in range(3))
    assert bool(clash(endpoint(first, 5), endpoint(second, 5))) is not can_be


def test_what_linux_says():
    assert clash("tcp:5", "tcp:5") == "cannot listen on 'tcp:5' twice"
    one, other = "tcp:5", "tcp:5:interface=127.0.0.1"
    assert clash(one, other) == f"cannot listen on {one!r} and on {other!r}: they are in each other's way"
    assert clash("tcp6:5", other)
    assert not clash(endpoint("::1", 5), other)
    assert not clash(other, "tcp:5:interface=127.0.0.2")


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("certificates") / "one.pem")


@pytest.mark.parametrize("around", ["haproxy:tcp:5", "tls:{}:5", "haproxy:tls:{}:5", "tcp:5:backlog=9"])
def test_what_is_around_a_port_makes_it_no_other(around, pem):
    assert clash("tcp:5", around.format(pem))
    assert not clash("tcp:6", around.format(pem))


def test_port_0_is_another_one_each_time():
    assert not clash("tcp:0", "tcp:0", "tcp6:0", "haproxy:tcp:0")


def test_an_address_that_is_not_here_is_in_nobodys_way():
    assert not clash("tcp:5:interface=192.0.2.1", "tcp:5:interface=127.0.0.1")
    assert clash("tcp:5:interface=192.0.2.1", "tcp:5:interface=192.0.2.1")


def test_a_stranger_in_the_way_is_not_taken_for_a_conflict(monkeypatch):
    """Another program may have at one address the port that is tried."""
    strangers = ["127.0.0.2"]
    monkeypatch.setattr(
        conflicts,
        "listener",
        lambda interface, port: listener(
            "127.0.0.1" if interface in strangers and strangers.pop() else interface, port
        ),
    )
    assert not clash(endpoint("127.0.0.1", 5), endpoint("127.0.0.2", 5))
    assert strangers == []


def test_a_unix_socket_is_the_same_however_it_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    for other in (f"unix:{tmp_path}/chat", "unix:chat", "unix:link/chat:mode=600", "haproxy:unix:chat:lockfile=0"):
        assert clash(f"unix:{tmp_path}/chat", other)
    assert not clash("unix:chat", "unix:chat2")


@pytest.fixture
def handed_over(monkeypatch):
    """A socket of systemd's."""
    with socket.create_server(("127.0.0.1", 0)) as handed:
        descriptors = ListenFDs([handed.fileno()], ["chat.socket"])
        monkeypatch.setattr(endpoints._SystemdParser, "_sddaemon", descriptors)
        yield handed


def test_a_socket_of_systemd_is_adopted_once(handed_over):
    index, name = "systemd:domain=INET:index=0", "systemd:domain=INET:name=chat.socket"
    assert clash(index, index)
    assert clash(index, f"haproxy:{name}")
    assert not clash(index)
    assert os.fstat(handed_over.fileno())


def test_also_where_systemd_hands_over_nothing():
    port = "systemd:domain=INET:index=0"
    assert clash(port, port) == f"cannot listen on {port!r} twice"
    assert not clash(port, "systemd:domain=INET:index=1")


@pytest.mark.parametrize("wrong", ["nonsense", "tcp:x", "stdio:", "tcp:70000", "tcp:-1"])
def test_what_is_wrong_is_said_elsewhere(wrong):
    assert not clash(wrong, "tcp:5")


@given(ports=st.lists(st.sampled_from(["tcp:5", "tcp:6", "tcp:0", "unix:/a", "unix:/b", "tls:{}:5"]), max_size=6))
def test_in_any_order_and_number(pem, ports):
    real = ["tcp:5" if port.startswith("tls:") else port for port in ports if port != "tcp:0"]
    assert bool(clash(*(port.format(pem) for port in ports))) is (len(set(real)) < len(real))
