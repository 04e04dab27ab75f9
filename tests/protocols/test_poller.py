"""What is read by the poller, and what is left to the reactor."""

import select
import socket
import struct
from contextlib import suppress
from functools import partial

from pytest_twisted import async_yield_fixture, ensureDeferred
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import deferLater
from twisted.python.failure import Failure
from zope.interface import implementer

from chatserver.protocols.poller import Poller
from tests.people import failures
from tests.processes import LIMIT


class Ear(Protocol):
    """Hears what its poller reads, and can be waited for."""

    def __init__(self, poller):
        self.poller, self.heard, self.lost, self._wanted = poller, b"", None, None

    def connectionMade(self):
        self.poller.adopt(self.transport)
        self.happened("made")

    def dataReceived(self, data):
        self.heard += data
        self.after()
        self.happened(data)

    def after(self):
        """What a test wants to be done about what was heard."""

    def connectionLost(self, reason):
        self.lost = reason.type
        self.happened("lost")

    def until(self, what):
        self._wanted, self._deferred = what, Deferred()
        return self._deferred

    def happened(self, what):
        if what == self._wanted:
            self._wanted = None
            self._deferred.callback(None)


@implementer(IHalfCloseableProtocol)
class HalfEar(Ear):
    """One that is told of a half-close."""

    def readConnectionLost(self):
        self.happened("half")

    def writeConnectionLost(self):
        pass


class Room:
    """A poller, and connections to it whose other end is a plain socket."""

    def __init__(self):
        self.poller = Poller(reactor)
        self.guests = []

    async def connect(self, kind=Ear):
        ear = kind(self.poller)
        factory = Factory.forProtocol(lambda: ear)
        port = reactor.listenTCP(0, factory, interface="127.0.0.1")
        made = ear.until("made")
        guest = socket.create_connection(("127.0.0.1", port.getHost().port))
        self.guests.append(guest)
        await made
        await port.stopListening()
        return ear, guest

    def is_reader(self):
        return self.poller in reactor.getReaders()


@async_yield_fixture
async def room():
    room = Room()
    yield room
    for transport in tuple(room.poller._readers.values()):
        lost = transport.protocol.until("lost")
        transport.abortConnection()
        await lost
    for guest in room.guests:
        guest.close()
    assert not room.is_reader()


def turn_of_the_reactor():
    return deferLater(reactor, 0)


async def read_by(guest, size):
    guest.setblocking(False)
    while size:
        with suppress(BlockingIOError):
            size -= len(guest.recv(size))
        await turn_of_the_reactor()


async def said(ear, guest, data):
    heard = ear.until(data)
    guest.sendall(data)
    await heard


@ensureDeferred
async def test_it_reads_for_all_that_it_adopts(room):
    pairs = [await room.connect() for _ in range(3)]
    for ear, guest in pairs:
        await said(ear, guest, b"one")
        await said(ear, guest, b"two")
    assert [ear.heard for ear, _ in pairs] == [b"onetwo"] * 3
    assert not {ear.transport for ear, _ in pairs} & set(reactor.getReaders())


@ensureDeferred
async def test_a_paused_connection_is_not_read_and_loses_nothing(room):
    (one, guest), (two, other) = await room.connect(), await room.connect()
    one.transport.pauseProducing()
    guest.sendall(b"waits")
    await said(two, other, b"goes on")
    assert one.heard == b""
    heard = one.until(b"waits")
    one.transport.resumeProducing()
    await heard


@ensureDeferred
async def test_what_was_said_before_the_end_is_heard_and_then_the_end(room):
    ear, guest = await room.connect()
    lost = ear.until("lost")
    guest.sendall(b"last words")
    guest.close()
    await lost
    assert (ear.heard, ear.lost) == (b"last words", ConnectionDone)
    assert not room.is_reader()


@ensureDeferred
async def test_a_half_closed_connection_can_still_be_written_to(room):
    ear, guest = await room.connect(HalfEar)
    half = ear.until("half")
    guest.sendall(b"question")
    guest.shutdown(socket.SHUT_WR)
    await half
    lost = ear.until("lost")
    ear.transport.write(b"answer")
    ear.transport.loseConnection()
    await lost
    assert (ear.heard, guest.recv(100), guest.recv(100)) == (b"question", b"answer", b"")


@ensureDeferred
async def test_a_reset_connection_is_lost(room):
    ear, guest = await room.connect()
    lost = ear.until("lost")
    guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    guest.close()
    await lost
    assert ear.heard == b""


@ensureDeferred
async def test_what_was_said_before_the_end_is_heard_also_by_one_who_waits_to_write(room):
    ear, guest = await room.connect()
    ear.transport.write(b"x" * 10_000_000)
    await said(ear, guest, b"goes on. ")
    lost = ear.until("lost")
    guest.sendall(b"last words")
    guest.close()
    await lost
    assert ear.heard == b"goes on. last words"


@ensureDeferred
async def test_after_writing_it_reads_again_unless_it_is_paused(room):
    ear, guest = await room.connect()
    for pause in (False, True):
        ear.transport.write(b"x" * 10_000_000)
        ear.transport.pauseProducing()
        ear.transport.resumeProducing()
        assert ear.transport in reactor.getReaders()
        if pause:
            ear.transport.pauseProducing()
        guest.sendall(b"more")
        await read_by(guest, 10_000_000)
        while ear.transport in reactor.getWriters():
            await turn_of_the_reactor()
        assert ear.transport not in reactor.getReaders()
    assert ear.heard == b"more"
    heard = ear.until(b"more")
    ear.transport.resumeProducing()
    await heard


@ensureDeferred
async def test_a_bug_costs_its_own_connection_only(room):
    (one, guest), (two, other) = await room.connect(), await room.connect()
    one.after = partial(int, "a bug")
    lost = one.until("lost")
    guest.sendall(b"x")
    with failures() as bugs:
        await lost
    assert len(bugs) == 1
    await said(two, other, b"goes on")


@ensureDeferred
async def test_who_is_cut_while_data_of_many_is_handled_hears_nothing_more(room):
    pairs = [await room.connect() for _ in range(2)]
    (one, _), (two, _) = pairs
    one.after, two.after = two.transport.abortConnection, one.transport.abortConnection
    for _, guest in pairs:
        guest.sendall(b"x")
    while len(select.select([one.transport, two.transport], [], [], LIMIT)[0]) < 2:
        pass
    room.poller.doRead()
    assert {one.heard, two.heard} == {b"x", b""}
    await (two if one.heard else one).until("lost")


@ensureDeferred
async def test_a_reactor_that_stops_loses_its_connections_too(room):
    ear, _ = await room.connect()
    lost = ear.until("lost")
    room.poller.connectionLost(Failure(ConnectionLost()))
    await lost
    assert not room.is_reader()
