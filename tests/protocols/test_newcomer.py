"""A connection until it has a name."""

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock

from chatserver.domain.farewells import TooManyHere, TooManyNames, WrongProtocol
from chatserver.language.deeds import Deed
from chatserver.protocols.gate import Gate
from chatserver.protocols.manners import Manners
from chatserver.protocols.newcomer import Newcomer
from tests.protocols.test_gate import HERE, THERE, Visitor


def newcomer(gate=None, host=HERE, most_names=3):
    visitor = Visitor(host)
    return Newcomer(visitor, gate or Gate(Manners(), Clock()), most_names, secure=False, since=0), visitor


def test_who_speaks_something_else():
    someone, _ = newcomer()
    assert someone.speaks(b"GET / HT") is None
    assert someone.speaks(b"TP/1.1\r\n") == WrongProtocol("HTTP", secure=False)


def test_only_the_first_line_counts():
    someone, _ = newcomer()
    assert someone.speaks(b"alice\n") is None
    assert someone.speaks(b"GET / HTTP/1.1\n") is None


@pytest.mark.parametrize("most", [1, 3])
def test_so_many_names_and_no_more(most):
    someone, _ = newcomer(most_names=most)
    for _ in range(most - 1):
        assert someone.tries(Deed.BAD_NAME) is None
        assert someone.tries(Deed.ORDINARY) is None
    assert someone.tries(Deed.BAD_NAME) == TooManyNames(most)


def test_any_number_of_names():
    someone, _ = newcomer(most_names=0)
    assert [someone.tries(Deed.BAD_NAME) for _ in range(100)] == [None] * 100


def test_behind_a_proxy_the_address_counts_that_the_proxy_tells():
    gate = Gate(Manners(per_address=1), Clock())
    answers = []
    for _ in range(2):
        someone, visitor = newcomer(gate, "127.0.0.1")
        visitor.may_move = True
        assert someone.comes() is None
        visitor.address = IPv4Address("TCP", THERE, 1)
        answers += [someone.speaks(b"half a na"), someone.speaks(b"me\n")]
        someone.has_name()
    assert answers == [None, None, TooManyHere(1), None]
