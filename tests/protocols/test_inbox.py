"""What has arrived waits for the pace and for room, is never lost, and nothing more is read meanwhile."""

import pytest
from hypothesis import given, strategies as st
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from chatserver.domain.events import LinesWait
from chatserver.language.deeds import Deed
from chatserver.protocols import inbox as module
from chatserver.protocols.framer import BULK
from chatserver.protocols.inbox import LOOK_SECONDS, Inbox
from chatserver.protocols.manners import ANSWER_BYTES, Manners
from chatserver.protocols.meter import Meter
from chatserver.protocols.telnet import Signal


class Desk:
    """Handles lines by keeping them; a number is answered by so much that it costs so many tokens."""

    def __init__(self, burst=3, pace=2):
        self.clock = Clock()
        self.transport = StringTransport()
        self.outbox = self
        self.meter = Meter()
        self.is_full = False
        self.sent = 0
        self.offered = []
        self.handled = []
        self.told = []
        self.tell = self.told.append
        self.waits = []
        self.inbox = Inbox(self.transport, self, Manners(burst=burst, pace=pace), self.clock, self.meter)

    def handle_lines(self, lines):
        self.offered.append(lines.count(b"\n"))
        return

    def handle(self, found):
        self.handled.append(found)
        self.sent += (int(found) - 1) * ANSWER_BYTES if isinstance(found, bytes) and found.isdigit() else 0
        return Deed.ORDINARY

    def go_on(self, waited):
        self.waits.append(waited)
        self.inbox.go_on()

    @property
    def reads(self):
        return self.transport.producerState == "producing"


def test_a_burst_is_handled_at_once_and_the_rest_at_its_pace():
    desk = Desk()
    desk.inbox.feed(b"a\nb\nc\n")
    assert (desk.handled, desk.reads, desk.told) == ([b"a", b"b", b"c"], True, [])
    desk.inbox.feed(b"d\ne\n")
    assert (desk.handled, desk.reads, desk.told) == ([b"a", b"b", b"c"], False, [LinesWait(2)])
    desk.clock.pump([0.07] * 7)
    assert desk.handled[3:] == []
    desk.clock.pump([0.1] * 2)
    assert desk.handled[3:] == [b"d"]
    desk.clock.pump([0.1] * 5)
    assert (desk.handled[3:], desk.reads) == ([b"d", b"e"], True)
    assert desk.told == [LinesWait(2)]
    assert sum(desk.waits) == pytest.approx(0.07 * 7 + 0.1 * 6)
    assert desk.clock.getDelayedCalls() == []


def test_it_is_told_again_only_after_some_quiet():
    desk = Desk()
    desk.inbox.feed(b"a\n" * 10)
    desk.clock.pump([0.1] * 36)
    assert (len(desk.handled), len(desk.told)) == (10, 1)
    for _ in range(5):
        desk.inbox.feed(b"a\na\n")
        desk.clock.pump([0.1] * 10)
    assert len(desk.told) == 1
    desk.clock.pump([0.1] * 15)
    desk.inbox.feed(b"a\n" * 5)
    assert len(desk.told) == 2


def test_what_costs_more_is_waited_for_longer():
    desk = Desk()
    desk.inbox.feed(b"10\nb\n")
    desk.clock.pump([0.1] * 39)
    assert desk.handled == [b"10"]
    desk.clock.pump([0.1] * 2)
    assert desk.handled == [b"10", b"b"]


def test_what_arrives_although_nothing_is_read_waits_its_turn():
    desk = Desk(burst=1)
    desk.inbox.feed(b"a\nb\n")
    desk.inbox.feed(b"c\n")
    assert desk.handled == [b"a"]
    desk.clock.pump([0.1] * 11)
    assert desk.handled == [b"a", b"b", b"c"]


def test_20_lines_at_the_pace_never_wait():
    desk = Desk(burst=8, pace=5)
    desk.inbox.feed(b"a\n" * 8)
    for _ in range(20):
        desk.clock.advance(0.2001)
        desk.inbox.feed(b"a\n")
    assert (len(desk.handled), desk.told) == (28, [])


def test_one_who_vanishes_while_lines_wait_is_noticed(monkeypatch):
    desk = Desk(burst=1)
    desk.inbox.feed(b"a\nb\nc\n")
    desk.clock.advance(LOOK_SECONDS)
    assert not desk.transport.disconnected
    monkeypatch.setattr(module, "is_gone", lambda transport: transport is desk.transport)
    desk.clock.advance(LOOK_SECONDS)
    assert desk.transport.disconnected
    assert desk.handled == [b"a"]
    assert desk.clock.getDelayedCalls() == []


def test_without_a_pace_nothing_waits():
    desk = Desk(pace=0)
    desk.inbox.feed(b"a\n" * 1000)
    assert (len(desk.handled), desk.reads) == (1000, True)
    assert desk.offered == [*range(1000, 0, -BULK)]


def all_at_once(desk):
    """Have `desk` take what it is offered; returns where."""
    taken = []
    desk.handle_lines = lambda lines: taken.append(lines) or Deed.IN_SESSION
    return taken


def test_lines_may_be_handled_at_once():
    desk = Desk(pace=0)
    taken = all_at_once(desk)
    desk.inbox.feed(b"a\nb\r\n\nc\nd")
    desk.inbox.feed(b"\nalone\n")
    desk.inbox.feed(b"e\n\xff\xf6f\n")
    assert taken == [b"a\nb\n\nc\n", b"d\nalone\n", b"e\n", b"f\n"]
    assert desk.handled == [Signal.ARE_YOU_THERE]


def test_lines_are_handled_at_once_where_the_pace_allows_them_all_and_cost_what_they_do_alone():
    desk = Desk(burst=4, pace=2)
    taken = all_at_once(desk)
    desk.inbox.feed(b"a\nb\nc\n")
    desk.inbox.feed(b"d\n")
    desk.inbox.feed(b"e\nf\n")
    assert (taken, desk.handled, desk.reads) == ([b"a\nb\nc\n", b"d\n"], [], False)
    desk.clock.pump([0.1] * 6)
    assert (taken[2:], desk.handled) == ([], [b"e"])
    desk.clock.pump([0.1] * 5)
    assert (desk.handled, desk.reads) == ([b"e", b"f"], True)


def test_lines_are_counted_by_kind_and_so_is_what_waits():
    desk = Desk(burst=4, pace=2)
    desk.inbox.feed(b"a\n")
    all_at_once(desk)
    desk.inbox.feed(b"b\nc\n")
    desk.inbox.feed(b"d\ne\nf\n")
    lines = desk.meter.lines
    assert (lines[Deed.ORDINARY], lines[Deed.IN_SESSION]) == (2, 2)
    assert [inbox.waiting_lines for inbox in desk.meter.waiting] == [2]
    assert desk.meter.received == 12
    desk.clock.pump([0.1] * 11)
    assert (lines[Deed.ORDINARY], lines[Deed.IN_SESSION], sum(lines.values())) == (4, 2, 6)
    assert desk.meter.waiting == set()


@pytest.mark.parametrize("end", ["close", "discard"])
def test_one_who_is_gone_waits_no_more(end):
    desk = Desk(burst=1)
    desk.inbox.feed(b"a\nb\n")
    assert desk.meter.waiting == {desk.inbox}
    getattr(desk.inbox, end)()
    assert desk.meter.waiting == set()


def test_lines_wait_while_answers_have_no_room():
    desk = Desk()
    desk.is_full = True
    desk.inbox.feed(b"a\n")
    assert (desk.handled, desk.reads, desk.told) == ([], False, [])
    desk.is_full = False
    desk.inbox.go_on()
    assert (desk.handled, desk.reads) == ([b"a"], True)


def test_room_does_not_make_up_for_the_pace():
    desk = Desk(burst=1)
    desk.inbox.feed(b"a\nb\n")
    desk.inbox.go_on()
    assert desk.handled == [b"a"]
    assert len(desk.clock.getDelayedCalls()) == 1


@pytest.mark.parametrize("end", ["close", "discard"])
def test_after_the_end_nothing_is_handled_or_scheduled(end):
    desk = Desk(burst=1)
    desk.inbox.feed(b"a\nb\nc")
    getattr(desk.inbox, end)()
    desk.inbox.feed(b"d\n")
    assert desk.handled == [b"a"]
    assert desk.clock.getDelayedCalls() == []
    assert not desk.inbox.unfinished
    assert desk.reads == (end == "discard")


@given(st.lists(st.tuples(st.sampled_from(["feed", "advance", "full", "room"]), st.integers(1, 12))))
def test_nothing_is_lost_and_nothing_overtakes(steps):
    desk, sent = Desk(burst=4, pace=5), []
    for what, number in steps:
        if what == "feed":
            lines = [b"%da" % (len(sent) + i) for i in range(number)]
            sent += lines
            desk.inbox.feed(b"".join(line + b"\n" for line in lines))
        elif what == "advance":
            desk.clock.pump([0.1] * number)
        else:
            desk.is_full = what == "full"
            if not desk.is_full:
                desk.inbox.go_on()
        assert len(desk.handled) <= 4 + 5 * desk.clock.seconds() + 1
        assert desk.handled == sent[: len(desk.handled)]
    desk.is_full = False
    desk.inbox.go_on()
    desk.clock.pump([0.1] * (2 * len(sent) + 2))
    assert desk.handled == sent
    assert desk.reads
    assert desk.clock.getDelayedCalls() == []
