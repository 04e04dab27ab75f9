"""Whatever is told to whom, within a turn and across turns, each reader gets exactly its stream, in order."""

import pytest
from hypothesis import given, settings, strategies as st

from chatserver.protocols.manners import UNREAD_SOFT
from chatserver.protocols.outbox import Outbox
from chatserver.protocols.turn import Turn
from tests.protocols.test_turn import Turns


class Drain:
    """An outlet that keeps what is written to it."""

    is_full = False

    def __init__(self):
        self.written = []
        self.closed = False

    def write(self, data):
        assert data
        assert not self.closed
        self.written.append(data if isinstance(data, bytes) else bytes(data))

    def close(self):
        self.closed = True


class Owner:
    """Counts what it is told."""

    went_on = failed = 0

    def go_on(self):
        self.went_on += 1

    def fail(self, bug):
        self.failed += bug.value.args == ("a bug",)


class Readers:
    """Outboxes that share a turn; `streams` is what each is to get."""

    def __init__(self, number):
        self.clock = Turns()
        self.turn = Turn(self.clock)
        self.drains = [Drain() for _ in range(number)]
        self.owners = [Owner() for _ in self.drains]
        self.outboxes = [Outbox(self.turn, *pair) for pair in zip(self.drains, self.owners, strict=True)]
        self.streams = [b""] * number
        self.members = set()

    def tell(self, reader, data):
        self.outboxes[reader].send(data)
        self.streams[reader] += data

    def broadcast(self, data, omit=()):
        self.turn.broadcast(data)
        for reader in self.members:
            if reader in omit:
                self.outboxes[reader].leave_out()
            else:
                self.streams[reader] += data

    def join(self, reader):
        self.outboxes[reader].join()
        self.members.add(reader)

    def leave(self, reader):
        self.outboxes[reader].leave()
        self.members.discard(reader)

    @property
    def read(self):
        return [b"".join(drain.written) for drain in self.drains]


def test_broadcasts_of_a_turn_are_one_write_of_the_same_bytes():
    readers = Readers(3)
    for reader in range(3):
        readers.join(reader)
    readers.clock.one()
    readers.broadcast(b"1")
    readers.broadcast(b"2")
    readers.tell(2, b"own")
    readers.broadcast(b"3", omit={2})
    assert readers.read == [b"", b"", b""]
    readers.clock.one()
    assert [drain.written for drain in readers.drains] == [[b"123"], [b"123"], [b"12own"]]
    assert readers.drains[0].written[0] is readers.drains[1].written[0]
    assert readers.clock.calls == []


def test_a_close_sends_what_was_told_before_and_nothing_after():
    readers = Readers(2)
    for reader in range(2):
        readers.join(reader)
    readers.broadcast(b"1")
    readers.tell(0, b"bye")
    readers.leave(0)
    readers.outboxes[0].close()
    assert (readers.drains[0].written, readers.drains[0].closed) == ([b"1bye"], True)
    readers.broadcast(b"2")
    readers.clock.one()
    assert [drain.written for drain in readers.drains] == [[b"1bye"], [b"12"]]


def test_who_has_asked_for_much_in_one_turn_waits_for_its_end():
    readers = Readers(2)
    readers.tell(0, b"x" * UNREAD_SOFT)
    readers.tell(1, b"x")
    assert not readers.outboxes[0].is_full
    readers.tell(0, b"x")
    assert readers.outboxes[0].is_full
    readers.clock.one()
    assert not readers.outboxes[0].is_full
    readers.clock.one()
    assert [owner.went_on for owner in readers.owners] == [1, 0]
    readers.drains[0].is_full = True
    readers.tell(0, b"x" * 2 * UNREAD_SOFT)
    readers.clock.one()
    readers.clock.one()
    assert readers.outboxes[0].is_full
    assert [owner.went_on for owner in readers.owners] == [1, 0]


def test_a_large_turn_is_shared_also_by_those_who_have_lines_of_their_own():
    readers, written = Readers(2), []
    for reader in range(2):
        readers.join(reader)
    readers.clock.one()
    for drain in readers.drains:
        drain.write = written.append
    readers.broadcast(b"1" * UNREAD_SOFT)
    readers.broadcast(b"2" * 10, omit={1})
    readers.broadcast(b"3" * UNREAD_SOFT)
    readers.clock.one()
    first, second, everything = written
    assert (first.obj is everything, second.obj is everything) == (True, True)
    assert bytes(first) + bytes(second) == readers.streams[1]


def test_a_bug_in_sending_to_one_is_that_ones_alone():
    readers = Readers(3)
    for reader in range(3):
        readers.join(reader)
    readers.clock.one()

    def bug(data):
        raise RuntimeError("a bug")

    readers.drains[0].write = readers.drains[1].write = bug
    readers.broadcast(b"1")
    readers.tell(1, b"own")
    readers.clock.one()
    readers.clock.one()
    assert [owner.failed for owner in readers.owners] == [1, 1, 0]
    readers.broadcast(b"2")
    readers.clock.one()
    assert readers.drains[2].written == [b"1", b"2"]


READER = st.integers(0, 4)
STEPS = st.one_of(
    st.tuples(st.just("tell"), READER, st.none()),
    st.tuples(st.just("broadcast"), READER, st.sets(READER, max_size=2)),
    st.tuples(st.sampled_from(["join", "leave", "end"]), READER, st.none()),
)


@pytest.fixture(autouse=True, scope="module")
def _small_slices():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chatserver.protocols.turn.SLICE", 3)
        yield


@given(st.lists(STEPS, max_size=60))
@settings(max_examples=500)
def test_each_reader_gets_exactly_its_stream(steps):
    readers, told = Readers(5), set()
    for number, (what, reader, omit) in enumerate(steps):
        data = b"%d " % number
        if what == "tell":
            readers.tell(reader, data)
            told.add(reader)
        elif what == "broadcast":
            readers.broadcast(data, omit)
        elif what == "end":
            readers.clock.one()
            for mine, (read, stream) in enumerate(zip(readers.read, readers.streams, strict=True)):
                assert stream == read if mine in told else stream.startswith(read)
            assert not any(outbox.is_touched for outbox in readers.outboxes)
            told.clear()
        elif (what == "join") == (reader not in readers.members):
            getattr(readers, what)(reader)
    readers.clock.all()
    assert readers.read == readers.streams
    assert [outbox.sent for outbox in readers.outboxes] == [
        sum(len(b"%d " % i) for i, (what, reader, _) in enumerate(steps) if what == "tell" and reader == mine)
        for mine in range(5)
    ]
