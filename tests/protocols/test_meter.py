"""What is counted, and that all that happens is."""

from bisect import bisect_left

import pytest
from hypothesis import given, strategies as st
from twisted.internet.task import Clock

from chatserver.language.deeds import Deed
from chatserver.protocols.meter import Histogram, TimedTurn
from tests.people import Server


@given(st.lists(st.floats(0, 10)))
def test_each_is_counted_below_the_first_bound_that_it_does_not_exceed(values):
    histogram = Histogram((1.0, 2.5, 5.0))
    for value in values:
        histogram.observe(value)
    assert histogram.counts == [
        sum(low < value <= high or value == low == 0 for value in values)
        for low, high in ((0, 1), (1, 2.5), (2.5, 5), (5, 11))
    ]
    assert histogram.sum == pytest.approx(sum(values))


def test_a_turn_takes_the_time():
    clock, times = Clock(), iter([5.0, 5.002])
    turn = TimedTurn(clock, lambda: next(times))
    turn.broadcast(b"hello\r\n")
    clock.advance(0)
    place = bisect_left(turn.flushes.bounds, 0.002)
    assert [number for number, count in enumerate(turn.flushes.counts) if count] == [place]
    assert turn.flushes.sum == pytest.approx(0.002)


def test_lines_bytes_and_logins_are_counted():
    server = Server()
    alice = server.connect()
    server.clock.advance(3)
    alice.type("alice")
    (bob,) = server.enter("bob")
    alice.type("connect bob", "one")
    alice.send(b"two\nthree\n")
    bob.type("/dm alice hi", "/bc hi", "/users")
    meter, turn = server.factory.meter, server.factory.turn
    assert {deed: number for deed, number in meter.lines.items() if number} == {
        Deed.ORDINARY: 4,
        Deed.IN_SESSION: 3,
        Deed.DIRECT: 1,
        Deed.TO_ALL: 1,
    }
    assert meter.logins.sum == 3
    assert sum(meter.logins.counts) == 2
    assert meter.received == len("alice\nbob\nconnect bob\none\ntwo\nthree\n/dm alice hi\n/bc hi\n/users\n")
    alice.received(), bob.received()
    before = turn.sent
    bob.type("/users")
    alice.type("five")
    assert len(alice.received() + bob.received()) == turn.sent - before > 0
    server.end()


def test_broadcasts_count_for_each_who_is_sent_them():
    server = Server()
    readers = server.enter("alice", "bob", "carol")
    before = server.factory.turn.sent
    readers[0].type("/bc hello")
    read = sum(len(reader.received()) for reader in readers)
    assert server.factory.turn.sent - before == read
    server.end()


@pytest.mark.parametrize(("name", "event"), [("alice", "cut"), ("", "refused")])
def test_who_has_to_go_is_counted_by_name_or_without(name, event):
    server = Server(manners={"idle_timeout": 5, "login_timeout": 5})
    client = server.connect()
    client.type(*[name][: len(name)])
    server.clock.advance(5)
    reason = "idle_too_long" if name else "login_timed_out"
    assert server.factory.refusals.counts == {(event, reason): 1}
    server.end()
