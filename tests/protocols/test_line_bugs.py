"""A bug at any step costs one connection, and nobody else anything."""

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock

from chatserver.domain.channel import Talk
from chatserver.domain.switchboard import LocalSwitchboard
from chatserver.domain.user import User
from chatserver.protocols import factory, line
from chatserver.protocols.closing import Closing
from chatserver.protocols.crowd import Crowd
from chatserver.protocols.factory import ChatFactory
from chatserver.protocols.gate import Gate
from chatserver.protocols.inbox import Inbox
from chatserver.protocols.line import ChatProtocol
from chatserver.protocols.manners import FLUSH_SECONDS
from chatserver.protocols.outlet import BufferedOutlet
from chatserver.protocols.refusals import Refusals
from chatserver.protocols.watch import Watch
from tests.people import Server, failures

SORRY = "(server): Something went wrong on our side. Please connect again."


def breaks_once(monkeypatch, owner, name):
    """The next call raises; those after that are as before."""
    sound = getattr(owner, name)

    def bug(*arguments, **options):
        monkeypatch.setattr(owner, name, sound)
        raise RuntimeError("a bug")

    monkeypatch.setattr(owner, name, bug)
    return lambda: getattr(owner, name) is sound


MADE = [name for name in ChatProtocol._make_parts.__code__.co_names if callable(getattr(line, name, None))]
POLLER = SimpleNamespace(adopt=None)
FIRST_LINES = [
    *[(line, name) for name in MADE if name != "ISSLTransport"],
    (ChatFactory, "user_of"),
    (Clock, "seconds"),
    (POLLER, "adopt"),
    (Gate, "enter"),
    (LocalSwitchboard, "greet"),
]
"""All that is made of a new connection, and all that it goes through."""


def test_the_parts_of_a_connection_are_found():
    assert {"tune", "Inbox", "outlet_for", "Outbox", "Closing", "Newcomer", "Watch"} <= {*MADE}


@pytest.mark.parametrize(("owner", "name"), FIRST_LINES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_bug_in_the_first_lines_costs_the_one_who_comes(owner, name, monkeypatch):
    server = Server(trusted=(), manners={"per_address": 2})
    (bob,) = server.enter("bob")
    if owner is POLLER:
        monkeypatch.setattr(server.factory, "poller", POLLER)
        monkeypatch.setattr(factory, "is_plain", lambda transport: True)
    has_broken = breaks_once(monkeypatch, owner, name)
    with failures() as bugs:
        stranger = server.connect()
        assert has_broken()
        assert stranger.closed
        stranger.hang_up()
    assert [bug.value.args for bug in bugs] == [("a bug",)]
    assert server.factory.refusals.counts == {("refused", "bug"): 1}
    assert [*server.factory.connections] == [*server.factory.gate._inside] == [bob.protocol]
    monkeypatch.undo()
    assert server.connect().read() == ["(server): Welcome to chatserver. What is your name?"]
    assert bob.told("/ping") == ["(server): pong"]
    server.end()


LAST_LINES = [(Closing, "end"), (Inbox, "close"), (Watch, "end"), (Gate, "leave"), (LocalSwitchboard, "leave")]


@pytest.mark.parametrize(("owner", "name"), LAST_LINES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_bug_in_the_last_lines_leaves_nobody_behind(owner, name, monkeypatch):
    server = Server(manners={"idle_timeout": 600})
    alice, bob = server.enter("alice", "bob")
    closed = []
    alice.protocol.when_closed().addCallback(closed.append)
    has_broken = breaks_once(monkeypatch, owner, name)
    with failures() as bugs:
        alice.hang_up()
    assert has_broken()
    assert [bug.value.args for bug in bugs] == [("a bug",)]
    assert [*server.factory.connections] == [bob.protocol]
    assert closed == [None]
    assert bob.told("/users") == [
        "(server): alice lost the connection.",
        "(server): 1 user online:",
        "(server): 2 bob FREE",
    ]
    server.clock.pump([600, FLUSH_SECONDS])
    server.end()


def test_a_bug_in_what_another_one_causes_is_not_the_other_ones(monkeypatch):
    server = Server(trusted=(), manners={"newcomers_per_address": 1})
    first = server.connect()
    has_broken = breaks_once(monkeypatch, Refusals, "refuse")
    with failures() as bugs:
        second = server.connect()
    assert has_broken()
    assert len(bugs) == 1
    assert (first.closed, second.closed) == (True, False)
    assert second.read() == ["(server): Welcome to chatserver. What is your name?"]
    server.end()


@pytest.mark.parametrize("stops", [True, False])
def test_what_cannot_be_sent_does_not_keep_a_connection_open(monkeypatch, stops):
    server = Server()
    alice, bob = server.enter("alice", "bob")
    monkeypatch.setattr(alice.protocol.outbox._outlet.__class__, "close", lambda outlet: 1 / 0)
    with failures():
        server.factory.close() if stops else alice.type("/quit")
        server.clock.advance(FLUSH_SECONDS)
    assert alice.transport.disconnected
    assert bob.transport.disconnected == stops
    monkeypatch.undo()
    server.end()


TALK = ("alice", "connect bob")


@pytest.mark.parametrize(
    ("broken", "method", "lines"),
    [
        (LocalSwitchboard, "greet", ()),
        (LocalSwitchboard, "admit", ("alice",)),
        (User, "enter_lobby", ("alice",)),
        (Crowd, "announce", ("alice",)),
        (LocalSwitchboard, "list_users", ("alice", "status")),
        (LocalSwitchboard, "place", TALK),
        (User, "enter_talk", TALK),
        (Talk, "say", (*TALK, "hello")),
        (User, "say", (*TALK, "hello")),
        (LocalSwitchboard, "direct", (*TALK, "/dm dave hi")),
        (LocalSwitchboard, "shout", ("alice", "/bc hi")),
        (LocalSwitchboard, "rename", ("alice", "/nick eve")),
        (LocalSwitchboard, "part", (*TALK, "goodbye")),
        (User, "put_guard", (*TALK, "goodbye")),
        (User, "fall_silent", (*TALK, "/quit")),
        (LocalSwitchboard, "leave", ("/quit",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bug_costs_one_connection(server, broken, method, lines, monkeypatch):
    bob, carol, dave = server.enter("bob", "carol", "dave")
    carol.type("connect dave")
    sound = getattr(broken, method)

    def bug(*arguments, **options):
        monkeypatch.setattr(broken, method, sound)
        raise RuntimeError("a bug")

    with failures() as bugs:
        if not lines:
            monkeypatch.setattr(broken, method, bug)
        alice = server.connect()
        for line in lines:
            if line == lines[-1]:
                monkeypatch.setattr(broken, method, bug)
            alice.type(line)
    assert getattr(broken, method) is sound
    assert bugs[0].value.args == ("a bug",)
    assert alice.read()[-1] == SORRY
    assert alice.closed
    others = [client.read() for client in (bob, carol, dave)]
    if method not in ("greet", "admit", "enter_lobby", "announce", "enter_talk", "leave"):
        assert all(any("alice l" in line for line in read) for read in others)
    carol.type("still here")
    assert dave.read() == ["carol: still here"]
    assert bob.told("status", "alice")[:4] == [
        "(server): 3 users online:",
        "(server): 1 bob   FREE",
        "(server): 2 carol BUSY",
        "(server): 3 dave  BUSY",
    ]
    alice.hang_up()
    assert len(server.factory.connections) == 3
    (again,) = server.enter("alice")
    assert again.told("connect bob")[0] == "(server): You are now connected to bob"


@pytest.mark.parametrize(
    "step", [lambda server, client: client.protocol.readConnectionLost(), lambda server, _: server.clock.advance(30)]
)
def test_a_bug_at_the_end_or_in_a_timer_costs_one_connection(server, step, monkeypatch):
    (bob,), stranger = server.enter("bob"), server.connect()
    sound = User.fall_silent

    def bug(*arguments):
        monkeypatch.setattr(User, "fall_silent", sound)
        raise RuntimeError("a bug")

    monkeypatch.setattr(User, "fall_silent", bug)
    with failures() as bugs:
        step(server, stranger)
    assert len(bugs) == 1
    assert stranger.closed
    assert bob.told("/ping") == ["(server): pong"]


def test_a_bug_while_the_server_stops_leaves_nobody_out(monkeypatch):
    server = Server()
    clients = server.enter("alice", "bob", "carol")
    sound = User.fall_silent

    def bug(user):
        if user.name == "alice":
            raise RuntimeError("a bug")
        sound(user)

    monkeypatch.setattr(User, "fall_silent", bug)
    with failures():
        server.factory.close()
    assert [client.read()[0] for client in clients] == ["(server): The server is shutting down."] * 3
    assert all(client.closed for client in clients)


def test_a_bug_that_stands_in_the_way_of_leaving_does_not_keep_the_connection_open(server, monkeypatch):
    alice, bob = server.enter("alice", "bob")

    def bug(*arguments):
        raise RuntimeError("a bug")

    with failures() as bugs:
        monkeypatch.setattr(LocalSwitchboard, "leave", bug)
        alice.type("/quit")
        monkeypatch.undo()
    assert {failure.value.args for failure in bugs} == {("a bug",)}
    assert alice.closed
    assert bob.told("/ping") == ["(server): pong"]


def test_a_bug_in_sending_costs_the_one_it_is_sent_to(server, monkeypatch):
    alice, bob, carol = server.enter("alice", "bob", "carol")
    sound = BufferedOutlet.write

    def bug(outlet, data):
        if outlet is bob.protocol.outbox._outlet:
            raise RuntimeError("a bug")
        sound(outlet, data)

    monkeypatch.setattr(BufferedOutlet, "write", bug)
    with failures():
        alice.type("/bc hello")
        server.clock.pump([0, 0, 0])
    assert alice.read() == ["(server): Sent to 2 users.", "(server): bob lost the connection."]
    assert carol.read() == ["alice (all): hello", "(server): bob lost the connection."]
    assert bob.closed
