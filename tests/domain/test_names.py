"""What a name may be."""

import pytest
from hypothesis import given, strategies as st

from chatserver.domain import names
from chatserver.domain.terms import Refusal


@pytest.mark.parametrize("name", ["a", "Alice", "a1", "b-o_b.2", "x" * 20, "Z9"])
def test_good_names(name):
    assert names.objection(name) is None


@pytest.mark.parametrize(
    "name",
    ["1a", "-a", "_a", ".a", "x" * 21, "a b", "a:", "a\n", "b(server)", "zoë", "\u0430lice", "a\u200dlice", "a/b", "*"],
)
def test_bad_names(name):
    assert names.objection(name) is Refusal.BAD_NAME


def test_an_empty_name():
    assert names.objection("") is Refusal.EMPTY_NAME


@pytest.mark.parametrize("name", ["server", "SERVER", "Root", "all", "everyone", "me", "Connect", "help"])
def test_reserved_names(name):
    assert names.objection(name) is Refusal.RESERVED_NAME


def test_names_are_compared_without_regard_to_case():
    assert names.key("Alice") == names.key("aLICE") != names.key("alicia")
    assert names.key("bo\u212a") != names.key("bok")


@given(st.text())
def test_nothing_but_plain_characters_gets_through(name):
    if names.objection(name) is None:
        assert name.isascii()
        assert name[0].isalpha()
        assert 1 <= len(name) <= names.LONGEST
        assert not set(name) & set(" :()*/\t\r\n")
