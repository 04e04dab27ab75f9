"""What kind of thing a line was."""

import pytest

from chatserver.domain.channel import OpenLobby
from chatserver.language.deeds import Deed
from chatserver.language.grammar import obey
from tests.people import House


@pytest.mark.parametrize(
    ("line", "deed", "deed_in_open_lobby"),
    [
        ("hello", Deed.ORDINARY, Deed.IN_LOBBY),
        ("/me waves", Deed.ORDINARY, Deed.IN_LOBBY),
        ("/say hello", Deed.ORDINARY, Deed.IN_LOBBY),
        ("//hello", Deed.ORDINARY, Deed.IN_LOBBY),
        ("/bc hello", Deed.TO_ALL, Deed.TO_ALL),
        ("/nick eve", Deed.NEW_NAME, Deed.NEW_NAME),
        ("/users", Deed.ORDINARY, Deed.ORDINARY),
        ("/dm bob hello", Deed.DIRECT, Deed.DIRECT),
        ("/dm nobody hello", Deed.DIRECT, Deed.DIRECT),
        ("/reply hello", Deed.DIRECT, Deed.DIRECT),
        ("/wohis", Deed.UNKNOWN, Deed.UNKNOWN),
        ("/dm", Deed.ORDINARY, Deed.ORDINARY),
        ("goodbye", Deed.ORDINARY, Deed.ORDINARY),
    ],
)
def test_deeds(line, deed, deed_in_open_lobby):
    for house, expected in ((House(), deed), (House(OpenLobby), deed_in_open_lobby)):
        alice, _ = house.enter("alice", "bob")
        assert obey(alice, line) is expected


def test_in_a_session_and_behind_a_guard():
    alice, bob = House(OpenLobby).enter("alice", "bob")
    assert obey(alice, "connect bob") is Deed.ORDINARY
    for line in ("hello", "", "/me waves", "//quit"):
        assert obey(alice, line) is Deed.IN_SESSION
    obey(bob, "goodbye")
    assert obey(alice, "hello") is Deed.ORDINARY
    obey(bob, "connect alice")
    assert obey(alice, "hello") is Deed.IN_SESSION


def test_what_a_guard_holds_back_was_not_said():
    house = House()
    alice, bob, carol = house.enter("alice", "bob", "carol")
    obey(alice, "connect bob")
    obey(bob, "goodbye")
    obey(carol, "connect alice")
    assert obey(alice, "for bob") is Deed.ORDINARY
    house.clock.advance(60)
    assert obey(alice, "for carol") is Deed.IN_SESSION
