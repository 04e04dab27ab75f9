"""What was meant for one person reaches nobody else."""

import pytest

from chatserver.domain.channel import OpenLobby
from chatserver.domain.events import Refused, Said
from chatserver.domain.guard import Guard
from chatserver.domain.terms import Refusal
from tests.people import House, heard

ENDED = Refused(Refusal.SESSION_ENDED, "bob")
NOT_SENT = Refused(Refusal.NOT_SENT)


@pytest.fixture
def house():
    return House()


def abandoned(house):
    """alice, whose session bob has just ended."""
    alice, bob = house.enter("alice", "bob")
    alice.call("bob")
    bob.part()
    heard(alice, bob)
    return alice, bob


def test_the_guard_holds_the_first_line_for_15_seconds(house):
    alice, _ = abandoned(house)
    house.clock.advance(14.9)
    alice.say("as I said")
    assert heard(alice) == [[ENDED]]


def test_after_15_seconds_the_guard_is_gone(house):
    alice, _ = abandoned(house)
    house.clock.advance(15)
    alice.say("hello")
    assert heard(alice) == [[NOT_SENT]]


def test_what_follows_within_3_seconds_of_a_refused_line_is_held_too(house):
    alice, _ = abandoned(house)
    for _ in range(10):
        alice.say("one of many pasted lines")
        house.clock.advance(2.9)
    assert heard(alice) == [[ENDED] * 10]
    house.clock.advance(0.1)
    alice.say("hello")
    alice.say("again")
    assert heard(alice) == [[NOT_SENT, NOT_SENT]]


def test_the_guard_holds_although_somebody_else_connected(house):
    alice, _ = abandoned(house)
    (carol,) = house.enter("carol")
    carol.call("alice")
    heard(alice, carol)
    alice.say("you were saying, bob?")
    alice.act("waits for bob")
    assert heard(alice, carol) == [[ENDED, ENDED], []]
    house.clock.advance(3)
    alice.say("hello carol")
    assert heard(alice, carol) == [[], [Said("alice", "hello carol")]]


def test_the_guard_is_gone_when_the_same_partner_comes_back(house):
    alice, bob = abandoned(house)
    bob.call("alice")
    heard(alice, bob)
    alice.say("as I said")
    assert heard(alice, bob) == [[], [Said("alice", "as I said")]]


def test_an_empty_line_in_no_session_does_not_count_for_the_guard(house):
    alice, _ = abandoned(house)
    alice.say("")
    assert heard(alice) == [[]]
    alice.say("one for bob")
    assert heard(alice) == [[ENDED]]


def test_an_empty_line_in_a_new_session_counts_for_the_guard(house):
    alice, _ = abandoned(house)
    (carol,) = house.enter("carol")
    carol.call("alice")
    heard(alice, carol)
    alice.say("")
    assert heard(alice, carol) == [[ENDED], []]


def test_the_guard_holds_in_an_open_lobby():
    alice, bob = abandoned(House(lobby=OpenLobby))
    alice.say("a secret")
    assert heard(alice, bob) == [[ENDED], []]


def test_a_lifted_guard_lets_lines_through(house):
    alice, _ = abandoned(house)
    alice.lift_guard()
    alice.say("hello")
    assert heard(alice) == [[NOT_SENT]]


def test_a_second_guard_takes_the_place_of_the_first(house):
    alice, _ = abandoned(house)
    (carol,) = house.enter("carol")
    carol.call("alice")
    carol.part()
    heard(alice, carol)
    alice.say("hm")
    assert heard(alice) == [[Refused(Refusal.SESSION_ENDED, "carol")]]
    assert isinstance(alice.channel, Guard)
    assert not isinstance(alice.channel.behind, Guard)
