"""The guard against a plain reading of its rule in docs/protocol.rst, and what of what is typed begins and ends it."""

from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings, strategies as st

from chatserver.domain.channel import OpenLobby
from chatserver.domain.events import Connected, Parted, Refused
from chatserver.domain.terms import Refusal, State
from chatserver.language.deeds import Deed
from chatserver.language.grammar import obey, obey_at_once
from tests.people import House, heard

NOT_SENT = {Refusal.SESSION_ENDED, Refusal.NOT_CONNECTED}
IN_VAIN = {Refusal.NOBODY, Refusal.BUSY, Refusal.AWAY, Refusal.IGNORED_BY_YOU, Refusal.YOU_ARE_BUSY}


def lobby():
    """ann in a lobby where plain lines go to all, with bob, who is BUSY with cal."""
    ann, bob, cal, dov = House(lobby=OpenLobby).enter("ann", "bob", "cal", "dov")
    bob.call("cal")
    heard(ann, bob, cal, dov)
    return ann, dov


def held(ann, dov):
    """Whom a plain line of ann's is held back for; empty if it reaches all."""
    heard(ann, dov)
    obey(ann, "a secret")
    told, all_told = heard(ann, dov)
    assert bool(told) != bool(all_told)
    return told[0].about if told else ""


@pytest.mark.parametrize("line", ["a secret", "/say a secret", "//a secret", "/me whispers", "Connect bob", "//quit"])
@pytest.mark.parametrize("connect", ["connect bob", "CONNECT 2", "/query bob", " /Connect BOB "])
def test_however_it_is_typed_it_reaches_nobody(connect, line):
    ann, dov = lobby()
    assert obey(ann, connect) is Deed.ORDINARY
    assert obey(ann, line) is Deed.ORDINARY
    assert heard(ann, dov) == [[Refused(Refusal.BUSY, "bob"), Refused(Refusal.NOT_CONNECTED, "bob")], []]


@pytest.mark.parametrize("line", ["status", "/users", "/help", "goodbye", "/away", "/dm dov x", "/bc x", "/whois zoe"])
def test_a_command_that_was_understood_ends_it(line):
    ann, dov = lobby()
    obey(ann, "connect bob")
    obey(ann, line)
    assert held(ann, dov) == ""


@pytest.mark.parametrize("line", ["connect ann", "connect 1"])
def test_so_does_one_that_is_no_refusal(line):
    ann, dov = lobby()
    obey(ann, "connect bob")
    obey(ann, line)
    assert held(ann, dov) == ""


@pytest.mark.parametrize(
    "line", ["/ping", "/ping x", "/xyz", "/", "/dm", "/dm dov", "connect", "/connect", "/quit now", ""]
)
def test_what_a_program_sends_or_nobody_understands_does_not(line):
    ann, dov = lobby()
    obey(ann, "connect bob")
    obey(ann, line)
    assert held(ann, dov) == "bob"


@pytest.mark.parametrize(
    "line", ["connect", "/connect", "/connect ", "/conect", "/wohis bob", "/dm bob", "connect ann"]
)
def test_nobody_is_called_in_vain_by_these(line):
    ann, dov = lobby()
    obey(ann, line)
    assert held(ann, dov) == ""


@pytest.mark.parametrize(
    ("line", "name"),
    [("/connect bob please", "bob"), ("/conect bob", "bob"), (" /qeury 2 now", "2"), ("/CONECT x", "x")],
)
def test_a_connect_that_was_not_understood_is_one_in_vain(line, name):
    ann, dov = lobby()
    obey(ann, line)
    assert held(ann, dov) == name


@pytest.mark.parametrize("line", ["/conect dov", "/connect 4 now", "/conect ann"])
def test_not_with_the_partner_or_oneself(line):
    ann, dov = lobby()
    dov.call("ann")
    obey(ann, line)
    heard(dov)
    obey(ann, "hello")
    assert len(heard(dov)[0]) == 1


def test_the_next_one_who_is_called_is_the_one_whom_it_is_about():
    ann, dov = lobby()
    obey(ann, "connect bob")
    obey(ann, "connect cal")
    assert held(ann, dov) == "cal"


def test_lines_at_once_are_held_back_too():
    ann, dov = lobby()
    dov.call("ann")
    obey(ann, "connect bob")
    heard(dov)
    assert not obey_at_once(ann, "for bob\nonly")
    assert heard(dov) == [[]]


# Against a plain reading.

PLAIN = ("text", "/say text", "//text", "/me text", "", "connect")
COMMANDS = ("status", "goodbye", "/away", "/back", "/ignore dov", "/unignore dov")
CALLS = tuple(f"connect {wanted}" for wanted in ("ann", "bob", "cal", "dov", "zoe", "2", "9"))
NO_COMMANDS = ("/ping", "/ping x", "/xyz", "/dm bob")
OTHERS = ("goodbye", "/away", "/back", "connect bob", "/nick bob", "/nick zoe", "/nick dov")
STEP = st.one_of(
    st.just(("ann", "text")),
    st.tuples(st.just("ann"), st.sampled_from(PLAIN + CALLS + COMMANDS + NO_COMMANDS)),
    st.tuples(st.sampled_from(["bob", "cal", "dov"]), st.just("connect ann")),
    st.tuples(st.sampled_from(["bob", "cal", "dov"]), st.sampled_from(OTHERS)),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 2.5, 3.0, 11.0, 14.5])),
)
BEGINNINGS = (
    (),
    (("ann", "connect bob"), ("ann", "connect cal")),
    (("ann", "connect bob"), ("bob", "goodbye")),
    (("bob", "connect cal"), ("ann", "connect bob")),
    (("ann", "connect zoe"), ("dov", "/nick zoe")),
    (("dov", "/away"), ("ann", "connect dov"), ("dov", "/nick zoe"), ("bob", "/nick dov")),
)


@dataclass
class Cause:
    """Why lines are held back: a session that ended or did not begin, with somebody, at a time."""

    why: Refusal
    name: str
    user: object
    at: float
    lines: int = 0
    """How many plain lines came since."""
    refused_at: float = -100.0
    """When one of these was held back for this cause."""

    def holds(self, now):
        if self.why is Refusal.SESSION_ENDED and self.lines == 0 and now - self.at < 15:
            return True
        if self.why is Refusal.NOT_CONNECTED and now - self.at < 3:
            return True
        return now - self.refused_at < 3


class Reading:
    """The rule, read aloud; slow, and with all that has happened."""

    def __init__(self):
        self.causes = []

    def expected(self, now):
        """What a plain line is answered; None if it is sent."""
        holding = [cause for cause in self.causes if cause.holds(now)]
        for cause in self.causes:
            cause.lines += 1
        for cause in holding:
            cause.refused_at = now
        return Refused(holding[-1].why, holding[-1].name) if holding else None

    def command(self):
        self.causes.clear()

    def session(self, partner):
        self.causes = [
            cause
            for cause in self.causes
            if not (cause.user is partner if cause.user else partner.answers_to(cause.name))
        ]


@settings(max_examples=400)
@example(BEGINNINGS[1], [("bob", "goodbye"), ("bob", "connect ann"), ("ann", "text")])
@given(st.sampled_from(BEGINNINGS), st.lists(STEP, max_size=12))
def test_the_guard_is_what_its_rule_says(beginning, steps):
    house = House(lobby=OpenLobby)
    people = dict(zip(("ann", "bob", "cal", "dov"), house.enter("ann", "bob", "cal", "dov"), strict=True))
    ann, others = people["ann"], [people[name] for name in ("bob", "cal", "dov")]
    reading = Reading()
    for who, what in (*beginning, *steps):
        if who == "wait":
            house.clock.advance(what)
            continue
        now, state = house.clock.seconds(), ann.state
        called = house.switchboard._register.find(what.split()[-1]) if what.startswith("connect ") else None
        is_plain = who == "ann" and what in PLAIN and (state is State.BUSY or what not in ("", "connect"))
        expected = reading.expected(now) if is_plain else None
        obey(people[who], what)
        told, *all_told = heard(ann, *others)
        answers = [event for event in told if isinstance(event, Refused) and event.why in NOT_SENT]
        assert answers == ([expected] if expected else [])
        if is_plain:
            reached = sum(map(bool, all_told))
            assert reached == (
                0 if expected else 1 if state is State.BUSY else sum(who not in ignorers(house, ann) for who in others)
            )
        if who == "ann" and what in COMMANDS + CALLS:
            reading.command()
        for event in told:
            if isinstance(event, Refused) and event.why in IN_VAIN and who == "ann" and what in CALLS:
                name = what.split()[-1] if event.why is Refusal.YOU_ARE_BUSY else event.about
                reading.causes.append(Cause(Refusal.NOT_CONNECTED, name, called, now))
            if isinstance(event, Connected):
                reading.session(ann.partner)
            if isinstance(event, Parted) and not event.by_you:
                partner = house.switchboard._register.find(event.partner)
                reading.causes.append(Cause(Refusal.SESSION_ENDED, event.partner, partner, now))


def ignorers(house, user):
    return house.switchboard._ignoring.ignorers_of(user)
