"""What a user leaves unread is bounded, and nothing of it is lost or out of order, whichever way it goes."""

import pytest
from hypothesis import given, strategies as st
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from chatserver.protocols import outlet as outlets
from chatserver.protocols.manners import STUCK_SECONDS, UNREAD_BURST, UNREAD_SECONDS, UNREAD_SOFT
from chatserver.protocols.outlet import BufferedOutlet, DirectOutlet, outlet_for

KERNEL, ALLOWANCE = 10_000, 100_000


class Pipe(StringTransport):
    """A TCP transport whose peer reads when it is told to: a kernel that takes `KERNEL` bytes, and Twisted's buffer."""

    def __init__(self):
        super().__init__()
        self.taken = b""
        self.kernel = self.buffered = 0

    def getHandle(self):
        return self

    def send(self, data):
        size = min(len(data), KERNEL - self.kernel)
        if not size:
            raise BlockingIOError
        self.kernel += size
        self.taken += data[:size]
        return size

    def write(self, data):
        self.taken += data
        self.buffered += len(data)
        if self.streaming and self.buffered > UNREAD_SOFT:
            self.producer.pauseProducing()

    def registerProducer(self, producer, streaming):
        super().registerProducer(producer, streaming)
        if not streaming:
            producer.resumeProducing()

    def drain(self, most=1_000_000_000):
        """The peer reads so many bytes or all that there is, and the reactor has its turns to send more."""
        self.kernel = 0
        while self.buffered and most > 0:
            most -= self.buffered
            self.buffered = 0
            if self.producer:
                self.producer.resumeProducing()
            self.kernel = 0


class Desk:
    """Has an outlet, and counts what it is told."""

    def __init__(self, kind):
        self.transport = Pipe()
        self.clock = Clock()
        self.waits = []
        self.whys = []
        self.outlet = kind(self.transport, self, ALLOWANCE, self.clock)

    def go_on(self, waited):
        self.waits.append(waited)

    def was_cut(self, why):
        self.whys.append(why)

    @property
    def overflows(self):
        return len(self.whys)


@pytest.fixture(params=[BufferedOutlet, DirectOutlet])
def desk(request):
    return Desk(request.param)


def test_the_soft_bound_is_said_and_the_hard_one_cuts(desk):
    desk.outlet.write(b"x" * KERNEL)
    assert not desk.outlet.is_full
    desk.outlet.write(b"x" * 2 * UNREAD_SOFT)
    assert desk.outlet.is_full
    desk.outlet.write(b"x" * (ALLOWANCE - desk.outlet._unread))
    desk.clock.advance(UNREAD_SECONDS)
    assert (desk.overflows, desk.transport.disconnected) == (0, False)
    desk.outlet.write(b"x")
    assert desk.overflows == 0
    desk.clock.advance(UNREAD_SECONDS)
    assert (desk.overflows, desk.transport.disconnected) == (1, True)
    desk.outlet.write(b"lost")
    desk.clock.advance(UNREAD_SECONDS)
    assert desk.overflows == 1
    assert not desk.transport.taken.endswith(b"lost")


def test_it_tells_for_how_long_there_was_no_room(desk):
    for seconds in (0.25, 0.5):
        desk.outlet.write(b"x" * (KERNEL + 2 * UNREAD_SOFT))
        desk.clock.advance(seconds / 2)
        desk.outlet.write(b"x")
        desk.clock.advance(seconds / 2)
        desk.transport.drain()
        desk.clock.advance(1)
    assert desk.waits == [0.25, 0.5]


def test_one_who_reads_is_not_cut_for_a_burst(desk):
    for _ in range(5):
        desk.outlet.write(b"x" * 1_000_000)
        desk.outlet.write(b"x" * 10 * ALLOWANCE)
        desk.transport.drain()
        desk.clock.advance(UNREAD_SECONDS)
    assert (desk.overflows, desk.outlet.is_full) == (0, False)
    assert len(desk.waits) == 5
    assert len(desk.transport.taken) == 5 * (1_000_000 + 10 * ALLOWANCE)


def test_one_who_is_slow_but_reads_is_not_cut_for_a_burst(desk):
    desk.outlet.write(b"x" * 10 * ALLOWANCE)
    for _ in range(5):
        desk.transport.drain(UNREAD_SOFT)
        desk.clock.advance(UNREAD_SECONDS)
        assert desk.overflows == 0
    desk.clock.advance(UNREAD_SECONDS)
    assert desk.overflows == 1


def test_one_who_is_slow_is_cut_for_too_much(desk):
    desk.outlet.write(b"x" * (UNREAD_BURST + 3) * ALLOWANCE)
    desk.transport.drain(UNREAD_SOFT)
    desk.clock.advance(UNREAD_SECONDS)
    assert desk.overflows == 1


def test_one_who_reads_a_part_all_the_time_is_not_cut(desk):
    for _ in range(100):
        desk.outlet.write(b"x" * 170_000)
        desk.clock.advance(UNREAD_SECONDS)
        desk.transport.drain()
    assert desk.overflows == 0


LITTLE = KERNEL + UNREAD_SOFT + 1
"""Bytes that fill a transport, and are no more than anybody may leave unread."""


def test_one_who_takes_nothing_is_cut_however_little_it_is(desk):
    desk.outlet.write(b"x" * LITTLE)
    desk.clock.advance(STUCK_SECONDS - 1)
    desk.outlet.write(b"x")
    assert not desk.transport.disconnected
    desk.clock.advance(1)
    assert desk.transport.disconnected
    assert desk.whys == ["took nothing for 120 s"]
    desk.outlet.stopProducing()
    assert desk.clock.getDelayedCalls() == []


def test_one_who_takes_something_now_and_then_is_not(desk):
    for _ in range(5):
        desk.outlet.write(b"x" * LITTLE)
        desk.clock.advance(STUCK_SECONDS - 1)
        desk.transport.drain(UNREAD_SOFT)
    assert desk.whys == []
    desk.transport.drain()
    assert desk.clock.getDelayedCalls() == []
    desk.outlet.write(b"x")
    assert desk.clock.getDelayedCalls() == []


def test_a_transport_that_says_twice_that_it_is_full_is_waited_for_once():
    desk = Desk(BufferedOutlet)
    desk.outlet.pauseProducing()
    desk.outlet.pauseProducing()
    assert len(desk.clock.getDelayedCalls()) == 1


@pytest.mark.parametrize("end", ["close", "stopProducing"])
def test_one_who_is_leaving_or_gone_is_not_waited_for(desk, end):
    desk.outlet.write(b"x" * LITTLE)
    getattr(desk.outlet, end)()
    assert desk.clock.getDelayedCalls() == []


def test_one_who_is_gone_when_the_transport_is_full_is_not_waited_for():
    desk = Desk(DirectOutlet)
    desk.transport.registerProducer = lambda producer, streaming: producer.stopProducing()
    desk.outlet.write(b"x" * LITTLE)
    assert desk.clock.getDelayedCalls() == []


def test_where_the_kernel_cuts_one_who_takes_nothing_there_is_no_timer(desk, monkeypatch):
    monkeypatch.setattr(outlets, "cuts_the_stuck", lambda transport: transport is desk.transport)
    desk.outlet.write(b"x" * LITTLE)
    assert desk.clock.getDelayedCalls() == []


@pytest.mark.parametrize("unread", [0, 1_000_000])
@pytest.mark.parametrize("end", ["close", "stopProducing"])
def test_after_the_end_nothing_is_sent(desk, end, unread):
    desk.outlet.write(b"last" + b"x" * unread)
    desk.outlet.write(b"y" * unread)
    getattr(desk.outlet, end)()
    desk.outlet.write(b"too late")
    desk.outlet.close()
    desk.clock.advance(UNREAD_SECONDS)
    assert not desk.transport.taken.endswith(b"too late")
    assert desk.overflows == 0
    if end == "close":
        assert desk.transport.producer is None
        assert desk.transport.taken == b"last" + b"x" * unread + b"y" * unread


def test_a_connection_that_is_gone_is_found_out_by_the_transport():
    desk = Desk(DirectOutlet)

    def broken(data):
        raise BrokenPipeError

    desk.transport.send = broken
    desk.outlet.write(b"x")
    assert desk.transport.buffered == 1


def test_what_is_no_plain_tcp_transport_is_written_to():
    assert isinstance(outlet_for(Pipe(), None, ALLOWANCE, Clock()), BufferedOutlet)


STEPS = st.lists(st.one_of(st.integers(1, 90_000), st.sampled_from(["drain", "turn"])), max_size=40)


@given(st.sampled_from([BufferedOutlet, DirectOutlet]), STEPS)
def test_what_is_held_is_bounded_and_what_was_sent_is_in_order(kind, steps):
    desk, sent = Desk(kind), b""
    for number, step in enumerate(steps):
        if step == "drain":
            desk.transport.drain()
        elif step == "turn":
            desk.clock.advance(UNREAD_SECONDS)
            assert desk.outlet._unread <= ALLOWANCE or desk.overflows
        else:
            data = bytes([number % 256]) * step
            sent += data
            desk.outlet.write(data)
        assert desk.outlet._unread == sum(map(len, desk.outlet._kept or ())) or desk.overflows
        if desk.overflows:
            assert sent.startswith(desk.transport.taken)
            return
        assert desk.transport.buffered <= 2 * UNREAD_SOFT
    desk.transport.drain()
    desk.clock.advance(UNREAD_SECONDS)
    assert desk.transport.taken == sent
    assert not desk.outlet.is_full
    assert desk.clock.getDelayedCalls() == []
