"""What a user does that the switchboard has no part in."""

import pytest

from chatserver.domain.events import HelpAsked, Pong, Refused
from chatserver.domain.farewells import Goodbye, ShuttingDown
from chatserver.domain.terms import Refusal, State
from tests.people import House


@pytest.fixture
def alice():
    return House().enter("alice")[0]


def test_a_name_and_an_id_are_answered_to(alice):
    assert alice.answers_to("ALICE")
    assert alice.answers_to("1")
    assert not alice.answers_to("bob")
    assert not alice.answers_to("2")


def test_ping_and_help_are_answered_at_once(alice):
    alice.ping("x")
    alice.help("dm")
    assert alice.audience.told == [Pong("x"), HelpAsked("dm")]


def test_what_does_not_apply_is_explained(alice):
    alice.refuse_part()
    alice.refuse_rename("zoe")
    assert alice.audience.told == [Refused(Refusal.NO_SESSION), Refused(Refusal.NICK_IN_SESSION, "zoe")]


def test_a_refusal_asks_for_the_name_where_there_is_none():
    newcomer = House().connect()
    newcomer.audience.since()
    newcomer.refuse(Refusal.NAME_FIRST)
    assert newcomer.audience.told == [Refused(Refusal.NAME_FIRST, ask_name=True)]


@pytest.mark.parametrize(
    ("leave", "farewell"),
    [(lambda user: user.quit(), Goodbye("alice")), (lambda user: user.dismiss(ShuttingDown()), ShuttingDown())],
)
def test_leaving_reads_the_farewell_and_ends_once(alice, leave, farewell):
    leave(alice)
    leave(alice)
    assert alice.audience.told[0] == farewell
    assert alice.audience.dismissed == 1
    assert alice.state is State.GONE


def test_a_user_is_small(alice):
    assert not hasattr(alice, "__dict__")
