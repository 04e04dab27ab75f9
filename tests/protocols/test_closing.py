"""A connection is closed in good order, or cut in good time."""

import pytest
from twisted.internet.interfaces import IHalfCloseableDescriptor, ISSLTransport
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from zope.interface import alsoProvides

from chatserver.protocols.closing import Closing
from chatserver.protocols.manners import FLUSH_SECONDS, LAST_ANSWERS_SECONDS


class TwoWays(StringTransport):
    """A connection of which one direction can be closed."""

    write_closed = False

    def loseWriteConnection(self):
        self.write_closed = True


@pytest.fixture
def clock():
    clock = Clock()
    yield clock
    assert clock.getDelayedCalls() == []


def closing(clock, *interfaces, spoken=True):
    transport = TwoWays()
    alsoProvides(transport, *interfaces)
    end = Closing(transport, clock)
    end.peer_has_spoken = spoken
    return end, transport


def test_our_side_first_then_both(clock):
    end, transport = closing(clock, IHalfCloseableDescriptor)
    end.begin()
    assert (transport.write_closed, transport.disconnecting) == (True, False)
    end.peer_closed()
    assert transport.disconnecting
    end.end()


@pytest.mark.parametrize("interfaces", [(), (IHalfCloseableDescriptor, ISSLTransport)])
def test_both_where_there_are_no_sides(clock, interfaces):
    end, transport = closing(clock, *interfaces)
    end.begin()
    assert (transport.write_closed, transport.disconnecting) == (False, True)
    end.end()


def test_both_where_nothing_can_be_unread(clock):
    end, transport = closing(clock, IHalfCloseableDescriptor, spoken=False)
    end.begin()
    assert (transport.write_closed, transport.disconnecting) == (False, True)
    end.end()


def test_a_peer_that_closed_first_has_time_to_read(clock):
    end, transport = closing(clock, IHalfCloseableDescriptor)
    end.peer_closed()
    assert not transport.disconnecting
    end.begin()
    assert (transport.write_closed, transport.disconnecting) == (False, True)
    clock.advance(LAST_ANSWERS_SECONDS - 1)
    assert not transport.disconnected
    clock.advance(1)
    assert transport.disconnected


def test_it_is_cut_in_the_end(clock):
    end, transport = closing(clock, IHalfCloseableDescriptor)
    end.begin()
    clock.advance(FLUSH_SECONDS - 0.1)
    assert not transport.disconnected
    clock.advance(0.1)
    assert transport.disconnected


@pytest.mark.parametrize("peer_first", [True, False])
def test_in_a_hurry_it_is_cut_after_two_seconds(clock, peer_first):
    end, transport = closing(clock, IHalfCloseableDescriptor)
    end.hurry()
    if peer_first:
        end.peer_closed()
    end.begin()
    clock.advance(1)
    end.hurry()
    clock.advance(FLUSH_SECONDS - 1)
    assert transport.disconnected != peer_first
    clock.advance(1)
    assert transport.disconnected
