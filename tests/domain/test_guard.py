"""What was meant for one person reaches nobody else."""

import pytest

from chatserver.domain.channel import OpenLobby
from chatserver.domain.events import Refused, Said, SaidToAll
from chatserver.domain.guard import Guard
from chatserver.domain.terms import Refusal
from tests.people import House, heard

ENDED = Refused(Refusal.SESSION_ENDED, "bob")
NOT_SENT = Refused(Refusal.NOT_SENT)


def not_connected(name):
    return Refused(Refusal.NOT_CONNECTED, name)


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


def test_a_second_one_does_not_end_the_first(house):
    alice, _ = abandoned(house)
    alice.put_guard(Refusal.NOT_CONNECTED, "carl")
    house.clock.advance(2.9)
    alice.say("hm")
    house.clock.advance(3)
    assert heard(alice) == [[not_connected("carl")]]
    alice, _ = abandoned(House())
    alice.put_guard(Refusal.NOT_CONNECTED, "carl")
    alice.clock = lambda: 14.9
    alice.say("hm")
    assert heard(alice) == [[ENDED]]


def test_a_partner_who_comes_back_does_not_hear_what_was_meant_for_another(house):
    alice, bob = house.enter("alice", "bob")
    alice.call("bob")
    alice.refuse_call("carl")
    bob.part()
    bob.call("alice")
    heard(alice, bob)
    alice.say("for carl only")
    assert heard(alice, bob) == [[not_connected("carl")], []]


def test_it_does_not_grow(house):
    alice, _ = abandoned(house)
    for number in range(100):
        alice.put_guard(Refusal.NOT_CONNECTED, f"u{number}")
    assert [cause.name for cause in alice.channel._causes] == [f"u{number}" for number in range(92, 100)]


def test_time_in_which_one_could_not_read_does_not_count(house):
    alice, _ = abandoned(house)
    house.clock.advance(60)
    alice.waited(46)
    house.clock.advance(0.9)
    alice.say("as I said")
    assert heard(alice) == [[ENDED]]
    house.clock.advance(60)
    alice.waited(58)
    house.clock.advance(0.9)
    alice.say("as I said")
    assert heard(alice) == [[ENDED]]


def test_a_guard_whose_time_was_over_before_stays_gone(house):
    alice, _ = abandoned(house)
    house.clock.advance(60)
    alice.waited(45)
    alice.say("hello")
    assert heard(alice) == [[NOT_SENT]]


def test_one_who_took_the_name_of_the_lost_partner_is_not_the_partner(house):
    alice, bob = abandoned(house)
    (eve,) = house.enter("eve")
    bob.rename("rob")
    eve.rename("bob")
    eve.call("alice")
    heard(alice, bob, eve)
    alice.say("for the other bob")
    assert heard(alice, eve) == [[ENDED], []]
    eve.part()
    bob.call("alice")
    heard(alice, bob)
    assert isinstance(alice.channel, Guard), "for eve, whose session ended last"


# A session that did not begin.


@pytest.fixture
def lobby():
    """A house where plain lines go to all, with ann in it, and others of all kinds; those are told nothing more."""
    house = House(lobby=OpenLobby)
    house.enter("ann", "bob", "cal", "dov", "eve", "fay")
    ann, bob, _, dov, eve, _ = house.crowd.members
    bob.call("cal")
    dov.mark_away()
    eve.ignore("ann")
    ann.ignore("fay")
    heard(*house.crowd.members)
    return house, ann


@pytest.mark.parametrize(
    ("wanted", "why", "name"),
    [
        ("zoe", Refusal.NOBODY, "zoe"),
        ("77", Refusal.NOBODY, "77"),
        ("BOB", Refusal.BUSY, "bob"),
        ("2", Refusal.BUSY, "bob"),
        ("dov", Refusal.AWAY, "dov"),
        ("eve", Refusal.AWAY, "eve"),
        ("fay", Refusal.IGNORED_BY_YOU, "fay"),
    ],
)
def test_a_line_for_one_who_was_called_in_vain_reaches_nobody(lobby, wanted, why, name):
    house, ann = lobby
    ann.call(wanted)
    ann.say("a secret")
    ann.act("whispers")
    assert heard(ann) == [[Refused(why, name), not_connected(name), not_connected(name)]]
    assert not any(user.audience.told for user in house.crowd.members)


def test_after_3_seconds_it_is_a_line_like_any_other(lobby):
    house, ann = lobby
    ann.call("bob")
    house.clock.advance(3)
    ann.say("hello everybody")
    assert heard(ann, house.crowd.members[1]) == [[Refused(Refusal.BUSY, "bob")], [SaidToAll("ann", "hello everybody")]]


def test_every_line_counts_within_3_seconds_of_the_refusal_or_of_one_that_was_held(lobby):
    house, ann = lobby
    ann.call("bob")
    for _ in range(5):
        house.clock.advance(2.9)
        ann.say("a long secret")
    assert heard(ann)[0][1:] == [not_connected("bob")] * 5
    house.clock.advance(3)
    ann.say("hello everybody")
    assert heard(ann) == [[]]


def test_in_a_session_the_partner_does_not_hear_what_was_meant_for_another(house):
    alice, bob = house.enter("alice", "bob")
    alice.call("bob")
    heard(alice, bob)
    for wanted in ("carl", "3"):
        alice.refuse_call(wanted)
        alice.say("for carl only")
        assert heard(alice, bob) == [[Refused(Refusal.YOU_ARE_BUSY, "bob"), not_connected(wanted)], []]
    house.clock.advance(3)
    alice.say("hello bob")
    assert heard(alice, bob) == [[], [Said("alice", "hello bob")]]


@pytest.mark.parametrize("wanted", ["alice", "1", "bob", "2"])
def test_to_call_oneself_or_the_partner_is_no_refusal(house, wanted):
    alice, bob = house.enter("alice", "bob")
    alice.call("bob")
    alice.refuse_call(wanted)
    heard(alice, bob)
    alice.say("hello")
    assert heard(alice, bob) == [[], [Said("alice", "hello")]]


def test_to_call_oneself_is_no_refusal_in_no_session_either(lobby):
    house, ann = lobby
    ann.call("ann")
    ann.say("hello")
    assert heard(ann, house.crowd.members[1]) == [
        [Refused(Refusal.CALLING_YOURSELF, "ann")],
        [SaidToAll("ann", "hello")],
    ]


def test_a_session_with_the_one_who_was_called_ends_it_and_one_with_another_does_not(lobby):
    house, ann = lobby
    dov, gus = house.crowd.members[3], *house.enter("gus")
    ann.call("dov")
    gus.call("ann")
    heard(ann, gus)
    ann.say("for dov")
    assert heard(ann, gus) == [[not_connected("dov")], []]
    gus.part()
    house.clock.advance(20)
    ann.call("dov")
    dov.rename("dave")
    dov.call("ann")
    heard(ann, dov)
    ann.say("for dov, called dave")
    assert heard(ann, dov) == [[], [Said("ann", "for dov, called dave")]]


def test_one_who_took_the_name_that_was_called_is_not_the_one(lobby):
    house, ann = lobby
    dov, gus = house.crowd.members[3], *house.enter("gus")
    ann.call("dov")
    dov.rename("dave")
    gus.rename("dov")
    gus.call("ann")
    heard(ann, gus)
    ann.say("for the other dov")
    assert heard(ann, gus) == [[not_connected("dov")], []]


def test_one_who_comes_in_under_the_name_that_was_called_is_the_one(lobby):
    house, ann = lobby
    ann.call("zoe")
    (zoe,) = house.enter("zoe")
    zoe.call("ann")
    heard(ann, zoe)
    ann.say("for zoe")
    assert heard(ann, zoe) == [[], [Said("ann", "for zoe")]]
