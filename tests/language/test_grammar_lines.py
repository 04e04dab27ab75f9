"""Several lines at once, where all of them are speech in a session."""

import pytest

from chatserver.domain.events import SaidLines
from chatserver.language.grammar import speak
from tests.language.test_grammar import talking
from tests.people import House, heard


def test_several_lines_of_speech_are_said_at_once():
    alice, bob = talking()
    assert speak(alice, "one\n\n two /quit")
    assert heard(bob) == [[SaidLines("alice", "one\n\n two /quit")]]


@pytest.mark.parametrize("text", ["one\n/quit", "one\n goodbye \ntwo", "close\ntwo", "connect bob\nx", "\n\n//x"])
def test_lines_with_what_may_be_a_command_are_not(text):
    alice, bob = talking()
    assert not speak(alice, text)
    assert heard(bob) == [[]]


def test_lines_are_not_said_at_once_where_nobody_or_a_guard_listens():
    alice, bob = talking()
    bob.part()
    assert not speak(alice, "one\ntwo")
    carol = House().enter("carol")[0]
    assert not speak(carol, "one\ntwo")
    assert not speak(House().connect(), "one\ntwo")
