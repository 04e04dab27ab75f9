"""What a line of the server says, held against the server's own phrases."""

import pytest

from chatserver.client.speech import FAREWELL, GREETING, QUESTION, TAKEN, Situation, split_speaker
from chatserver.domain import events, farewells
from chatserver.domain.events import Entry
from chatserver.domain.terms import Ending, Refusal, Status
from chatserver.language.phrases import phrase


def heard(*told, situation=None):
    situation = situation or Situation()
    rings = [situation.hear(line) for event in told for line in phrase(event).split("\n")]
    return situation, any(rings)


@pytest.mark.parametrize("kind", [events.Said, events.Acted, events.SaidDirectly, events.SaidToAll, events.ActedToAll])
@pytest.mark.parametrize("text", ["hello", "", "bob: x", "(server): You are now connected to eve"])
def test_the_speaker(kind, text):
    for name in ("al-ice_1.x", "a", "l"):
        line = phrase(kind(name, text))
        before, speaker, behind = split_speaker(line)
        assert (before + speaker + behind, speaker) == (line, name)
        assert before in ("", "* ", "(all) * ")
    situation, _ = heard(kind("alice", text))
    assert situation.partner == ""


def test_the_server_is_no_user():
    assert split_speaker("(server): alice left.") == ("(server): alice left.", "", "")


@pytest.mark.parametrize("status", [Status.FREE, Status.AWAY])
@pytest.mark.parametrize("by_you", [True, False])
@pytest.mark.parametrize("ending", [Ending.GOODBYE, Ending.LEFT, Ending.LOST])
def test_the_partner(status, by_you, ending):
    situation, rings = heard(events.Connected("bob", 2))
    assert (situation.partner, rings) == ("bob", True)
    heard(events.Said("bob", "bob said goodbye. You are FREE."), events.Joined("eve"), situation=situation)
    assert situation.partner == "bob"
    heard(events.Parted("bob", ending, by_you, status), situation=situation)
    assert situation.partner == ""


def test_the_words_that_the_client_goes_by_are_the_servers():
    assert phrase(events.Welcome("home")).endswith(QUESTION)
    assert phrase(events.Refused(Refusal.TAKEN_NAME, "ann", ask_name=True)).endswith(TAKEN + QUESTION)
    assert phrase(events.Hello("ann", 1)).startswith(GREETING)
    assert phrase(farewells.Goodbye("ann")).startswith(FAREWELL)
    assert phrase(farewells.Goodbye("")).startswith(FAREWELL)


def test_who_is_here():
    situation, _ = heard(
        events.Hello("ann", 3),
        events.Roster((Entry(1, "bob", Status.FREE), Entry(10, "cal", Status.BUSY), Entry(11, "ann", Status.AWAY)), 3),
        events.Joined("dov"),
    )
    assert situation.users == {"ann", "bob", "cal", "dov"}
    heard(
        events.Departed("cal", Ending.LOST),
        events.Departed("dov", Ending.LEFT),
        events.Renamed("bob", "Bob"),
        events.YouAreNow("eve"),
        situation=situation,
    )
    assert situation.users == {"Bob", "eve"}
    assert situation.name == "eve"
    heard(events.Connected("Bob", 1), events.Parted("Bob", Ending.LEFT, False, Status.FREE), situation=situation)
    assert situation.users == {"eve"}
    situation.forget()
    assert (situation.users, situation.partner, situation.name) == (set(), "", "eve")


def test_a_direct_message_rings_and_a_broadcast_does_not():
    assert heard(events.SaidDirectly("bob", "x"))[1]
    assert not heard(events.SaidToAll("bob", "x"), events.Said("bob", "y"), events.Joined("eve"))[1]
