"""How connections end: in which order, whoever ends them and why, and at whose cost."""

import pytest
from twisted.internet.interfaces import IHalfCloseableDescriptor
from zope.interface import implementer

from chatserver.protocols.manners import FLUSH_SECONDS, LAST_ANSWERS_SECONDS
from tests.people import Client, Server
from tests.protocols.test_closing import TwoWays


@implementer(IHalfCloseableDescriptor)
class Halves(TwoWays):
    """A connection that says, as those of TCP do, that one direction can be closed."""


def test_a_closed_connection_that_stays_open_is_cut(server):
    (alice,) = server.enter("alice")
    alice.type("close")
    assert not alice.transport.disconnected
    server.clock.advance(FLUSH_SECONDS)
    assert alice.transport.disconnected


def test_one_who_has_nothing_more_to_say_gets_every_answer_and_is_closed(server):
    alice, bob = server.enter("alice", "bob")
    alice.send(b"/ping 1\n/ping 2\n/bc half a li")
    alice.protocol.readConnectionLost()
    assert alice.read() == [
        "(server): pong 1",
        "(server): pong 2",
        "(server): Not sent: your last line has no line end.",
    ]
    assert alice.closed
    assert bob.read() == ["(server): alice lost the connection."]
    server.clock.advance(LAST_ANSWERS_SECONDS - 1)
    assert not alice.transport.disconnected
    server.clock.advance(1)
    assert alice.transport.disconnected


def test_an_end_after_a_whole_line_is_no_unfinished_line(server):
    alice, bob = server.enter("alice", "bob")
    alice.send(b"/quit\n/bc half")
    alice.protocol.readConnectionLost()
    bob.send(b"/ping\n")
    bob.protocol.readConnectionLost()
    assert (alice.read(), bob.read()) == (["(server): Goodbye, alice."], ["(server): alice left.", "(server): pong"])


def test_nothing_after_quit_is_run(server):
    alice, bob = server.enter("alice", "bob")
    alice.send(b"/quit\n/bc hello\n/users\n\xff\xf6" + b"x" * 5000 + b"\n\xff\xf4")
    alice.send(b"/bc again\n")
    assert alice.read() == ["(server): Goodbye, alice."]
    assert bob.read() == ["(server): alice left."]
    assert alice.closed


def test_our_side_is_closed_first_and_what_still_comes_is_discarded(server):
    alice, bob = Client(server.factory, Halves()), *server.enter("bob")
    alice.type("alice")
    alice.type("/quit")
    assert (alice.transport.write_closed, alice.closed) == (True, False)
    bob.read()
    alice.send(b"/bc too late\n" + b"x" * 100_000)
    assert bob.read() == []
    alice.protocol.writeConnectionLost()
    assert not alice.closed
    alice.protocol.readConnectionLost()
    assert alice.closed


def test_a_peer_that_does_not_close_its_side_is_cut(server):
    alice = Client(server.factory, Halves())
    alice.type("/quit")
    server.clock.advance(FLUSH_SECONDS - 0.1)
    alice.type("/ping")
    assert not alice.transport.disconnected
    server.clock.advance(0.1)
    assert alice.transport.disconnected


def test_a_peer_that_has_closed_its_side_needs_no_time(server):
    alice = Client(server.factory, Halves())
    alice.type("alice")
    alice.protocol.readConnectionLost()
    assert (alice.transport.write_closed, alice.closed) == (False, True)


def test_ctrl_c_of_telnet_is_answered_before_the_goodbye(server):
    alice, bob = server.enter("alice", "bob")
    alice.send(b"/ping\n\xff\xf4\xff\xfd\x06/bc too late\n")
    assert alice.received() == b"(server): pong\r\n\xff\xfc\x06(server): Goodbye, alice.\r\n"
    assert alice.closed
    assert bob.read() == ["(server): alice left."]


def test_ctrl_d_leaves_also_before_the_name(server):
    (alice,) = server.enter("alice")
    alice.send(b"\x04")
    stranger = server.connect()
    stranger.read()
    stranger.send(b"\x04")
    assert (alice.read(), stranger.read()) == (["(server): Goodbye, alice."], ["(server): Goodbye."])
    assert alice.closed
    assert stranger.closed


def test_are_you_there(server):
    (alice,) = server.enter("alice")
    alice.send(b"/pi\xff\xf6ng 1\n")
    assert alice.read() == ["(server): pong", "(server): pong 1"]


@pytest.mark.parametrize(
    ("first", "protocol"),
    [
        (b"GET /bob HTTP/1.1\r\nbob\r\n/bc spam\r\n", "HTTP"),
        (b"\x16\x03\x01\x00\x0a\nbob\n/bc spam\n", "TLS"),
        (b"SSH-2.0-x\r\nbob\n/bc spam\n", "SSH"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_stranger_is_told_so_and_nothing_is_run(server, first, protocol, size):
    (alice,) = server.enter("alice")
    stranger = server.connect()
    stranger.read()
    for start in range(0, len(first), size):
        stranger.send(first[start : start + size])
    assert stranger.read() == [
        f"(server): This port speaks lines of text, not {protocol}. Connect with telnet, nc or chat-client."
    ]
    assert stranger.closed
    assert alice.read() == []


def test_get_and_connect_with_an_id_are_ours(server):
    alice, _ = server.enter("alice", "bob")
    assert alice.told("GET", "CONNECT 2")[-2:] == [
        "(server): You are now connected to bob",
        "(server): bob is user 2. goodbye ends it.",
    ]
    assert server.connect().told("GET / HTTP")[-1].endswith("What is your name?")


def test_one_who_leaves_before_the_name_leaves_no_timer():
    server = Server(manners={"idle_timeout": 600})
    stranger = server.connect()
    stranger.type("/quit")
    server.clock.advance(FLUSH_SECONDS)
    stranger.hang_up()
    server.end()


def test_a_stop_cuts_also_those_who_wait_for_their_last_answers(server):
    alice = Client(server.factory, Halves())
    alice.type("alice")
    alice.protocol.readConnectionLost()
    server.factory.close()
    server.clock.advance(FLUSH_SECONDS)
    assert alice.transport.disconnected


def test_one_who_is_gone_leaves_nothing_behind():
    server = Server(trusted=(), manners={"pace": 5, "burst": 1, "per_minute": 0})
    alice, silent = server.connect(), server.connect()
    alice.type("alice", "/ping", "/ping", "/ping")
    alice.hang_up()
    silent.hang_up()
    gate = server.factory.gate
    assert not gate._inside
    assert not gate._newcomers
    assert not gate._places
    server.end()


def test_one_who_is_cut_is_not_heard_any_more(server):
    alice, bob = server.enter("alice", "bob")
    alice.protocol.was_cut("left too much unread")
    alice.type("/bc too late")
    assert bob.read() == []
