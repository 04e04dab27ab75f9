"""What a user leaves unread is bounded."""

import pytest
from hypothesis import given, strategies as st
from twisted.internet.testing import StringTransport

from chatserver.protocols.outbox import Outbox

SOFT, ALLOWANCE = 64, 100


class Pipe(StringTransport):
    """A transport that says when it holds more than `SOFT` bytes that its peer does not take, as Twisted's do."""

    held = 0

    def write(self, data):
        super().write(data)
        self.held += len(data)
        if self.held > SOFT:
            self.producer.pauseProducing()

    def drain(self):
        self.held = 0
        self.producer.resumeProducing()


class Desk:
    """Has an outbox, and counts what it is told."""

    def __init__(self):
        self.transport = Pipe()
        self.went_on = self.overflows = 0
        self.outbox = Outbox(self.transport, self, ALLOWANCE)

    def go_on(self):
        self.went_on += 1

    def output_overflows(self):
        self.overflows += 1


def test_the_soft_bound_is_said_and_the_hard_one_cuts():
    desk = Desk()
    desk.outbox.send(b"x" * SOFT)
    assert not desk.outbox.is_full
    desk.outbox.send(b"x" * 1000)
    assert desk.outbox.is_full
    desk.outbox.send(b"x" * ALLOWANCE)
    assert (desk.overflows, desk.transport.disconnected) == (0, False)
    desk.outbox.send(b"x")
    assert (desk.overflows, desk.transport.disconnected) == (1, True)
    desk.outbox.send(b"lost")
    assert desk.overflows == 1
    assert not desk.transport.value().endswith(b"lost")


def test_who_reads_again_has_all_the_room_again():
    desk = Desk()
    for _ in range(5):
        desk.outbox.send(b"x" * (SOFT + 1))
        desk.outbox.send(b"x" * ALLOWANCE)
        desk.transport.drain()
        assert not desk.outbox.is_full
    assert (desk.went_on, desk.overflows) == (5, 0)


@pytest.mark.parametrize("end", ["close", "stopProducing"])
def test_after_the_end_nothing_is_sent(end):
    desk = Desk()
    desk.outbox.send(b"last")
    getattr(desk.outbox, end)()
    desk.outbox.send(b"too late")
    desk.outbox.close()
    assert desk.transport.value() == b"last"
    assert (desk.transport.producer is None) == (end == "close")


@given(st.lists(st.one_of(st.integers(1, 60), st.none())))
def test_what_is_held_is_bounded_and_what_was_sent_is_in_order(steps):
    desk, sent = Desk(), b""
    for number, size in enumerate(steps):
        if desk.overflows:
            break
        if size is None:
            desk.transport.drain()
        else:
            data = bytes([number % 256]) * size
            sent += data
            desk.outbox.send(data)
        assert desk.transport.held <= SOFT + 60 + ALLOWANCE + 60
        assert desk.outbox.is_full == (desk.transport.held > SOFT)
    assert desk.transport.value() == sent
    assert desk.outbox.sent == len(sent)
