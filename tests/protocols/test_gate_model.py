"""The gate held against one that looks through everybody, and what it costs not to."""

import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock

from chatserver.domain.farewells import MadeRoom, ServerFull, TooManyHere, TooManyLately
from chatserver.protocols import gate as gates
from chatserver.protocols.gate import Gate
from chatserver.protocols.manners import Manners
from chatserver.protocols.pace import Pace
from tests.protocols.test_gate import Visitor

CAPACITY = 5
LIMITS = {"per_address": 3, "per_minute": 12, "newcomers_per_address": 2, "newcomers": 3}
TRUSTED = (ip_network("10.0.0.0/8"),)
PROXY = "10.0.0.1"


class PlainGate:
    """The same, said with lists."""

    def __init__(self, clock):
        self.clock = clock
        self.inside = []
        self.placed = {}
        self.newcomers = []
        self.unplaced = []
        self.paces = {}

    def place(self, visitor):
        host = visitor.address.host
        return None if host.startswith("10.") else host

    def enter(self, visitor, may_move=False):
        if self.place(visitor):
            return self.let_in(visitor)
        if len(self.inside) >= CAPACITY and not self.make_room(self.newcomers):
            return ServerFull(CAPACITY)
        self.inside.append(visitor)
        if may_move:
            self.unplaced.append(visitor)
        return None

    def look_again(self, visitor):
        if visitor not in self.unplaced:
            return None
        self.unplaced.remove(visitor)
        return self.let_in(visitor) if self.place(visitor) else None

    def let_in(self, visitor):
        place = self.place(visitor)
        mine = [other for other in self.inside if self.placed.get(other) == place]
        waiting = [other for other in self.newcomers if self.placed[other] == place]
        pace = self.paces.setdefault(place, Pace(LIMITS["per_minute"], LIMITS["per_minute"] / 60))
        if pace.wait(self.clock.seconds()):
            return TooManyLately(LIMITS["per_minute"])
        if len(mine) >= LIMITS["per_address"]:
            return TooManyHere(LIMITS["per_address"])
        is_full = visitor not in self.inside and len(self.inside) >= CAPACITY
        if len(waiting) >= LIMITS["newcomers_per_address"]:
            self.make_room(waiting)
        elif (is_full or len(self.newcomers) >= LIMITS["newcomers"]) and not self.make_room(self.newcomers):
            return ServerFull(CAPACITY)
        pace.spend(1, self.clock.seconds())
        if visitor not in self.inside:
            self.inside.append(visitor)
        self.placed[visitor] = place
        self.newcomers.append(visitor)
        return None

    def make_room(self, newcomers):
        """One of the place with most of them, of such places the one where somebody has waited for longest."""
        if not newcomers:
            return False
        places = [self.placed[visitor] for visitor in newcomers]
        visitor = max(newcomers, key=lambda visitor: places.count(self.placed[visitor]))
        self.settle(visitor)
        visitor.turn_away(MadeRoom())
        return True

    def settle(self, visitor):
        for waiting in (self.newcomers, self.unplaced):
            if visitor in waiting:
                waiting.remove(visitor)

    def leave(self, visitor):
        self.settle(visitor)
        if visitor in self.inside:
            self.inside.remove(visitor)


HOSTS = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "10.0.0.2"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.sampled_from([*HOSTS, PROXY, PROXY])),
        st.tuples(st.just("come"), st.sampled_from([*HOSTS, PROXY, PROXY])),
        st.tuples(st.just("move"), st.sampled_from(HOSTS)),
        st.tuples(st.sampled_from(["speak", "settle", "leave"]), st.integers(0, 20)),
        st.tuples(st.just("wait"), st.integers(1, 10)),
    ),
    max_size=60,
)


@given(STEPS)
def test_it_is_as_if_everybody_were_looked_at(steps):
    clock = Clock()
    sides = Gate(Manners(**LIMITS), clock, CAPACITY, TRUSTED), PlainGate(clock)
    pairs = []
    for what, which in steps:
        if what == "wait":
            clock.advance(which)
        elif what == "come":
            pairs.append([Visitor(which), Visitor(which)])
            whys = []
            for gate, visitor in zip(sides, pairs[-1], strict=True):
                whys.append(gate.enter(visitor, may_move=which == PROXY))
            assert whys[0] == whys[1]
            if whys[0]:
                pairs.pop()
        elif what == "move":
            for pair in [pair for pair in pairs if pair[0].address.host == PROXY][:1]:
                for visitor in pair:
                    visitor.address = IPv4Address("TCP", which, 7)
        elif pairs:
            pair = pairs[which % len(pairs)]
            act = {"speak": "look_again", "settle": "settle", "leave": "leave"}[what]
            whys = [getattr(gate, act)(visitor) for gate, visitor in zip(sides, pair, strict=True)]
            assert whys[0] == whys[1]
            if what == "leave":
                pairs.remove(pair)
        assert [visitor.away for visitor, _ in pairs] == [visitor.away for _, visitor in pairs]
        assert [len(part) for part in (sides[0]._inside, sides[0]._newcomers, sides[0]._unplaced)] == [
            len(part) for part in (sides[1].inside, sides[1].newcomers, sides[1].unplaced)
        ]
    for pair in pairs:
        sides[0].leave(pair[0])
    clock.advance(60)
    sides[0].enter(last := Visitor("198.51.100.1"))
    sides[0].leave(last)
    assert [*sides[0]._places] == ["198.51.100.1"]
    assert not sides[0]._inside
    assert not sides[0]._newcomers
    assert not sides[0]._unplaced


def steps_of(action):
    """How many lines of the gate's and its parts' are run by it."""
    folder, lines = str(Path(gates.__file__).parent), 0

    def trace(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        return trace if frame.f_code.co_filename.startswith(folder) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return lines


def silent_behind_a_proxy(gate, number, told):
    for _ in range(number):
        visitor = Visitor(PROXY)
        gate.enter(visitor, may_move=True)
        if told:
            visitor.address = IPv4Address("TCP", "10.0.0.2", 7)
            gate.look_again(visitor)


CROWDS = {
    "silent ones of whom the proxy says nothing": lambda gate, n: silent_behind_a_proxy(gate, n, False),
    "silent ones of whom it says that they are trusted": lambda gate, n: silent_behind_a_proxy(gate, n, True),
    "newcomers from everywhere": lambda gate, n: [
        gate.enter(Visitor(f"198.51.{i // 250}.{i % 250}")) for i in range(n)
    ],
    "newcomers from one place": lambda gate, n: [gate.enter(Visitor("192.0.2.9")) for _ in range(n)],
}


@pytest.mark.parametrize("crowd", CROWDS)
@pytest.mark.parametrize("limit", ["newcomers", "newcomers_per_address", "capacity"])
def test_who_comes_takes_no_longer_the_more_wait(crowd, limit):
    def of(number):
        limits = dict.fromkeys(LIMITS, 0) | ({} if limit == "capacity" else {limit: number})
        gate = Gate(Manners(**limits), Clock(), number if limit == "capacity" else 1_000_000, TRUSTED)
        CROWDS[crowd](gate, number)
        return steps_of(lambda: [gate.enter(Visitor("192.0.2.9")) for _ in range(100)])

    assert of(400) < 1.2 * of(40)
