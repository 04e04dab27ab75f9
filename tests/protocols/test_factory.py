"""What all connections share."""

from chatserver.domain.terms import State
from chatserver.protocols.manners import UNREAD_SECONDS, Manners
from tests.people import Server


def test_the_factory_forgets_who_is_gone():
    server = Server()
    alice, _ = server.enter("alice", "bob")
    alice.hang_up()
    assert len(server.factory.connections) == 1
    assert alice.protocol.user.state is State.GONE


def test_closing_the_server_tells_everybody_also_the_unnamed():
    server = Server()
    alice, bob = server.enter("alice", "bob")
    stranger = server.connect()
    stranger.read()
    closed = []
    server.factory.close().addCallback(closed.append)
    for client in (alice, bob, stranger):
        assert client.read() == ["(server): The server is shutting down."]
        assert client.closed
    alice.hang_up()
    bob.hang_up()
    assert closed == []
    stranger.hang_up()
    assert closed == [None]
    assert server.clock.getDelayedCalls() == []


def test_closing_an_empty_server_is_done_at_once():
    closed = []
    Server().factory.close().addCallback(closed.append)
    assert closed == [None]


def followed(server, **limits):
    server.factory.follow(Manners(**{"pace": 0} | limits), ())


def test_another_pace_counts_at_once_for_those_who_are_here():
    server = Server()
    alice, bob = server.enter("alice", "bob")
    followed(server, pace=1, burst=3)
    assert len(alice.told(*["/ping"] * 5)) == 3 + 1
    followed(server)
    server.clock.advance(0.1)
    assert alice.read() == ["(server): pong"] * 2
    assert len(bob.told(*["/ping"] * 50)) == 50
    server.end()


def test_the_same_limits_again_change_nothing():
    server = Server()
    (alice,) = server.enter("alice")
    followed(server, pace=1, burst=3)
    assert len(alice.told(*["/ping"] * 5)) == 3 + 1
    followed(server, pace=1, burst=3)
    server.clock.advance(0.1)
    assert alice.read() == []
    server.end()


def test_another_length_of_lines_counts_at_once():
    server = Server()
    (alice,) = server.enter("alice")
    followed(server, max_line=64)
    assert alice.told("x" * 65) == ["(server): Not sent: a line has at most 64 bytes."]
    alice.send(b"/bc " + b"x" * 70)
    followed(server, max_line=4096)
    assert alice.told("") == ["(server): Not sent: a line has at most 4096 bytes."]
    assert alice.told("/bc " + "x" * 70) == ["(server): Sent to 0 users: nobody else is here."]
    server.end()


def test_an_idle_time_counts_from_the_change_on():
    server = Server()
    alice, bob = server.enter("alice", "bob")
    server.clock.advance(1000)
    followed(server, idle_timeout=60)
    server.clock.advance(59)
    bob.type("status")
    server.clock.advance(1)
    assert (alice.closed, bob.closed) == (True, False)
    followed(server, idle_timeout=0)
    server.clock.advance(1000)
    assert not bob.closed
    server.end()


def test_newcomers_have_the_new_time_and_the_new_number_of_names():
    server = Server(manners={"login_timeout": 30, "bad_names": 1})
    slow, stubborn = server.connect(), server.connect()
    server.clock.advance(29)
    followed(server, login_timeout=10, bad_names=2)
    stubborn.type("1")
    assert not stubborn.closed
    stubborn.type("2")
    assert stubborn.closed
    server.clock.advance(9)
    assert not slow.closed
    server.clock.advance(1)
    assert slow.closed
    server.end()


def test_what_may_be_unread_changes_for_those_who_are_here():
    server = Server()
    alice, bob = server.enter("alice", "bob")
    followed(server, max_unread=70000)
    bob.protocol.outbox._outlet.pauseProducing()
    for _ in range(20):
        alice.type("/dm bob " + "x" * 4000)
        alice.read()
    server.clock.advance(UNREAD_SECONDS)
    assert bob.transport.disconnected
    assert server.factory.refusals.counts == {("cut", "unread"): 1}
    server.end()


def test_one_who_is_leaving_is_left_alone():
    server = Server()
    (alice,) = server.enter("alice")
    alice.type("/quit")
    followed(server, idle_timeout=5)
    alice.read()
    alice.hang_up()
    assert server.clock.getDelayedCalls() == []
