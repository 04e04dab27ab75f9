"""Who is listed."""

import pytest
from hypothesis import given, strategies as st

from chatserver.domain.events import Entry, Roster
from chatserver.domain.roster import MOST, roster
from chatserver.domain.terms import Status
from tests.people import House

PEOPLE = [
    Entry(number, name, status)
    for number, (name, status) in enumerate(
        [("ann", Status.FREE), ("Alan", Status.BUSY), ("bob", Status.BUSY), ("al", Status.AWAY)], 1
    )
]


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ("", ["ann", "Alan", "bob", "al"]),
        ("all", ["ann", "Alan", "bob", "al"]),
        ("free", ["ann"]),
        ("BUSY", ["Alan", "bob"]),
        ("Away", ["al"]),
        ("AL*", ["Alan", "al"]),
        ("*", ["ann", "Alan", "bob", "al"]),
        ("a*n*", []),
        ("zoe*", []),
    ],
)
def test_who_is_asked_for(which, names):
    listed = roster(which, PEOPLE, 4)
    assert [entry.name for entry in listed.entries] == names
    assert (listed.online, listed.more) == (4, 0)


@given(st.integers(0, 2 * MOST + 2), st.sampled_from(["", "all", "*", "a*", "free"]))
def test_there_are_never_more_than_one_can_read_unless_all_are_asked_for(number, which):
    crowd = [Entry(number, f"a{number}", Status.FREE) for number in range(number)]
    others = [Entry(number, "zoe", Status.BUSY)] if which in ("a*", "free") else []
    most = number if which == "all" else min(number, MOST)
    assert roster(which, crowd + others, number + len(others)) == Roster(
        tuple(crowd[:most]), number + len(others), number - most
    )


def test_a_user_asks():
    alice, _ = House().enter("alice", "bob")
    alice.list_users("b*")
    assert alice.audience.told == [Roster((Entry(2, "bob", Status.FREE),), 2)]
