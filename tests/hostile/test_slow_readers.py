"""Readers that are slow, or stop: they cost what the limits say, and nobody else anything."""

import socket

import pytest

from tests.hostile.conftest import Host
from tests.processes import Guest, server

TEXT = "x" * 4000
KIB = 1024


@pytest.fixture
def host(tmp_path):
    with server(tmp_path) as (process, port):
        host = Host(process, port)
        yield host
        host.is_as_before()


def deaf(host, name, buffer=4096):
    """Somebody who has logged in and reads nothing any more; the kernel reads as many bytes as fit its buffer."""
    guest = Guest(host.port)
    guest.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    guest.type(name)
    guest.read_until("Hello")
    return guest


def test_4_mb_to_readers_that_have_stopped(host):
    with host.guest("ann") as ann, host.guest("bob") as bob, host.guest("partner") as partner:
        stuck = [deaf(host, f"deaf{number}") for number in range(8)]
        partner.type("connect deaf0")
        partner.read_until("deaf0 is user")
        before = host.memory
        to_partner = []
        for number in range(1000):
            ann.type(f"/bc {number} {TEXT}")
            assert bob.read_until("ann (all): ") == f"ann (all): {number} {TEXT}"
            ann.read_until("Sent to ")
            to_partner += partner.told()
        assert [line.split()[2] for line in to_partner if line.startswith("ann")] == [str(n) for n in range(1000)]
        shared, each = 4 * KIB, 64 + 256 + 64
        assert host.memory - before < shared + 8 * each + 4 * KIB
        assert bob.told("/ping still here")[-1] == "(server): pong still here"
        while "(server): 3 users online:" not in to_partner:
            to_partner += partner.told("/users")
        assert "(server): deaf0 lost the connection. You are FREE." in to_partner
        host.log.until(r"cut deaf\d \(user \d+\) at 127\.0\.0\.1:\d+: left more than 262144 bytes unread")
        for guest in stuck:
            guest.close()


def test_a_burst_to_one_who_is_slow_to_read_loses_nothing(host):
    with host.guest("ann") as ann, host.guest("bob") as bob:
        slow = deaf(host, "slow", 64 * KIB)
        for number in range(75):
            ann.type(f"/bc {number} {TEXT}")
            ann.read_until("Sent to ")
            bob.read_until("ann (all): ")
        for number in range(75):
            assert slow.read_until("ann (all): ") == f"ann (all): {number} {TEXT}"
        assert slow.told("/ping") == ["(server): pong"]
        slow.__exit__()


def test_one_who_asks_for_ever_and_reads_nothing_is_not_heard_any_more(host):
    with host.guest("ann") as ann:
        asker = deaf(host, "asker")
        before = host.memory
        asked, request = 0, b"/help\n" * 1000
        asker.socket.settimeout(1)
        try:
            while asked < 64 * KIB * KIB:
                asked += asker.socket.send(request[asked % 6 :])
        except TimeoutError:
            pass
        assert asked < 64 * KIB * KIB
        assert host.memory - before < 4096
        assert ann.told("/ping") == ["(server): asker joined.", "(server): pong"]
        asker.close()
