"""Every cell of the pairing machine, by name."""

import pytest
from automat import NoTransition

from chatserver.domain.events import Connected, Hello, Parted, Refused
from chatserver.domain.farewells import Goodbye
from chatserver.domain.session import new_user
from chatserver.domain.terms import Ending, Refusal, State, Status
from tests.people import Ear

REFUSED = Refused(Refusal.BUSY, "bob")
PARTED = Parted("bob", Ending.GOODBYE, by_you=False, status=Status.FREE)


class Recorder:
    """A switchboard that notes what it is told and never answers."""

    def __init__(self):
        self.told = []

    def __getattr__(self, request):
        return lambda *arguments: self.told.append((request, *arguments[1:]))


def user_in(state):
    user = new_user(Ear(), Recorder(), lambda: 0.0)
    user.name, user.id = "alice", 1
    steps = {
        "new": [],
        "free": [("admitted",)],
        "talking": [("admitted",), ("paired", bob())],
        "gone": [("quit", Ending.LOST)],
    }
    for request, *arguments in steps[state]:
        getattr(user.session, request)(*arguments)
    user.audience.since()
    user.switchboard.told.clear()
    user.audience.dismissed = 0
    return user


def bob():
    partner = new_user(Ear(), Recorder(), lambda: 0.0)
    partner.name, partner.id = "bob", 2
    return partner


INPUTS = {
    "admitted": (),
    "call": ("bob",),
    "paired": (bob(),),
    "refused": (REFUSED,),
    "not_paired": (REFUSED, 2),
    "part": (),
    "parted": (PARTED,),
    "quit": (Ending.LOST,),
}
STATES = {"new": State.UNNAMED, "free": State.FREE, "talking": State.BUSY, "gone": State.GONE}

# state, input: the next state, what the user is told, what the switchboard is told
CELLS = {
    ("new", "admitted"): ("free", [Hello("alice", 1)], []),
    ("new", "refused"): ("new", [REFUSED], []),
    ("new", "quit"): ("gone", [], [("leave", Ending.LOST)]),
    ("free", "call"): ("free", [], [("place", "bob")]),
    ("free", "paired"): ("talking", [Connected("bob", 2)], []),
    ("free", "refused"): ("free", [REFUSED], []),
    ("free", "not_paired"): ("free", [REFUSED], []),
    ("free", "quit"): ("gone", [], [("leave", Ending.LOST)]),
    ("talking", "part"): ("talking", [], [("part",)]),
    ("talking", "refused"): ("talking", [REFUSED], []),
    ("talking", "not_paired"): ("talking", [REFUSED], []),
    ("talking", "parted"): ("free", [PARTED], []),
    ("talking", "quit"): ("gone", [], [("leave", Ending.LOST)]),
    ("gone", "admitted"): ("gone", [], []),
    ("gone", "paired"): ("gone", [], []),
    ("gone", "refused"): ("gone", [], []),
    ("gone", "not_paired"): ("gone", [], []),
    ("gone", "parted"): ("gone", [], []),
    ("gone", "quit"): ("gone", [], []),
}
EMPTY = [
    ("new", "call"),
    ("new", "paired"),
    ("new", "not_paired"),
    ("new", "part"),
    ("new", "parted"),
    ("free", "admitted"),
    ("free", "part"),
    ("free", "parted"),
    ("talking", "admitted"),
    ("talking", "call"),
    ("talking", "paired"),
    ("gone", "call"),
    ("gone", "part"),
]


def test_every_cell_is_named():
    assert sorted([*CELLS, *EMPTY]) == sorted((state, name) for state in STATES for name in INPUTS)
    assert len(CELLS) <= 25


@pytest.mark.parametrize(("state", "name"), CELLS)
def test_a_step(state, name):
    following, told, switchboard = CELLS[state, name]
    user = user_in(state)
    getattr(user.session, name)(*INPUTS[name])
    assert user.state is STATES[following]
    assert user.audience.told == told
    assert user.switchboard.told == switchboard
    assert user.audience.dismissed == (name == "quit" and state != "gone")


@pytest.mark.parametrize(("state", "name"), EMPTY)
def test_an_impossible_step_is_refused_before_anything_changes(state, name):
    user = user_in(state)
    with pytest.raises(NoTransition):
        getattr(user.session, name)(*INPUTS[name])
    assert user.state is STATES[state]
    assert user.audience.told == []
    assert user.switchboard.told == []


def test_the_partner_is_known_only_in_a_session():
    user, partner = user_in("free"), bob()
    assert user.partner is None
    user.session.paired(partner)
    assert user.partner is partner
    user.session.parted(PARTED)
    assert user.partner is None


def test_whoever_ended_the_session_has_no_guard():
    user = user_in("talking")
    user.session.parted(Parted("bob", Ending.GOODBYE, by_you=True, status=Status.FREE))
    user.audience.since()
    user.say("hello?")
    assert user.audience.told == [Refused(Refusal.NOT_SENT)]


@pytest.mark.parametrize("state", ["free", "talking"])
def test_a_line_for_one_who_was_called_in_vain_is_held_back(state):
    user = user_in(state)
    user.session.not_paired(Refused(Refusal.BUSY, "carl"), 3)
    user.audience.since()
    user.say("for carl")
    assert user.audience.told == [Refused(Refusal.NOT_CONNECTED, "carl")]


def test_quit_says_goodbye_first():
    user = user_in("free")
    user.quit()
    assert user.audience.told == [Goodbye("alice")]
    assert user.switchboard.told == [("leave", Ending.LEFT)]
