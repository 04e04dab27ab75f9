"""Who is here and who talks with whom, by example."""

from chatserver.domain.events import (
    Connected,
    Departed,
    Hello,
    Joined,
    MessageOfTheDay,
    Parted,
    Refused,
    Renamed,
    StillConnected,
    Welcome,
    YouAreNow,
)
from chatserver.domain.farewells import ServerFull, ShuttingDown
from chatserver.domain.terms import Ending, Refusal, State, Status
from tests.people import House, heard


def test_coming_in():
    house = House(name="home", motd=("be nice", ""))
    (bob,) = house.enter("bob")
    alice = house.connect()
    assert heard(alice) == [[Welcome("home")]]
    alice.say("alice")
    assert heard(alice, bob) == [[Hello("alice", 2), MessageOfTheDay(("be nice", ""))], [Joined("alice")]]


def test_a_quiet_house_tells_nobody_who_comes_and_goes():
    alice, bob = House(quiet=True).enter("alice", "bob")
    bob.quit()
    assert heard(alice) == [[]]


def test_a_taken_name_is_refused_in_any_case():
    house = House()
    house.enter("alice")
    newcomer = house.connect()
    heard(newcomer)
    newcomer.say("ALICE")
    assert heard(newcomer) == [[Refused(Refusal.TAKEN_NAME, "ALICE", ask_name=True)]]
    assert newcomer.state is State.UNNAMED


def test_a_full_house_turns_away_at_the_door_and_at_the_name():
    house = House(max_users=2)
    early = house.connect()
    house.enter("alice", "bob")
    heard(early)
    late = house.connect()
    early.say("early")
    assert heard(early, late) == [[ServerFull(2)], [ServerFull(2)]]
    assert early.audience.dismissed == late.audience.dismissed == 1


def test_there_is_room_again_when_somebody_left():
    house = House(max_users=1)
    (alice,) = house.enter("alice")
    alice.quit()
    (bob,) = house.enter("bob")
    assert bob.state is State.FREE


def test_each_refusal_of_connect_is_another_one():
    house = House()
    alice, bob, carol, dave = house.enter("alice", "bob", "carol", "dave")
    bob.call("carol")
    dave.mark_away()
    heard(alice)
    for wanted in ("zoe", "alice", "bob", "dave"):
        alice.call(wanted)
    bob.refuse_call("CAROL")
    bob.refuse_call("3")
    bob.refuse_call("alice")
    assert heard(alice)[0] == [
        Refused(Refusal.NOBODY, "zoe"),
        Refused(Refusal.CALLING_YOURSELF, "alice"),
        Refused(Refusal.BUSY, "bob"),
        Refused(Refusal.AWAY, "dave"),
    ]
    assert heard(bob)[0][-3:] == [
        StillConnected("carol"),
        StillConnected("carol"),
        Refused(Refusal.YOU_ARE_BUSY, "carol"),
    ]
    assert carol.partner is bob


def test_both_are_told_of_a_session_and_of_its_end():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    alice.call("2")
    assert heard(alice, bob) == [[Connected("bob", 2)], [Connected("alice", 1)]]
    bob.part()
    assert heard(alice, bob) == [
        [Parted("bob", Ending.GOODBYE, by_you=False, status=Status.FREE)],
        [Parted("alice", Ending.GOODBYE, by_you=True, status=Status.FREE)],
    ]
    assert heard(carol) == [[]]


def test_the_partner_of_one_who_leaves_reads_it_once_and_all_others_too():
    for leave, ending in ((lambda u: u.quit(), Ending.LEFT), (lambda u: u.session.quit(Ending.LOST), Ending.LOST)):
        alice, bob, carol = House().enter("alice", "bob", "carol")
        alice.call("bob")
        heard(alice, bob)
        leave(alice)
        assert heard(bob, carol) == [
            [Parted("alice", ending, by_you=False, status=Status.FREE)],
            [Departed("alice", ending)],
        ]
        assert bob.state is State.FREE


def test_a_new_name():
    alice, bob = House().enter("alice", "bob")
    for name in ("BOB", "9", "root", "alice", "Alice", "zoe"):
        alice.rename(name)
    assert heard(alice, bob) == [
        [
            Refused(Refusal.TAKEN_NAME, "BOB"),
            Refused(Refusal.BAD_NAME, "9"),
            Refused(Refusal.RESERVED_NAME, "root"),
            YouAreNow("alice"),
            YouAreNow("Alice"),
            YouAreNow("zoe"),
        ],
        [Renamed("alice", "Alice"), Renamed("Alice", "zoe")],
    ]


def test_closing_tells_everybody_once_and_nothing_else():
    house = House()
    alice, bob, carol = house.enter("alice", "bob", "carol")
    alice.call("bob")
    heard(alice, bob)
    house.switchboard.close()
    assert heard(alice, bob, carol) == [[ShuttingDown()]] * 3
    assert [user.audience.dismissed for user in (alice, bob, carol)] == [1, 1, 1]
    assert (house.crowd.members, house.crowd.pairs) == ([], [])
    board = house.switchboard
    assert (board._partners, board._away, len(board._register)) == ({}, {}, 0)
