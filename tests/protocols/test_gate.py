"""How many can come in, in all and from one place; nobody can lock everybody out."""

from ipaddress import ip_network

import pytest
from hypothesis import given, strategies as st
from twisted.internet.address import IPv4Address, UNIXAddress
from twisted.internet.task import Clock

from chatserver.domain.farewells import MadeRoom, ServerFull, TooManyHere, TooManyLately
from chatserver.protocols import gate as gates
from chatserver.protocols.gate import Gate
from chatserver.protocols.manners import Manners

HERE, THERE, ELSEWHERE = ("192.0.2.1", "192.0.2.2", "192.0.2.3")


class Visitor:
    """A connection that remembers how it was turned away."""

    def __init__(self, host):
        self.address = IPv4Address("TCP", host, 5) if host else UNIXAddress(None)
        self.away = None

    def turn_away(self, why):
        self.away = why


def street(clock=None, capacity=1000, trusted=(), **limits):
    return Gate(Manners(**limits), clock or Clock(), capacity, trusted)


def comes(gate, host, named=False):
    visitor = Visitor(host)
    visitor.why = gate.enter(visitor)
    if named:
        gate.settle(visitor)
    return visitor


def test_connections_from_one_address():
    gate = street(per_address=2)
    first, second, third = (comes(gate, HERE, named=True) for _ in range(3))
    assert (first.why, second.why, third.why) == (None, None, TooManyHere(2))
    assert comes(gate, THERE).why is None
    gate.leave(third)
    assert comes(gate, HERE).why == TooManyHere(2)
    gate.leave(first)
    assert comes(gate, HERE).why is None


def test_new_connections_a_minute():
    clock = Clock()
    gate = street(clock, per_minute=3, per_address=0)
    for _ in range(3):
        gate.leave(comes(gate, HERE))
    assert comes(gate, HERE).why == TooManyLately(3)
    assert comes(gate, THERE).why is None
    clock.advance(20)
    assert comes(gate, HERE).why is None
    assert comes(gate, HERE).why == TooManyLately(3)


def test_the_longest_waiting_newcomer_of_an_address_makes_room_for_the_next():
    gate = street(newcomers_per_address=2)
    first, second, third = (comes(gate, HERE) for _ in range(3))
    assert (first.away, second.away, third.away) == (MadeRoom(), None, None)
    gate.settle(second)
    comes(gate, HERE)
    assert third.away is None
    assert comes(gate, THERE).why is None


def test_of_all_newcomers_one_of_the_address_with_most_makes_room():
    gate = street(newcomers=4)
    lone = comes(gate, THERE)
    crowd = [comes(gate, HERE) for _ in range(3)]
    assert comes(gate, ELSEWHERE).why is None
    assert (lone.away, [visitor.away for visitor in crowd]) == (None, [MadeRoom(), None, None])
    comes(gate, ELSEWHERE)
    assert (lone.away, [visitor.away for visitor in crowd]) == (None, [MadeRoom(), MadeRoom(), None])


def test_at_the_last_place_a_newcomer_makes_room_before_anybody_is_refused():
    gate = street(capacity=3)
    named, first, second = comes(gate, HERE, named=True), comes(gate, HERE), comes(gate, THERE)
    third = comes(gate, ELSEWHERE)
    assert (third.why, first.away, second.away, named.away) == (None, MadeRoom(), None, None)
    gate.leave(first)
    for visitor in (second, third):
        gate.settle(visitor)
    assert comes(gate, ELSEWHERE).why == ServerFull(3)


def test_at_the_last_place_one_newcomer_makes_room_and_no_more():
    gate = street(capacity=3, newcomers_per_address=1)
    crowd = [comes(gate, HERE), comes(gate, THERE), comes(gate, ELSEWHERE, named=True)]
    late = comes(gate, HERE)
    assert (late.why, late.away) == (None, None)
    assert [visitor.away for visitor in crowd] == [MadeRoom(), None, None]


def test_at_the_last_place_nobody_makes_room_for_one_who_is_refused_anyway():
    gate = street(capacity=3, per_address=1)
    crowd = [comes(gate, HERE, named=True), comes(gate, THERE), comes(gate, ELSEWHERE)]
    assert comes(gate, HERE).why == TooManyHere(1)
    assert [visitor.away for visitor in crowd] == [None] * 3


def test_who_comes_by_a_proxy_is_counted_as_soon_as_that_says_from_where():
    gate = street(newcomers_per_address=2, trusted=[ip_network("10.0.0.0/8")])
    silent = [Visitor("10.0.0.1") for _ in range(5)]
    for visitor in silent:
        assert gate.enter(visitor, may_move=True) is None
    gate.leave(comes(gate, HERE))
    assert [visitor.away for visitor in silent] == [None] * 5
    for visitor in silent:
        visitor.address = IPv4Address("TCP", HERE, 5)
        assert gate.look_again(visitor) is None
        assert gate.look_again(visitor) is None
    assert [visitor.away for visitor in silent] == [MadeRoom()] * 3 + [None] * 2
    for visitor in silent:
        gate.leave(visitor)
    assert not gate._inside
    assert not gate._newcomers
    assert not gate._unplaced


def test_a_proxy_that_is_not_trusted_is_a_place_like_another():
    gate = street(per_address=1)
    first = Visitor(HERE)
    gate.enter(first, may_move=True)
    assert comes(gate, HERE).why == TooManyHere(1)


def test_there_are_only_so_many_places_also_for_those_who_are_trusted():
    gate = street(capacity=2)
    first, second, third = (comes(gate, host, named=True) for host in ("127.0.0.1", HERE, None))
    assert (first.why, second.why, third.why) == (None, None, ServerFull(2))
    gate.leave(third)
    gate.leave(first)
    assert comes(gate, None).why is None


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", None])
def test_who_is_trusted_is_not_counted(host):
    strict = {"per_address": 1, "per_minute": 1, "newcomers_per_address": 1, "newcomers": 1}
    gate = street(trusted=[ip_network("10.0.0.0/8")], **strict)
    visitors = [comes(gate, host) for _ in range(20)]
    assert {visitor.why for visitor in visitors} == {visitor.away for visitor in visitors} == {None}


def test_a_limit_of_0_is_none():
    gate = street(per_address=0, per_minute=0, newcomers_per_address=0, newcomers=0)
    visitors = [comes(gate, HERE) for _ in range(900)]
    assert {visitor.why for visitor in visitors} == {visitor.away for visitor in visitors} == {None}


def test_places_are_forgotten(monkeypatch):
    clock = Clock()
    gate = street(clock, per_minute=60)
    for number in range(100):
        gate.leave(comes(gate, f"192.0.2.{number}"))
    assert len(gate._places) == 100
    clock.advance(1)
    gate.leave(comes(gate, HERE))
    assert len(gate._places) == 1
    monkeypatch.setattr(gates, "MOST_REMEMBERED", 10)
    stays = comes(gate, THERE)
    for number in range(100):
        gate.leave(comes(gate, f"198.51.100.{number}"))
    assert len(gate._places) == 11
    gate.leave(stays)


def test_a_place_from_which_nobody_got_in_is_not_remembered():
    gate = street(capacity=1)
    comes(gate, HERE, named=True)
    for number in range(100):
        late = comes(gate, f"198.51.100.{number}")
        assert late.why == ServerFull(1)
        gate.leave(late)
    assert [*gate._places] == [HERE]


STEPS = st.tuples(st.sampled_from(["come", "name", "leave", "wait"]), st.integers(0, 9))


@given(st.lists(STEPS, max_size=120))
def test_whoever_comes_and_goes_the_limits_hold_and_nothing_is_remembered_in_the_end(steps):
    clock = Clock()
    gate = street(clock, per_address=6, per_minute=30, newcomers_per_address=3, newcomers=5)
    inside, unnamed = [], []
    for what, number in steps:
        if what == "come":
            visitor = comes(gate, f"192.0.2.{number % 4}")
            mine = [other for other in inside if other.address == visitor.address]
            if visitor.why is None:
                assert len(mine) < 6
                inside.append(visitor)
                unnamed.append(visitor)
            elif visitor.why == TooManyHere(6):
                assert len(mine) == 6
        elif what == "wait":
            clock.advance(number)
        elif inside and what == "name":
            visitor = inside[number % len(inside)]
            gate.settle(visitor)
            unnamed = [other for other in unnamed if other is not visitor]
        elif inside:
            visitor = inside.pop(number % len(inside))
            gate.leave(visitor)
            unnamed = [other for other in unnamed if other is not visitor]
        unnamed = [visitor for visitor in unnamed if not visitor.away]
        assert len(unnamed) <= 5
        for host in {visitor.address.host for visitor in unnamed}:
            assert sum(visitor.address.host == host for visitor in unnamed) <= 3
    for visitor in inside:
        gate.leave(visitor)
    clock.advance(60)
    gate.leave(comes(gate, "203.0.113.1"))
    assert set(gate._places) == {"203.0.113.1"}
    assert not gate._newcomers
    assert not gate._inside


def test_other_limits_count_for_those_who_come_and_nobody_has_to_go():
    gate = street(per_address=0)
    crowd = [comes(gate, HERE, named=True) for _ in range(3)]
    gate.follow(Manners(per_address=2), ())
    assert comes(gate, HERE).why == TooManyHere(2)
    assert [visitor.away for visitor in crowd] == [None] * 3
    gate.leave(crowd[0])
    gate.leave(crowd[1])
    assert comes(gate, HERE).why is None
    gate.follow(Manners(per_address=2), [ip_network(HERE)])
    assert [comes(gate, HERE).why for _ in range(3)] == [None] * 3


def test_another_number_a_minute_counts_from_now_on():
    clock = Clock()
    gate = street(clock, per_minute=1)
    gate.leave(comes(gate, HERE))
    assert comes(gate, HERE).why == TooManyLately(1)
    gate.follow(Manners(per_minute=1), ())
    assert comes(gate, HERE).why == TooManyLately(1)
    gate.follow(Manners(per_minute=2), ())
    assert [comes(gate, HERE).why for _ in range(3)] == [None, None, TooManyLately(2)]
    gate.follow(Manners(per_minute=0), ())
    assert [comes(gate, HERE).why for _ in range(3)] == [None] * 3
