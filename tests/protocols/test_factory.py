"""What all connections share."""

from chatserver.domain.terms import State
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
