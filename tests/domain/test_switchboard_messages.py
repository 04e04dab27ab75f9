"""Messages beside a session, and who does not want them: direct ones, broadcasts, AWAY, ignoring."""

import pytest

from chatserver.domain.events import (
    Connected,
    Described,
    Entry,
    IgnoreChanged,
    IgnoreList,
    MarkedAway,
    MarkedBack,
    Parted,
    Refused,
    Roster,
    SaidDirectly,
    SaidToAll,
    Sent,
    SentToAll,
)
from chatserver.domain.terms import Ending, Refusal, Status
from tests.people import House, heard


def test_direct_messages():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    alice.direct("BOB", "hi")
    alice.direct("zoe", "hi")
    assert heard(alice, bob, carol) == [
        [Sent("bob", None), Refused(Refusal.NOBODY, "zoe")],
        [SaidDirectly("alice", "hi")],
        [],
    ]


def test_a_reply_goes_to_who_wrote_last_under_any_name_and_never_to_a_namesake():
    house = House()
    alice, bob, carol = house.enter("alice", "bob", "carol")
    alice.reply("hm")
    bob.direct("alice", "1")
    bob.rename("robert")
    heard(alice, bob, carol)
    alice.reply("2")
    assert heard(bob) == [[SaidDirectly("alice", "2")]]
    bob.quit()
    (namesake,) = house.enter("robert")
    alice.reply("3")
    assert heard(alice)[0][-1] == Refused(Refusal.NOBODY, "2")
    assert heard(namesake) == [[]]


def test_a_reply_goes_to_the_last_of_several():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    bob.direct("alice", "1")
    carol.direct("alice", "2")
    heard(alice, bob, carol)
    alice.reply("3")
    assert heard(bob, carol) == [[], [SaidDirectly("alice", "3")]]


def test_an_ignored_caller_reads_what_a_caller_of_somebody_away_reads():
    alice, bob, _ = House().enter("alice", "bob", "carol")
    alice.ignore("bob")
    bob.call("alice")
    alice.call("carol")
    bob.call("alice")
    assert heard(bob) == [[Refused(Refusal.AWAY, "alice"), Refused(Refusal.BUSY, "alice")]]
    alice.mark_away()
    bob.mark_away()
    bob.ignore("carol")
    bob.call("carol")
    assert heard(bob)[0][-1] == Refused(Refusal.IGNORED_BY_YOU, "carol")


def test_nobody_to_reply_to():
    (alice,) = House().enter("alice")
    alice.reply("hm")
    assert heard(alice) == [[Refused(Refusal.NOBODY_TO_REPLY_TO)]]


def test_telling_everybody():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    alice.shout("hi")
    assert heard(alice, bob, carol) == [[SentToAll(2)], [SaidToAll("alice", "hi")], [SaidToAll("alice", "hi")]]


def test_away():
    house = House()
    alice, bob = house.enter("alice", "bob")
    alice.mark_away("lunch")
    bob.direct("alice", "hi")
    bob.list_users()
    alice.mark_back()
    alice.mark_back()
    assert heard(alice, bob) == [
        [
            MarkedAway("lunch", later=False),
            SaidDirectly("bob", "hi"),
            MarkedBack(was_away=True, status=Status.FREE),
            MarkedBack(was_away=False, status=Status.FREE),
        ],
        [Sent("alice", "lunch"), Roster((Entry(1, "alice", Status.AWAY), Entry(2, "bob", Status.FREE)), 2)],
    ]


def test_a_connect_of_ones_own_ends_away():
    alice, bob = House().enter("alice", "bob")
    alice.mark_away("")
    alice.call("zoe")
    alice.call("bob")
    alice.part()
    assert heard(alice)[0][-1] == Parted("bob", Ending.GOODBYE, by_you=True, status=Status.FREE)
    assert heard(bob)[0][0] == Connected("alice", 1)


def test_away_in_a_session_counts_when_it_ends():
    alice, bob = House().enter("alice", "bob")
    alice.call("bob")
    heard(alice, bob)
    alice.mark_away("tired")
    bob.direct("alice", "hi")
    alice.list_users()
    bob.part()
    bob.call("alice")
    assert heard(alice, bob) == [
        [
            MarkedAway("tired", later=True),
            SaidDirectly("bob", "hi"),
            Roster((Entry(1, "alice", Status.BUSY), Entry(2, "bob", Status.BUSY)), 2),
            Parted("bob", Ending.GOODBYE, by_you=False, status=Status.AWAY),
        ],
        [
            Sent("alice", None),
            Parted("alice", Ending.GOODBYE, by_you=True, status=Status.FREE),
            Refused(Refusal.AWAY, "alice"),
        ],
    ]


def test_what_is_told_of_somebody():
    house = House()
    alice, bob = house.enter("alice", "bob")
    house.clock.advance(5)
    dave = house.connect()
    house.clock.advance(10)
    dave.say("dave")
    heard(alice, dave)
    alice.describe("dave")
    (told,) = heard(alice)[0]
    assert (told.since, told.idle) == (15.0, 10.0)
    house.clock.advance(75)
    bob.last_input = house.clock.seconds()
    house.clock.advance(5)
    bob.mark_away("tea")
    alice.describe("bob")
    alice.describe("zoe")
    assert heard(alice) == [
        [
            Described("bob", 2, Status.AWAY, away="tea", since=0.0, idle=5.0, secure=False),
            Refused(Refusal.NOBODY, "zoe"),
        ]
    ]


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_since_when_somebody_is_here_agrees_with_the_time_of_day_also_after_it_was_set(step):
    house = House()
    alice, _ = house.enter("alice", "bob")
    house.clock.advance(100)
    house.clock_set_by = step
    alice.describe("bob")
    (told,) = heard(alice)[0]
    assert (told.since, told.idle) == (step, 100.0)


def test_nothing_of_an_ignored_user_arrives_and_the_user_cannot_tell():
    alice, bob = House().enter("alice", "bob")
    alice.ignore("bob")
    bob.direct("alice", "hi")
    bob.shout("hi")
    bob.call("alice")
    assert heard(alice, bob) == [
        [IgnoreChanged("bob", on=True)],
        [Sent("alice", None), SentToAll(1), Refused(Refusal.AWAY, "alice")],
    ]
    alice.call("bob")
    alice.ignore()
    assert heard(alice, bob) == [[Refused(Refusal.IGNORED_BY_YOU, "bob"), IgnoreList(("bob",))], []]
    alice.unignore("2")
    bob.shout("again")
    assert heard(alice) == [[IgnoreChanged("bob", on=False), SaidToAll("bob", "again")]]


def test_ignoring_follows_a_new_name_and_ends_when_either_leaves():
    house = House()
    alice, bob = house.enter("alice", "bob")
    alice.ignore("bob")
    bob.rename("robert")
    bob.direct("alice", "hi")
    alice.ignore()
    assert heard(alice)[0][-1] == IgnoreList(("robert",))
    bob.quit()
    (again,) = house.enter("robert")
    again.direct("alice", "hi")
    assert heard(alice) == [[SaidDirectly("robert", "hi")]]


def test_ignoring_the_partner_ends_the_session():
    alice, bob = House().enter("alice", "bob")
    alice.call("bob")
    heard(alice, bob)
    alice.ignore("bob")
    assert heard(alice, bob) == [
        [
            IgnoreChanged("bob", on=True),
            Parted("bob", Ending.GOODBYE, by_you=True, status=Status.FREE),
        ],
        [Parted("alice", Ending.GOODBYE, by_you=False, status=Status.FREE)],
    ]


def test_what_cannot_be_ignored():
    alice, _ = House().enter("alice", "bob")
    alice.ignore("alice")
    alice.ignore("zoe")
    alice.unignore("zoe")
    alice.unignore("bob")
    assert heard(alice) == [
        [
            Refused(Refusal.IGNORING_YOURSELF),
            Refused(Refusal.NOBODY, "zoe"),
            Refused(Refusal.NOBODY, "zoe"),
            Refused(Refusal.NOT_IGNORED, "bob"),
        ]
    ]
