"""A port that is not the chat's has so many connections and no more; who speaks is served."""

from hypothesis import given, strategies as st
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from chatserver.protocols.share import Share


class Echo(Protocol):
    """Answers with what it was asked."""

    def dataReceived(self, data):
        self.transport.write(data)


class Port:
    """Has a share of so many; remembers who made room, by number."""

    def __init__(self, most):
        self.made_room = []
        self.share = Share(Factory.forProtocol(Echo), most, lambda address: self.made_room.append(address.port))
        self.number = 0

    def connect(self):
        transport = StringTransport(peerAddress=IPv4Address("TCP", "192.0.2.7", self.number))
        self.number += 1
        guest = self.share.buildProtocol(transport.getPeer())
        guest.makeConnection(transport)
        return guest


def is_closed(guest):
    return guest.transport.disconnected


def close(guest):
    guest.connectionLost(Failure(ConnectionDone()))


def test_the_silent_make_room():
    port = Port(3)
    first, second, third, fourth = (port.connect() for _ in range(4))
    assert [is_closed(guest) for guest in (first, second, third, fourth)] == [True, False, False, False]
    assert port.made_room == [0]
    second.dataReceived(b"hello")
    fifth = port.connect()
    assert [is_closed(guest) for guest in (second, third, fourth, fifth)] == [False, True, False, False]
    assert second.transport.value() == b"hello"
    assert port.made_room == [0, 2]


def test_who_is_gone_has_made_room():
    port = Port(1)
    for _ in range(3):
        close(port.connect())
    assert port.made_room == []
    assert not port.share.protocols
    assert not port.share._open


def test_who_has_made_room_still_ends_and_counts_no_more():
    port = Port(1)
    first, second = port.connect(), port.connect()
    first.dataReceived(b"late")
    close(first)
    assert not is_closed(second)
    port.connect()
    assert port.made_room == [0, 1]


def test_the_log_calls_it_what_it_is():
    assert Port(1).share.logPrefix() == "Factory"


@given(st.lists(st.tuples(st.sampled_from(["come", "speak", "leave"]), st.integers(0, 9)), max_size=80))
def test_there_are_never_more_and_the_one_that_spoke_first_goes(steps):
    port, here = Port(3), []
    for what, number in steps:
        if what == "come":
            here.append(port.connect())
        elif here:
            guest = here.pop(number % len(here))
            if what == "speak":
                guest.dataReceived(b"x")
                here.append(guest)
            else:
                close(guest)
        if len(here) > 3:
            assert is_closed(here[0])
            close(here.pop(0))
        assert not any(map(is_closed, here))
        assert len(port.share.protocols) == len(here)
