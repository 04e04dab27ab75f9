"""Several lines at once, where all of them ask for the same."""

import pytest
from hypothesis import given, strategies as st

from chatserver.domain.events import Said, SaidDirectly, Sent
from chatserver.language.deeds import Deed
from chatserver.language.grammar import _COMMAND_LIKE, obey, obey_at_once
from chatserver.language.phrases import phrase
from tests.language.test_grammar import talking
from tests.people import House, heard


def test_several_lines_of_speech_are_said_at_once():
    alice, bob = talking()
    assert obey_at_once(alice, "one\n\n two /quit") is Deed.IN_SESSION
    assert heard(bob) == [[Said("alice", "one\n\n two /quit")]]


def test_several_direct_messages_to_one_user_are_sent_at_once():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    heard(alice, bob, carol)
    assert obey_at_once(alice, "/dm Bob one\n/dm Bob don't 'two'") is Deed.DIRECT
    assert heard(alice, bob, carol) == [[Sent("bob", None, 2)], [SaidDirectly("alice", "one\ndon't 'two'")], []]


@pytest.mark.parametrize(
    ("text", "seconds"), [("one\ntwo", 7), ("/dm bob x\n/dm bob y", 7), ("/ping", 0), ("x\n/ping", 0)]
)
def test_what_is_done_at_once_is_typed(text, seconds):
    alice, _ = talking()
    alice.clock = lambda: 7
    assert bool(obey_at_once(alice, text)) == bool(seconds)
    assert alice.last_input == seconds


NOT_THE_SAME = """
one|/quit
one| goodbye |two
close|two
connect bob|x
||//x
one|/dm bob x
/dm bob one|two
/dm bob one|/dm carol two
/dm bob one|/DM bob two
/dm bob one|/dm bob\x20
/dm bob |/dm bob one
/dm bob one|/dm bob  two
/dm bob 'one'
/dm bob one|/dm bob "two"
/dm bob
/dmbob one
/r one
"""


@pytest.mark.parametrize("text", NOT_THE_SAME.strip("\n").replace("|", "\0").splitlines())
def test_lines_that_ask_for_anything_else_are_not(text):
    alice, bob = talking()
    assert not obey_at_once(alice, text.replace("\0", "\n"))
    assert heard(alice, bob) == [[], []]


def test_blank_lines_are_looked_through_once():
    assert _COMMAND_LIKE.search("\n\n\n \t/x").start() == 2


def test_direct_messages_to_oneself_are_answered_one_by_one():
    (alice,) = House().enter("alice")
    assert not obey_at_once(alice, "/dm Alice one\n/dm Alice two")
    assert not obey_at_once(alice, "/dm 1 one")


@pytest.mark.parametrize("text", ["one\ntwo", "/dm bob one\n/dm bob two"])
def test_nothing_is_done_at_once_before_the_name(text):
    assert not obey_at_once(House().connect(), text)


def test_lines_are_not_said_at_once_where_nobody_or_a_guard_listens():
    alice, bob = talking()
    bob.part()
    assert not obey_at_once(alice, "one\ntwo")
    assert not obey_at_once(bob, "one\ntwo")


def test_direct_messages_at_once_let_later_lines_through_as_one_does():
    alice, bob = talking()
    bob.part()
    guarded = alice.channel
    assert obey_at_once(alice, "/dm bob one\n/dm bob two")
    assert alice.channel is guarded.behind


WORDS = [
    "/dm alice ",
    "/dm 1 ",
    "/dm bob ",
    "/dm carol ",
    "/msg bob ",
    "/DM bob ",
    "/dm 2 ",
    "/dm nobody ",
    "/me ",
    "goodbye",
    "x",
    " ",
    "'",
]
LINES = st.lists(st.lists(st.sampled_from(WORDS), max_size=3).map("".join), min_size=1, max_size=4)


@given(LINES, st.sampled_from(["", "/ignore alice", "/away", "goodbye", "/quit"]))
def test_what_is_done_at_once_is_what_the_lines_do_one_by_one(lines, first):
    read = []
    for at_once in (False, True):
        alice, bob = talking()
        obey(bob, first)
        if not (at_once and obey_at_once(alice, "\n".join(lines))):
            for line in lines:
                obey(alice, line)
        read.append(["\n".join(map(phrase, events)) for events in heard(alice, bob)])
    assert read[0] == read[1]
