"""Before the name: what counts, what is asked about, and what is a name."""

import pytest

from chatserver.domain.events import Greeted, Hello, HelpAsked, Misused, Pong, Refused
from chatserver.domain.terms import Refusal, State
from chatserver.language.deeds import Deed
from chatserver.language.door import knock
from tests.people import House

NAME_FIRST = Refused(Refusal.NAME_FIRST, ask_name=True)


@pytest.fixture
def newcomer():
    newcomer = House().connect()
    newcomer.audience.since()
    return newcomer


@pytest.mark.parametrize(
    "line",
    [
        "status",
        "GET",
        "/users",
        "/xyz",
        "/",
        "//x",
        "goodbye",
        "connect bob",
        "connect",
        "help",
        "/nick x",
        "/me x",
        " /dm",
    ],
)
def test_a_command_is_never_a_name_and_no_bad_one(newcomer, line):
    assert knock(newcomer, line) is Deed.ORDINARY
    assert newcomer.audience.told == [NAME_FIRST]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/ping x", Pong("x")),
        ("/help", HelpAsked("")),
        (" /? dm", HelpAsked("dm")),
        ("/quit now", Misused("/quit")),
    ],
)
def test_what_counts_before_the_name(newcomer, line, told):
    assert knock(newcomer, line) is Deed.ORDINARY
    assert newcomer.audience.told == [told]


@pytest.mark.parametrize("line", ["/quit", "close", "CLOSE", "#CLOSE#", "exit", "/EXIT", " close "])
def test_leaving_works(newcomer, line):
    knock(newcomer, line)
    assert newcomer.state is State.GONE


@pytest.mark.parametrize("word", ["hello", "Hi", "HEY", " yes ", "no"])
def test_a_greeting_is_asked_about_once_and_then_taken(newcomer, word):
    assert knock(newcomer, word) is Deed.ORDINARY
    assert newcomer.audience.since() == [Greeted(word.strip())]
    assert knock(newcomer, word.upper()) is Deed.ORDINARY
    assert newcomer.audience.since() == [Hello(word.strip().upper(), 1)]


def test_each_greeting_is_asked_about(newcomer):
    for word in ("hello", "hi", "no"):
        knock(newcomer, word)
    assert knock(newcomer, "Hello") is Deed.ORDINARY
    assert newcomer.audience.since() == [Greeted("hello"), Greeted("hi"), Greeted("no"), Hello("Hello", 1)]


def test_a_greeting_may_be_taken():
    house = House()
    knock(house.connect(), "hello")
    first, second = house.connect(), house.connect()
    for _ in range(2):
        knock(first, "hello")
    knock(second, "hello")
    assert knock(second, "hello") is Deed.BAD_NAME
    assert second.audience.told[1:] == [Greeted("hello"), Refused(Refusal.TAKEN_NAME, "hello", ask_name=True)]


@pytest.mark.parametrize("line", ["not a name", "", "  ", "hello!", "Close", "connect the red wire", "close now"])
def test_any_other_line_is_a_name_or_a_bad_one(newcomer, line):
    assert knock(newcomer, line) is Deed.BAD_NAME
    assert newcomer.audience.told[0].ask_name


def test_a_name(newcomer):
    assert knock(newcomer, " alice ") is Deed.ORDINARY
    assert newcomer.state is State.FREE


def test_a_name_that_is_taken_and_one_for_which_there_is_no_room():
    house = House(max_users=2)
    early, late = house.connect(), house.connect()
    house.enter("alice")
    assert knock(early, "Alice") is Deed.BAD_NAME
    knock(early, "bob")
    assert knock(late, "carl") is Deed.BAD_NAME
    assert late.state is State.GONE
