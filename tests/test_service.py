"""The whole server in this process, over real sockets."""

import resource
import signal

import pytest
from pytest_twisted import ensureDeferred
from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import TCP4ClientEndpoint, clientFromString, connectProtocol
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import globalLogPublisher
from twisted.protocols.basic import LineOnlyReceiver

from chatserver.config import Config
from chatserver.protocols import line, outlet
from chatserver.protocols.manners import Manners
from chatserver.service import ChatService
from chatserver.settings import BACKLOG
from tests.certificates import certificate
from tests.people import failures


class Guest(LineOnlyReceiver):
    """A client: waits for lines, and for the end."""

    def __init__(self):
        self.lines = []
        self.waiting = None
        self.lost = Deferred()

    def lineReceived(self, line):
        self.lines.append(line.decode())
        if self.waiting and self.waiting[0] in self.lines[-1]:
            self.waiting.pop().callback(None)

    def connectionLost(self, reason):
        self.lost.callback(None)

    def until(self, words):
        """Fires with the next line that has these words in it."""
        if any(words in line for line in self.lines):
            return succeed(None)
        self.waiting = [words, Deferred()]
        return self.waiting[1]


@pytest.fixture
def handlers():
    """stopService gives the signals back to the system, unless they are ignored, as in the background of a script: here
    they belong to pytest.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def ports_of(service):
    return [part.port.getHost().port for part in service]


async def guest_at(port, name):
    guest = await connectProtocol(TCP4ClientEndpoint(reactor, "127.0.0.1", port), Guest())
    guest.sendLine(name.encode())
    await guest.until("Hello, ")
    return guest


@ensureDeferred
async def test_people_at_two_ports_are_on_one_server_and_stopping_tells_all(handlers):
    here = "tcp:0:interface=127.0.0.1"
    service = ChatService(Config(port=(here, here), name="home", motd=("be nice",)), reactor)
    service.startService()
    first, second = ports_of(service)
    alice, bob = await guest_at(first, "alice"), await guest_at(second, "bob")
    alice.sendLine(b"connect bob")
    await bob.until("connected to alice")
    alice.sendLine("zoë".encode())
    await bob.until("zoë")
    assert bob.lines == [
        "(server): Welcome to home. What is your name?",
        "(server): Hello, bob. You are user 2 and FREE. /help lists the commands.",
        "(server): be nice",
        "(server): You are now connected to alice",
        "(server): alice is user 1. goodbye ends it.",
        "alice: zoë",
    ]
    await service.stopService()
    await alice.lost
    await bob.lost
    assert alice.lines[-1] == bob.lines[-1] == "(server): The server is shutting down."
    assert alice.lines.count("(server): bob left.") == 0
    assert signal.getsignal(signal.SIGTERM) is signal.getsignal(signal.SIGINT) is signal.SIG_DFL


def test_every_limit_arrives_at_the_factory():
    manners = Manners(login_timeout=7)
    factory = ChatService(Config(port=("tcp:0",), manners=manners), reactor).factory
    assert factory.manners is manners


def test_a_server_with_a_file_says_that_it_is_open_when_sighup_cannot_end_it_any_more(handlers):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    seen = []

    def look(event):
        if event.get("event") == "started":
            seen.append(signal.getsignal(signal.SIGHUP))

    globalLogPublisher.addObserver(look)
    ChatService(Config(port=("tcp:5",)), MemoryReactorClock(), Config).startService()
    globalLogPublisher.removeObserver(look)
    assert callable(seen[0])


def test_many_can_wait_to_be_accepted(handlers):
    clock = MemoryReactorClock()
    ChatService(Config(port=("tcp:5",)), clock).startService()
    (port,) = clock.tcpServers
    assert port[2] == BACKLOG


@pytest.mark.parametrize(("max_users", "users"), [(0, 150), (5, 5), (5000, 150)])
def test_there_is_room_for_as_many_as_files_can_be_open(max_users, users, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda what: (200, 200))
    service = ChatService(Config(port=("tcp:0",), max_users=max_users), reactor)
    assert service._users == users
    assert service.factory.gate._capacity == 150
    assert service.factory.gate.most == 160


@ensureDeferred
async def test_the_settings_arrive_where_they_count(handlers):
    config = Config(
        port=("tcp:0:interface=127.0.0.1",), lobby=True, quiet=True, max_users=2, manners=Manners(max_line=64)
    )
    service = ChatService(config, reactor)
    service.startService()
    (port,) = ports_of(service)
    alice, bob = await guest_at(port, "alice"), await guest_at(port, "bob")
    alice.sendLine(b"x" * 65)
    alice.sendLine(b"hello")
    await bob.until("alice (all): hello")
    await alice.until("at most 64 bytes")
    late = await connectProtocol(TCP4ClientEndpoint(reactor, "127.0.0.1", port), Guest())
    await late.lost
    assert late.lines == ["(server): The server is full (2 of 2 users). Please try again later."]
    assert not [line for line in alice.lines if "joined" in line]
    await service.stopService()
    await alice.lost
    await bob.lost


@pytest.mark.parametrize("kind", ["tcp", "unix", "haproxy:tcp", "haproxy:unix", "tls"])
@ensureDeferred
async def test_one_whose_connection_is_a_bug_is_closed_and_forgotten(handlers, tmp_path, monkeypatch, kind):
    path, pem = tmp_path / "chat", certificate(tmp_path / "localhost.pem")
    here = {"tcp": "0:interface=127.0.0.1", "unix": str(path), "tls": f"{pem}:0:interface=127.0.0.1"}
    service = ChatService(Config(port=(f"{kind}:{here[kind.split(':')[-1]]}",)), reactor)
    service.startService()
    there = f"unix:{path}" if path.exists() else f"tcp:127.0.0.1:{ports_of(service)[0]}"
    monkeypatch.setattr(line, "Inbox", lambda *parts: 1 / 0)
    with failures() as bugs:
        guest = await connectProtocol(clientFromString(reactor, there), Guest())
        await guest.lost
    assert [bug.type for bug in bugs] == [ZeroDivisionError]
    assert (guest.lines, service.factory.connections, service.factory.gate._inside) == ([], {}, {})
    await service.stopService()


@pytest.mark.parametrize("kind", ["unix", "haproxy:unix"])
@ensureDeferred
async def test_one_who_reads_nothing_is_cut_also_at_a_unix_socket(handlers, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(outlet, "STUCK_SECONDS", 0.1)
    path, manners = tmp_path / "chat", Manners(pace=0, max_unread=1 << 30)
    service = ChatService(Config(port=(f"{kind}:{path}",), manners=manners), reactor)
    service.startService()
    ann, deaf = [await connectProtocol(clientFromString(reactor, f"unix:{path}"), Guest()) for _ in range(2)]
    for guest, name in ((ann, b"ann"), (deaf, b"deaf")):
        if kind.startswith("haproxy"):
            guest.sendLine(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 5")
        guest.sendLine(name)
        await guest.until("Hello, ")
    deaf.transport.pauseProducing()
    for number in range(33):  # more than the kernel takes, and less than Twisted would tell of
        ann.sendLine(b"/bc %s\r\n/ping %d" % (b"x" * 4000, number))
        await ann.until(f"pong {number}")
    await ann.until("deaf lost the connection.")
    assert service.factory.refusals.counts == {("cut", "unread"): 1}
    deaf.transport.resumeProducing()
    await deaf.lost
    ann.sendLine(b"/ping")
    await ann.until("pong")
    await service.stopService()
    await ann.lost
