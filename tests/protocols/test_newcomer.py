"""A connection until it has a name."""

import pytest

from chatserver.domain.farewells import TooManyNames, WrongProtocol
from chatserver.language.deeds import Deed
from chatserver.protocols.newcomer import Newcomer


def newcomer(most_names=3):
    return Newcomer(most_names, secure=False, since=0)


def test_who_speaks_something_else():
    someone = newcomer()
    assert someone.speaks(b"GET / HT") is None
    assert someone.speaks(b"TP/1.1\r\n") == WrongProtocol("HTTP", secure=False)


def test_only_the_first_line_counts():
    someone = newcomer()
    assert someone.speaks(b"alice\n") is None
    assert someone.speaks(b"GET / HTTP/1.1\n") is None


@pytest.mark.parametrize("most", [1, 3])
def test_so_many_names_and_no_more(most):
    someone = newcomer(most_names=most)
    for _ in range(most - 1):
        assert someone.tries(Deed.BAD_NAME) is None
        assert someone.tries(Deed.ORDINARY) is None
    assert someone.tries(Deed.BAD_NAME) == TooManyNames(most)


def test_any_number_of_names():
    someone = newcomer(most_names=0)
    assert [someone.tries(Deed.BAD_NAME) for _ in range(100)] == [None] * 100
