"""Connections whose other end is a string: bytes in, bytes out, and when they are closed."""

import pytest
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.testing import StringTransport
from zope.interface import implementer

from chatserver.protocols.manners import FLUSH_SECONDS, UNREAD_SECONDS
from tests.people import Server


def connected(server):
    alice, bob = server.enter("alice", "bob")
    alice.type("connect bob")
    alice.read()
    bob.read()
    return alice, bob


def test_the_server_speaks_first_and_never_in_telnet(server):
    client = server.connect()
    assert client.received() == b"(server): Welcome to chatserver. What is your name?\r\n"


def test_three_people(server):
    alice, bob, carol = server.enter("alice", "bob", "carol")
    assert alice.told("connect bob") == [
        "(server): You are now connected to bob",
        "(server): bob is user 2. goodbye ends it.",
    ]
    alice.type("hello", " indented ", "")
    assert bob.read()[2:] == ["alice: hello", "alice:  indented ", "alice: "]
    assert carol.told("connect alice") == [
        "(server): alice is BUSY. Try again later, or send a direct message: /dm alice text"
    ]
    assert carol.told("/bc hi") == ["(server): Sent to 2 users."]
    assert alice.read() == bob.read() == ["carol (all): hi"]
    assert bob.told("goodbye") == ["(server): You said goodbye to alice. You are FREE."]
    assert alice.read() == ["(server): bob said goodbye. You are FREE."]
    assert carol.read() == []


def test_lines_in_pieces_and_pieces_of_many_lines(server):
    alice, bob = connected(server)
    for byte in "zoë\r\n".encode():
        alice.send(bytes([byte]))
    alice.send(b"one\ntwo\r\nthree\r\0fo")
    alice.send(b"ur\n")
    assert bob.read() == [f"alice: {text}" for text in ("zoë", "one", "two", "three", "four")]


def test_control_characters_go_nowhere(server):
    alice, bob = connected(server)
    alice.type("\x1b[2J(server): hi\rx", "/dm bob \x1b]0;t\x07", "/\x1b[31m", "/dm \x1b[1m x", "/help \x1b[1m")
    for client in (alice, bob):
        assert not {c for line in client.read() for c in line if c < " "}


def test_a_user_cannot_speak_as_the_server_or_as_somebody_else(server):
    alice, bob = connected(server)
    alice.send(b"x\r(server): bob left.\n")
    alice.send("x\u2028(server): bob left.\n".encode())
    assert all(line.startswith("alice: ") for line in bob.read())


def test_a_long_line_is_refused_and_no_part_of_it_runs(server):
    alice, bob = connected(server)
    alice.type("x" * 4096)
    assert bob.read() == ["alice: " + "x" * 4096]
    for piece in (b"y" * 3000, b"y" * 3000 + b"\n/quit", b"y" * 5000, b"\nstill here\n"):
        alice.send(piece)
    assert alice.read() == ["(server): Not sent: a line has at most 4096 bytes."] * 2
    assert bob.read() == ["alice: still here"]
    assert not alice.closed


def test_a_line_that_never_ends_closes(server):
    alice, bob = connected(server)
    for _ in range(17):
        alice.send(b"x" * 4096)
    assert alice.read() == ["(server): No line end within 65536 bytes. Goodbye."]
    assert alice.closed
    assert bob.read() == ["(server): alice lost the connection. You are FREE."]


def test_one_who_vanishes_is_announced(server):
    alice, bob = server.enter("alice", "bob")
    alice.hang_up()
    assert bob.read() == ["(server): alice lost the connection."]
    assert bob.told("/users")[0] == "(server): 1 user online:"


def test_a_name_is_free_again_as_soon_as_its_user_is_gone(server):
    (alice,) = server.enter("alice")
    alice.hang_up()
    (again,) = server.enter("alice")
    assert again.protocol.user.id == 2


def test_only_bad_names_count_as_such():
    server = Server(manners={"bad_names": 2})
    client = server.connect()
    client.type("hello", "hi", "status", "/xyz", "/help", "/ping", "connect bob", "x y")
    assert not client.closed
    client.type("hey", "goodbye", "x y")
    assert client.read()[-1] == "(server): 2 names that cannot be had. Goodbye."
    assert client.closed


def test_no_name_in_time(server):
    client, other = server.connect(), server.enter("other")[0]
    client.read()
    server.clock.advance(29)
    client.type("")
    client.read()
    server.clock.advance(1)
    assert client.read() == ["(server): No name within 30 s. Goodbye."]
    assert client.closed
    assert not other.closed
    assert other.read() == []


def test_the_login_timeout_can_be_switched_off():
    server = Server(manners={"login_timeout": 0})
    server.connect().read()
    assert server.clock.getDelayedCalls() == []


def test_a_full_server_says_so_and_closes():
    server = Server(max_users=1)
    server.enter("alice")
    late = server.connect()
    assert late.read() == ["(server): The server is full (1 of 1 users). Please try again later."]
    assert late.closed


def test_a_lobby(server):
    alice, bob, carol = Server(lobby=True).enter("alice", "bob", "carol")
    assert alice.told("hello", "/me waves", "goodbye", "connect") == [
        "(server): You are not in a session.",
        "(server): Usage: connect NAME",
    ]
    assert bob.read() == carol.read() == ["alice (all): hello", "(all) * alice waves"]


def test_idle_time_is_since_the_last_line_typed(server):
    alice, bob = server.enter("alice", "bob")
    server.clock.advance(60)
    bob.type("status")
    server.clock.advance(5)
    bob.type("/ping")
    bob.send(b"\xff\xf6/ping\n/PING x\n")
    server.clock.advance(2)
    assert "idle for 7 s, connected in the clear" in alice.told("/whois bob")[1]


@implementer(ISSLTransport)
class TLSTransport(StringTransport):
    """As much of a TLS connection as the protocol asks about."""


def test_who_is_connected_by_tls_is_said_to_be(server):
    alice, _ = server.enter("alice", "bob")
    transport = TLSTransport()
    carol = server.factory.buildProtocol(None)
    carol.makeConnection(transport)
    carol.dataReceived(b"carol\n")
    alice.read()
    assert alice.told("/whois carol")[1].endswith("connected by TLS.")
    assert alice.told("/whois bob")[1].endswith("connected in the clear (plain).")


def test_a_flood_waits_and_nothing_is_lost():
    server = Server(manners={"pace": 5, "burst": 3})
    alice, bob = server.enter("alice", "bob")
    server.clock.advance(10)
    alice.send(b"/dm bob 1\n/dm bob 2\n/dm bob 3\n/dm bob 4\n/dm bob 5\n/quit\n")
    assert alice.read()[3:] == ["(server): Your lines are waiting, and follow at 5 a second. None is lost."]
    assert len(bob.read()) == 3
    assert bob.told("/ping") == ["(server): pong"]
    server.clock.pump([0.1] * 7)
    assert bob.read() == ["alice (direct): 4", "alice (direct): 5", "(server): alice left."]
    assert alice.closed
    server.clock.advance(FLUSH_SECONDS)
    assert server.clock.getDelayedCalls()[1:] == []


@pytest.mark.parametrize(("line", "tokens"), [("/bc x", 5), ("hello", 2), ("/wohis", 2), ("/ping", 1), ("/users", 2)])
def test_what_lines_cost(line, tokens):
    server = Server(lobby=True, manners={"pace": 1, "burst": 20, "login_timeout": 0})
    clients = server.enter(*(f"user{i}" for i in range(150)))
    server.clock.advance(100)
    alice = clients[0]
    alice.type(line)
    alice.read()
    server.clock.advance(tokens - 0.15)
    alice.type(*["/ping"] * 20)
    assert len(alice.read()) == 20
    server.clock.pump([0.1] * 2)
    assert len(alice.read()) == 1
    for client in clients:
        client.hang_up()


def test_one_who_leaves_too_much_unread_is_cut_and_the_partner_told(server):
    alice, bob, carol = server.enter("alice", "bob", "carol")
    alice.type("connect bob")
    bob.protocol.outbox._outlet.pauseProducing()
    text = "x" * 4000
    for _ in range(80):
        alice.type(text)
        alice.read()
    assert not bob.transport.disconnected
    server.clock.advance(UNREAD_SECONDS)
    assert bob.transport.disconnected
    bob.hang_up()
    assert alice.read()[-1] == "(server): bob lost the connection. You are FREE."
    assert carol.told("/ping") == ["(server): bob lost the connection.", "(server): pong"]


def test_one_who_reads_nothing_is_not_answered_for_ever(server):
    (alice,) = server.enter("alice")
    alice.protocol.outbox._outlet.pauseProducing()
    alice.type(*["/help"] * 1000)
    assert alice.read() == []
    alice.protocol.outbox._outlet.resumeProducing()
    assert len([line for line in alice.read() if "/quit" in line]) == 1000


def test_a_line_for_the_partner_reaches_nobody_else_however_late_its_author_can_read_of_the_end():
    server = Server(lobby=True)
    alice, bob = server.enter("alice", "bob")
    alice.type("connect bob")
    bob.received()
    outlet = alice.protocol.outbox._outlet
    outlet.pauseProducing()
    bob.type("goodbye")
    server.clock.advance(20)
    alice.type("for bob only")
    server.clock.advance(20)
    outlet.resumeProducing()
    assert alice.read()[-1] == "(server): Not sent: your session with bob has ended."
    assert bob.read() == ["(server): You said goodbye to alice. You are FREE."]


def test_a_line_for_the_partner_reaches_nobody_else_however_long_it_waits():
    server = Server(lobby=True, manners={"pace": 1, "burst": 1})
    alice, bob = server.enter("alice", "bob")
    server.clock.advance(10)
    alice.type("connect bob")
    bob.received()
    alice.send(b"/xyz\n" * 10 + b"for bob only\n")
    bob.type("goodbye")
    server.clock.pump([0.1] * 230)
    assert alice.read()[-1] == "(server): Not sent: your session with bob has ended."
    assert bob.read() == ["(server): You said goodbye to alice. You are FREE."]


def test_an_idle_user_leaves_and_a_busy_one_stays():
    server = Server(manners={"idle_timeout": 600})
    alice, bob = server.enter("alice", "bob")
    server.clock.advance(400)
    bob.type("hello?")
    alice.send(b"\xff\xf1/ping\n")
    server.clock.advance(200)
    assert alice.read() == ["(server): pong", "(server): Nothing from you for 600 s. Goodbye."]
    assert alice.closed
    assert bob.read()[1:] == ["(server): alice lost the connection."]
    alice.hang_up()
    server.clock.advance(399)
    assert not bob.closed
    server.clock.advance(1)
    assert bob.closed
    bob.hang_up()
    server.factory.refusals.close()
    assert server.clock.getDelayedCalls() == []
