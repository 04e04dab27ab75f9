"""Every form of every row in every state, near misses, and lines that are speech."""

import pytest
from hypothesis import given, strategies as st

from chatserver.domain.channel import OpenLobby
from chatserver.domain.events import (
    Departed,
    Misused,
    Refused,
    Roster,
    Said,
    SaidDirectly,
    SaidToAll,
    StillConnected,
    UnknownCommand,
)
from chatserver.domain.terms import Refusal, State
from chatserver.domain.user import User
from chatserver.language.commands import BARE_IN_LOBBY, ROWS, SAY, SLASH
from chatserver.language.grammar import _COMMAND_LIKE, Order, obey, parse
from tests.people import House, heard

STATES = (State.UNNAMED, State.FREE, State.BUSY)
TYPED = {
    "": ((), ""),
    "NAME": (("bob",), " bob"),
    "[NAME]": (("bob",), " bob"),
    "[WHICH]": (("free",), " free"),
    "NAME text": (("bob", "hi you"), " bob hi you"),
}
TYPED |= dict.fromkeys(("text", "[text]", "[why]", "[topic]"), (("hi you",), " hi you"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slash[0])
@pytest.mark.parametrize("state", STATES)
def test_each_slash_form_counts_in_each_state(row, state):
    arguments, typed = TYPED[row.arguments]
    for word in row.slash:
        for slash in (f"/{word}", f"/{word.upper()}", f"  /{word.title()}"):
            assert parse(slash + typed, state) == Order(row, arguments)
            if row.arguments.startswith("["):
                assert parse(slash, state) == Order(row, ())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slash[0])
@pytest.mark.parametrize("state", STATES)
def test_each_bare_form_counts_where_it_should(row, state):
    arguments, typed = TYPED[row.bare_arguments]
    for word in row.bare + row.bare_in_lobby:
        order = Order(row, arguments)
        if state is State.BUSY and word in row.bare_in_lobby:
            order = None
        for line in (word + typed, f"  {word}{typed}  "):
            assert parse(line, state) == order
        assert parse((word + typed).title(), state) is None
        assert parse(f"{word}{typed} and more", state) is None
        assert parse(f"and {word}{typed}", state) is None


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "",
        "  ",
        "Close",
        "get",
        "Connect bob",
        "connect the red wire to ground",
        "close now",
        "closed",
        "statusx",
        "#Close#",
        "how do I /quit?",
        "goodbye bob",
        "CONNECT 3 4",
    ],
)
@pytest.mark.parametrize("state", STATES)
def test_speech(line, state):
    assert parse(line, state) is None


@pytest.mark.parametrize("line", ["connect", "help", "GET", "HELP", "CONNECT", " connect "])
def test_in_a_session_these_are_speech_too(line):
    assert parse(line, State.BUSY) is None


def test_connect_alone_is_no_speech_in_the_lobby():
    assert parse("connect", State.FREE) == Misused("connect NAME")


@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("/dm", "/dm NAME text"),
        ("/w bob", "/w NAME text"),
        ("/tell bob  ", "/tell NAME text"),
        ("/bc", "/bc text"),
        ('/bc ""', "/bc text"),
        ("/connect", "/connect NAME"),
        ("/connect a b", "/connect NAME"),
        ("/users zoe", "/users [free|busy|away|PREFIX*|all]"),
        ("/who free busy", "/who [free|busy|away|PREFIX*|all]"),
        ("/quit now", "/quit"),
        ("/ignore a b", "/ignore [NAME]"),
        ("/me  ", "/me text"),
    ],
)
def test_too_little_or_too_much_is_answered_with_the_usage(line, usage):
    assert parse(line, State.FREE) == Misused(usage)


@pytest.mark.parametrize("which", ["free", "Busy", "AWAY", "al*", "*", "all*"])
def test_status_takes_a_choice_in_no_session_and_users_always(which):
    for word in ("status", "STATUS"):
        for state in (State.UNNAMED, State.FREE):
            assert parse(f" {word}  {which} ", state) == Order(SLASH["users"], (which,))
        assert parse(f"{word} {which}", State.BUSY) is None
    for state in STATES:
        assert parse(f"/users {which}", state) == Order(SLASH["users"], (which,))


@pytest.mark.parametrize("line", ["GET free", "status all", "status zoe", "status free now", "Status free", "GET al*"])
def test_with_anything_else_behind_it_it_is_speech(line):
    for state in STATES:
        assert parse(line, state) is None


@pytest.mark.parametrize(
    ("line", "word", "nearest"),
    [
        ("/wohis", "/wohis", "/whois"),
        ("/wohis bob", "/wohis", "/whois"),
        (" /USRES", "/USRES", "/users"),
        ("/xyzzy", "/xyzzy", ""),
        ("/", "/", ""),
        ("/ quit", "/", ""),
        ("/" + "q" * 4000, "/" + "q" * 20, ""),
    ],
)
def test_an_unknown_command_names_the_nearest(line, word, nearest):
    for state in STATES:
        assert parse(line, state) == UnknownCommand(word, nearest)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ('"hello all"', "hello all"),
        ("'hello all'", "hello all"),
        ("“hello all”", "hello all"),
        (' "hello all"  ', "hello all"),
        ('"one" and "two"', '"one" and "two"'),
        ("'it's'", "'it's'"),
        ('"hello', '"hello'),
        ('"', '"'),
        ("“a“b”", "“a“b”"),
        ("\"hello'", "\"hello'"),
        ("  as it stands ", "  as it stands "),
    ],
)
def test_one_pair_of_quotes_is_taken_off_a_message(typed, text):
    assert parse(f"/bc {typed}", State.FREE) == Order(SLASH["bc"], (text,))
    assert parse(f"/dm bob {typed}", State.FREE) == Order(SLASH["dm"], ("bob", text))
    for word in ("say", "me"):
        assert parse(f"/{word} {typed}", State.FREE) == Order(SLASH[word], (typed,))


@pytest.mark.parametrize("line", ["/quit\u00a0", "\u3000close\u00a0", "/help\u2003dm", "connect\u00a0bob"])
def test_any_blank_is_a_blank(line):
    assert isinstance(parse(line, State.FREE), Order)


@pytest.mark.parametrize(("line", "text"), [("//quit", "/quit"), ("  //x y ", "/x y "), ("//", "/"), ("///", "//")])
def test_two_slashes_say_one(line, text):
    assert parse(line, State.BUSY) == Order(SAY, (text,))


WORDS = ["", " ", "\u2003", "\x1c", "x", "bob", *BARE_IN_LOBBY, *(f"/{word}" for word in SLASH)]


@given(st.lists(st.sampled_from(WORDS), max_size=4).map("".join), st.sampled_from(STATES))
def test_what_does_not_look_like_a_command_is_none(line, state):
    assert _COMMAND_LIKE.match(f"\n{line}") or parse(line, state) is None


@given(st.text(), st.sampled_from(STATES))
def test_no_line_is_too_strange(line, state):
    order = parse(line, state)
    if not line.lstrip().startswith("/"):
        assert order is None or isinstance(order, (Order, Misused))
    else:
        assert order is not None


@given(st.lists(st.text()))
def test_no_slash_line_reaches_a_third_person_or_raises(lines):
    alice, _, carol = House().enter("alice", "bob", "carol")
    alice.call("bob")
    for line in lines:
        obey(alice, line)
        obey(alice, f"/{line}")
    heard = [event for event in carol.audience.told if not isinstance(event, (Departed, SaidToAll))]
    assert heard == []


# What obeying does.


def talking():
    alice, bob = House().enter("alice", "bob")
    alice.call("bob")
    alice.audience.since()
    bob.audience.since()
    return alice, bob


@pytest.mark.parametrize("line", ["/quit", "close", "CLOSE", "#CLOSE#", "exit", "/EXIT", " close "])
def test_leaving_works_in_every_state(line):
    for user in (*House().enter("alice"), talking()[0]):
        obey(user, line)
        assert user.state is State.GONE


def test_speech_and_its_other_forms_reach_the_partner():
    alice, bob = talking()
    for line in (" hello ", "//quit", "/say close", "help"):
        obey(alice, line)
    assert bob.audience.told == [Said("alice", text) for text in (" hello ", "/quit", "close", "help")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("connect alice", Refusal.CALLING_YOURSELF),
        ("/query zoe", Refusal.YOU_ARE_BUSY),
        ("/nick zoe", Refusal.NICK_IN_SESSION),
    ],
)
def test_in_a_session_these_are_refused_and_not_relayed(line, why):
    alice, bob = talking()
    obey(alice, line)
    assert [event.why for event in alice.audience.told] == [why]
    assert bob.audience.told == []


@pytest.mark.parametrize("line", ["connect BOB", "CONNECT 2", "/query bob"])
def test_to_call_the_partner_is_answered_and_nothing_else(line):
    alice, bob = talking()
    obey(alice, line)
    obey(alice, "hello")
    assert heard(alice, bob) == [[StillConnected("bob")], [Said("alice", "hello")]]


@pytest.mark.parametrize("lobby", [None, OpenLobby])
@pytest.mark.parametrize("line", ["goodbye", "#GOODBYE#", "GOODBYE", "/leave"])
def test_goodbye_in_no_session_is_answered_and_not_relayed(line, lobby):
    alice, bob = House(lobby=lobby).enter("alice", "bob")
    obey(alice, line)
    assert alice.audience.told == [Refused(Refusal.NO_SESSION)]
    assert bob.audience.told == []


def guarded():
    alice, bob = talking()
    bob.part()
    alice.audience.since()
    return alice


@pytest.mark.parametrize("line", ["status", "goodbye", "/away", "connect alice"])
def test_a_command_ends_the_guard(line):
    alice = guarded()
    obey(alice, line)
    alice.audience.since()
    obey(alice, "hello")
    assert alice.audience.told == [Refused(Refusal.NOT_SENT)]


@pytest.mark.parametrize("line", ["/me waves", "/say hello", "//hello"])
def test_speech_typed_as_a_command_is_held_by_the_guard(line):
    alice = guarded()
    obey(alice, line)
    assert alice.audience.told == [Refused(Refusal.SESSION_ENDED, "bob")]


@pytest.mark.parametrize("line", ["/xyz", "/dm", "/ping", "/ping x"])
def test_what_is_not_understood_or_sent_by_a_program_does_not_end_the_guard(line):
    alice = guarded()
    obey(alice, line)
    obey(alice, "hello")
    assert alice.audience.told[1:] == [Refused(Refusal.SESSION_ENDED, "bob")]


@pytest.mark.parametrize(
    ("line", "seconds"),
    [*dict.fromkeys(("x", "", "/xyz", "/dm", "status", "/me x"), 7).items(), ("/ping", 0), ("/PING x", 0)],
)
def test_when_somebody_typed_last(line, seconds):
    house = House()
    (alice,) = house.enter("alice")
    house.clock.advance(7)
    obey(alice, line)
    assert alice.last_input == seconds


def test_the_actions_are_those_of_the_rows():
    alice, bob = House().enter("alice", "bob")
    obey(alice, "/users")
    obey(alice, '/dm bob "hi"')
    obey(alice, '/bm "all"')
    assert isinstance(alice.audience.told[0], Roster)
    assert bob.audience.told == [SaidDirectly("alice", "hi"), SaidToAll("alice", "all")]
    assert {row.action for row in ROWS} <= {value for value in vars(User).values() if callable(value)}
