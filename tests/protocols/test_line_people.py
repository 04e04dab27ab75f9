"""What is remembered of somebody from the connection to the end, and what is forgotten in time."""

import pytest
from twisted.internet.address import IPv6Address
from twisted.internet.testing import StringTransport
from twisted.logger import globalLogPublisher

from chatserver.domain.terms import Status
from chatserver.protocols.manners import FLUSH_SECONDS
from tests.people import Client, Server

FULL = "(server): The server is full (1 of 1 users). Please try again later."


@pytest.fixture
def events():
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


def counts(server):
    """How many were refused or cut, by reason, as far as there were any."""
    return {reason: number for reason, number in server.factory.refusals.counts.items() if number}


def crowded(**limits):
    """A server whose addresses count."""
    return Server(trusted=(), manners={"per_minute": 0, "newcomers_per_address": 1} | limits)


# The log-in and its end.


def test_the_log_in_is_over_with_the_name():
    server = Server(manners={"login_timeout": 30, "bad_names": 2})
    alice = server.connect()
    server.clock.advance(4)
    alice.type("1", "alice")
    assert server.factory.meter.logins.sum == 4
    assert sum(server.factory.meter.logins.counts) == 1
    alice.type("/nick 1", "/nick 2", "/nick 3", "GET / HTTP/1.1")
    server.clock.advance(100)
    assert not alice.closed
    assert counts(server) == {}
    assert sum(server.factory.meter.logins.counts) == 1
    server.end()


def test_who_gives_no_name_has_no_log_in(server):
    alice, bob = server.connect(), server.connect()
    alice.type("/quit")
    bob.hang_up()
    assert sum(server.factory.meter.logins.counts) == 0
    alice.hang_up()


def test_all_refused_names_of_a_newcomer_count_and_nothing_else():
    server = Server(manners={"bad_names": 2})
    alice = server.connect()
    alice.type("1", "/help", "/ping")
    alice.send(b"\xff\xf6\xff\xf1")
    assert not alice.closed
    alice.type("2")
    assert alice.closed
    assert counts(server) == {("refused", "too_many_names"): 1}
    server.end()


# The last input.

TYPED = {
    "plain lines": b"one\ntwo\n",
    "a plain line that needs cleaning": b"o\x01ne\n",
    "a command": b"/users\n",
    "direct messages": b"/dm carol one\n/dm carol two\n",
    "a line in pieces": b"one\n",
}


@pytest.mark.parametrize("what", TYPED)
def test_whatever_is_typed_ends_the_idle_time(server, what):
    alice, _, carol = server.enter("alice", "bob", "carol")
    alice.type("connect bob")
    server.clock.advance(100)
    for piece in [TYPED[what]] if what != "a line in pieces" else [b"on", b"e\n"]:
        alice.send(piece)
    server.clock.advance(7)
    assert "idle for 7 s" in carol.told("/whois alice")[-1]
    assert "idle for 1 min 47 s" in carol.told("/whois bob")[-1]


# The gate learns who is no newcomer any more.


def test_one_who_has_a_name_need_not_make_room():
    server = crowded()
    alice = server.connect()
    alice.type("alice")
    bob = server.connect()
    assert not alice.closed
    carol = server.connect()
    assert [client.closed for client in (alice, bob, carol)] == [False, True, False]
    assert counts(server) == {("refused", "made_room"): 1}
    server.end()


@pytest.mark.parametrize("typed", ["/quit", "1"])
def test_one_who_is_leaving_need_not_make_room(typed):
    server = crowded(bad_names=1)
    alice = server.connect()
    alice.type(typed)
    before = counts(server)
    bob, carol = server.connect(), server.connect()
    assert [client.closed for client in (alice, bob, carol)] == [True, True, False]
    assert counts(server) == before | {("refused", "made_room"): 1}
    server.end()


def test_one_who_was_refused_gives_the_place_back_when_the_connection_is_gone():
    server = crowded(per_address=1)
    alice, bob = server.connect(), server.connect()
    assert (alice.closed, bob.closed) == (False, True)
    bob.hang_up()
    assert server.connect().closed
    alice.hang_up()
    assert not server.connect().closed
    server.end()


# Full.


def test_beyond_the_last_place_one_is_cut_without_a_word():
    server = Server(capacity=2)
    server.enter("alice", "bob")
    room = server.factory.gate.most - 2
    told = [server.connect() for _ in range(room)]
    assert not any(client.transport.disconnected for client in told)
    assert all(client.read() for client in told)
    late = server.connect()
    assert late.transport.disconnected
    told[0].hang_up()
    late.hang_up()
    assert not server.connect().transport.disconnected
    server.end()


def test_a_full_server_counts_who_is_refused_at_the_greeting_and_at_the_name():
    server = Server(max_users=1)
    waiting = server.connect()
    server.enter("alice")
    assert counts(server) == {}
    assert server.connect().read() == [FULL]
    assert counts(server) == {("refused", "server_full"): 1}
    waiting.read()
    assert waiting.told("bob") == [FULL]
    assert counts(server) == {("refused", "server_full"): 2}
    server.end()


def test_one_who_leaves_before_the_name_is_counted_as_nothing(server):
    server.connect().type("/quit")
    assert counts(server) == {}


# Where somebody was refused, and where somebody was cut.


def test_refusals_are_told_by_household_of_ipv6(events):
    server = Server(trusted=(), manners={"bad_names": 1})
    for host in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"):
        client = Client(server.factory, StringTransport(peerAddress=IPv6Address("TCP", host, 5)))
        client.type("1")
    server.factory.refusals.close()
    told = [event["address"] for event in events if event.get("event") == "refused"]
    assert sorted(told) == ["2001:db8:0:1::/64", "2001:db8::/64"]
    assert counts(server) == {("refused", "too_many_names"): 3}
    server.end()


def test_one_of_whom_addresses_do_not_count_is_told_by_address(events):
    server = Server(manners={"bad_names": 1})
    server.connect().type("1")
    (told,) = [event for event in events if event.get("event") == "refused"]
    assert told["address"] == "192.168.1.1"
    server.end()


def test_one_with_a_name_who_is_made_to_leave_is_told_by_name(events):
    server = Server(manners={"idle_timeout": 60})
    server.enter("alice")
    server.clock.advance(60)
    (told,) = [event for event in events if event.get("event") == "cut"]
    assert (told["user"], told["address"], told["reason"]) == ("alice", "192.168.1.1:54321", "idle_too_long")
    assert counts(server) == {("cut", "idle_too_long"): 1}
    server.end()


# The census, and the sessions in the journal.


def test_away_within_a_session_counts_when_that_is_over(server):
    alice, bob, _ = server.enter("alice", "bob", "carol")

    def census():
        return [server.factory.switchboard.census[status] for status in (Status.FREE, Status.BUSY, Status.AWAY)]

    assert census() == [3, 0, 0]
    alice.type("connect bob", "/away tea")
    assert census() == [1, 2, 0]
    bob.type("goodbye")
    assert census() == [2, 0, 1]
    alice.hang_up()
    assert census() == [2, 0, 0]


def test_each_session_is_as_long_as_it_was(events):
    server = Server()
    alice, bob = server.enter("alice", "bob")
    for seconds, end in ((10, "goodbye"), (5, "/quit")):
        alice.type("connect bob")
        server.clock.advance(seconds)
        bob.type(end)
        server.clock.advance(100)
    (carol,) = server.enter("carol")
    carol.type("connect alice")
    server.clock.advance(3)
    carol.hang_up()
    parted = [(event["duration"], event["reason"]) for event in events if event.get("event") == "parted"]
    assert parted == [(10, "goodbye"), (5, "left"), (3, "lost")]
    bob.hang_up()
    server.end()


def test_who_is_closing_is_cut_by_the_server_only_when_the_time_is_up(server):
    (alice,) = server.enter("alice")
    alice.type("/quit")
    alice.protocol.stop()
    server.clock.advance(FLUSH_SECONDS - 0.1)
    assert not alice.transport.disconnected
    server.clock.advance(0.1)
    assert alice.transport.disconnected
