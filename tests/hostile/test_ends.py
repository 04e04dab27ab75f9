"""Connections that end in every way that there is, and programs that never should have come."""

import select
import signal
import socket

import pytest

from tests.processes import LIMIT, Guest, server
from tests.protocols.test_strangers import CLIENT_HELLO

ANSWERS = 20


@pytest.mark.parametrize("attempt", range(15))
def test_an_end_after_commands_leaves_no_answer_out(host, attempt):
    with host.guest() as ann:
        ann.type("ann", *["/help"] * ANSWERS, "/ping last")
        lines = ann.rest()
    assert sum("/quit" in line for line in lines) == ANSWERS
    assert lines[-1] == "(server): pong last"


def test_an_end_in_mid_line(host):
    with host.guest("ann") as ann, host.guest("bob") as bob:
        ann.send(b"/bc whole\n/bc half a li")
        assert ann.rest()[-2:] == ["(server): Sent to 1 user.", "(server): Not sent: your last line has no line end."]
        assert bob.told() == ["ann (all): whole", "(server): ann lost the connection."]


def test_nothing_after_quit_is_run(host):
    with host.guest("ann") as ann, host.guest("bob") as bob:
        ann.type("/quit", "/bc too late")
        ann.send(b"x" * 1_000_000)
        assert ann.rest()[-1] == "(server): Goodbye, ann."
        assert bob.told() == ["(server): ann left."]


STRANGERS = {
    "HTTP": b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nann\n/bc spam\n/quit\n",
    "TLS": CLIENT_HELLO + b"\nann\n/bc spam\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\nann\n/bc spam\n",
}


@pytest.mark.parametrize("protocol", STRANGERS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_stranger_is_sent_away_and_nothing_is_run(host, protocol, size):
    first = STRANGERS[protocol]
    with host.guest("bob") as bob, host.guest() as stranger:
        for start in range(0, len(first), size):
            stranger.send(first[start : start + size])
        _, *told = stranger.rest()
        assert told == [
            f"(server): This port speaks lines of text, not {protocol}. Connect with telnet, nc or chat-client."
        ]
        assert bob.told() == []


def until_cut(connection):
    """Wait until the server has cut a connection of which it had closed its own side."""
    poll = select.poll()
    poll.register(connection, select.POLLHUP | select.POLLERR)
    assert poll.poll(LIMIT * 1000)


@pytest.mark.parametrize("beginning", [b"", b"ann{}\n", b"ann{}\n/help\n/users\n", b"ann{}\nhalf a li"])
def test_connections_that_half_close_and_vanish_leave_nothing_behind(host, beginning):
    guests = [host.guest() for _ in range(50)]
    for number, guest in enumerate(guests):
        guest.send(beginning.replace(b"{}", b"%d" % number))
        if number % 2:
            guest.socket.shutdown(socket.SHUT_WR)
        guest.reset()


def test_who_neither_reads_nor_closes_is_cut(host):
    ann = host.guest()
    ann.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ann.type("ann", *["/help"] * 20, "/quit")
    until_cut(ann.socket)
    ann.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_readers_that_are_stuck_do_not_keep_the_server_from_stopping(tmp_path, number):
    with server(tmp_path, "--max-unread", "100000000") as (process, port):
        ann = Guest(port, "ann")
        deaf = [Guest(port, f"deaf{i}") for i in range(5)]
        for guest in deaf:
            guest.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(200):
            ann.type("/bc " + "x" * 4000)
            ann.read_until("Sent to 5 users")
        process.send_signal(number)
        ann.read_until("(server): The server is shutting down.")
        assert ann.lines.read() == ""
        assert process.wait(LIMIT) in (0, -number)
        assert "Traceback" not in process.log.whole()
        for guest in (ann, *deaf):
            guest.close()
