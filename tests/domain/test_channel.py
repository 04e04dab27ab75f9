"""Where a plain line goes."""

import pytest

from chatserver.domain.channel import OpenLobby
from chatserver.domain.events import Acted, ActedToAll, Refused, Said, SaidToAll
from chatserver.domain.terms import Refusal
from tests.people import House, heard

NOT_SENT = Refused(Refusal.NOT_SENT)


@pytest.fixture
def house():
    return House()


def test_the_door_asks_again_for_a_name_that_cannot_be(house):
    newcomer = house.connect()
    newcomer.audience.since()
    for name, why in [("", Refusal.EMPTY_NAME), ("1x", Refusal.BAD_NAME), ("Admin", Refusal.RESERVED_NAME)]:
        newcomer.say(f" {name} ")
        assert newcomer.audience.since() == [Refused(why, name, ask_name=True)]


def test_the_door_does_not_act(house):
    newcomer = house.connect()
    newcomer.audience.since()
    newcomer.act("waves")
    assert newcomer.audience.since() == [Refused(Refusal.NAME_FIRST, ask_name=True)]


def test_in_the_lobby_nobody_hears(house):
    alice, bob = house.enter("alice", "bob")
    alice.say("hello")
    alice.act("waves")
    assert heard(alice, bob) == [[NOT_SENT, NOT_SENT], []]


def test_an_empty_line_is_nothing_in_the_lobby():
    for house in (House(), House(lobby=OpenLobby)):
        alice, bob = house.enter("alice", "bob")
        alice.say("")
        alice.say("  ")
        assert heard(alice, bob) == [[], []]


def test_in_an_open_lobby_everybody_else_hears():
    alice, bob, carol = House(lobby=OpenLobby).enter("alice", "bob", "carol")
    alice.say("hello")
    alice.act("waves")
    all_of_it = [SaidToAll("alice", "hello"), ActedToAll("alice", "waves")]
    assert heard(alice, bob, carol) == [[], all_of_it, all_of_it]


def test_in_a_talk_only_the_partner_hears_every_line_even_an_empty_one(house):
    alice, bob, carol = house.enter("alice", "bob", "carol")
    alice.call("bob")
    heard(alice, bob)
    alice.say("hello")
    alice.say("")
    alice.act("waves")
    assert heard(alice, bob, carol) == [[], [Said("alice", "hello"), Said("alice", ""), Acted("alice", "waves")], []]


def test_nobody_hears_who_is_gone(house):
    alice, bob = house.enter("alice", "bob")
    alice.call("bob")
    alice.quit()
    heard(alice, bob)
    alice.say("hello?")
    alice.act("waves")
    assert heard(alice, bob) == [[], []]
