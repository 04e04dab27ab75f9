"""Floods from a keyboard or a program: they wait, and a bystander notices nothing."""

from time import monotonic

import pytest

from tests.hostile.conftest import Host
from tests.processes import Guest, server


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with server(tmp_path_factory.mktemp("server"), pace=5) as (process, port):
        yield Host(process, port)


FLOODS = {
    "lines": b"".join(b"/ping %d\n" % number for number in range(6000)),
    "newlines": b"\n" * 65536,
    "broadcasts": b"/bc hello\n" * 6000,
    "unknown commands": b"/wohis\n" * 6000,
    "long lists": b"/help\n" * 6000,
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_bystander_is_answered_before_a_flood_that_waits(host, flood):
    with host.guest("bystander") as bystander:
        flooder, began = Guest(host.port, "flooder"), monotonic()
        flooder.socket.setblocking(False)
        assert flooder.socket.send(flood) > 10_000
        told = [line for number in range(15) for line in bystander.told(f"/ping {number}")]
        assert [line for line in told if "pong" in line] == [f"(server): pong {number}" for number in range(15)]
        answers = flooder.socket.recv(1_000_000)
        assert answers.count(b"(server): Your lines are waiting") == 1
        handled = max(answers.count(words) for words in (b"pong", b"Sent to", b"Unknown", b"/quit, /close"))
        assert handled <= 20 + 5 * (monotonic() - began)
        flooder.reset()
        bystander.read_until("flooder lost the connection")


def test_one_byte_packets(host):
    with host.guest("bystander") as bystander, host.guest("slow") as slow:
        for byte in b"/ping one byte at a time\n" * 4:
            slow.send(bytes([byte]))
        assert bystander.told("/ping")[-1] == "(server): pong"
        for _ in range(4):
            assert slow.read_until("pong") == "(server): pong one byte at a time"


def test_8_lines_at_once_do_not_wait(host):
    with host.guest("ann") as ann:
        assert ann.told(*[f"/ping {number}" for number in range(8)]) == [f"(server): pong {n}" for n in range(8)]


def test_a_paste_waits_once_is_told_so_and_loses_nothing(host):
    with host.guest("ann") as ann:
        told = ann.told(*[f"/ping {number}" for number in range(25)])
        assert told.count("(server): Your lines are waiting, and follow at 5 a second. None is lost.") == 1
        assert [line for line in told if "pong" in line] == [f"(server): pong {n}" for n in range(25)]
