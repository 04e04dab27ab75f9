"""Every event is worded, and every line says who is speaking."""

import re

import pytest

from chatserver.domain import events, farewells
from chatserver.domain.events import Entry
from chatserver.domain.terms import Ending, Refusal, Status
from chatserver.language.phrases import ENDINGS, REFUSALS, phrase
from tests.people import EVENTS

WORDED = [
    (events.Said("alice", "hi"), "alice: hi"),
    (events.Said("alice", ""), "alice: "),
    (events.Said("alice", "{0} %s {name}"), "alice: {0} %s {name}"),
    (events.Said("alice", "hi\n\nyou"), "alice: hi\nalice: \nalice: you"),
    (events.SaidDirectly("alice", "hi\nyou"), "alice (direct): hi\nalice (direct): you"),
    (
        events.Sent("bob", "tea", 2),
        '(server): Sent to bob. bob is AWAY: "tea"\n(server): Sent to bob. bob is AWAY: "tea"',
    ),
    (events.Acted("alice", "waves"), "* alice waves"),
    (events.SaidDirectly("alice", "hi"), "alice (direct): hi"),
    (events.SaidToAll("alice", "hi"), "alice (all): hi"),
    (events.ActedToAll("alice", "waves"), "(all) * alice waves"),
    (events.Sent("bob", None), "(server): Sent to bob."),
    (events.Sent("bob", ""), "(server): Sent to bob. bob is AWAY."),
    (events.Sent("bob", "tea"), '(server): Sent to bob. bob is AWAY: "tea"'),
    (events.SentToAll(4), "(server): Sent to 4 users."),
    (events.SentToAll(1), "(server): Sent to 1 user."),
    (events.SentToAll(0), "(server): Sent to 0 users: nobody else is here."),
    (events.Welcome("home"), "(server): Welcome to home. What is your name?"),
    (
        events.Greeted("hello"),
        "(server): hello is a greeting. What name shall the others see? hello once more, if it is your name.",
    ),
    (events.Hello("alice", 3), "(server): Hello, alice. You are user 3 and FREE. /help lists the commands."),
    (events.MessageOfTheDay(("a", "", "b")), "(server): a\n(server): \n(server): b"),
    (events.Joined("alice"), "(server): alice joined."),
    (events.Departed("alice", Ending.LEFT), "(server): alice left."),
    (events.Departed("alice", Ending.LOST), "(server): alice lost the connection."),
    (events.Renamed("alice", "zoe"), "(server): alice is now zoe."),
    (events.YouAreNow("zoe"), "(server): You are now zoe."),
    (
        events.Connected("bob", 2),
        "(server): You are now connected to bob\n(server): bob is user 2. goodbye ends it.",
    ),
    (events.StillConnected("bob"), "(server): You are connected to bob."),
    (
        events.Parted("alice", Ending.GOODBYE, by_you=False, status=Status.FREE),
        "(server): alice said goodbye. You are FREE.",
    ),
    (
        events.Parted("alice", Ending.GOODBYE, by_you=True, status=Status.AWAY),
        "(server): You said goodbye to alice. You are AWAY.",
    ),
    (events.Parted("alice", Ending.LEFT, by_you=False, status=Status.FREE), "(server): alice left. You are FREE."),
    (
        events.Parted("alice", Ending.LOST, by_you=False, status=Status.FREE),
        "(server): alice lost the connection. You are FREE.",
    ),
    (
        events.Refused(Refusal.EMPTY_NAME, "", ask_name=True),
        "(server): Username can't be empty. What is your name?",
    ),
    (events.Refused(Refusal.NAME_FIRST, ask_name=True), "(server): First your name, please. What is your name?"),
    (events.Refused(Refusal.SESSION_ENDED, "bob"), "(server): Not sent: your session with bob has ended."),
    (events.Roster((), 0), "(server): 0 users online:"),
    (
        events.Roster((Entry(9, "al", Status.FREE), Entry(10, "bob", Status.BUSY)), 2),
        "(server): 2 users online:\n(server):  9 al  FREE\n(server): 10 bob BUSY",
    ),
    (
        events.Roster((Entry(9, "al", Status.FREE),), 1, 0),
        "(server): 1 user online:\n(server): 9 al FREE",
    ),
    (
        events.Roster((Entry(9, "al", Status.FREE),), 12345),
        "(server): 1 of 12,345 users online:\n(server): 9 al FREE",
    ),
    (
        events.Roster((Entry(9, "al", Status.FREE),), 10000, 9800),
        "(server): 9,801 of 10,000 users online:\n(server): 9 al FREE\n"
        "(server): 9,800 more: status PREFIX* narrows the list, /users all has them.",
    ),
    (
        events.Described("bob", 2, Status.AWAY, "tea", since=86400.0, idle=3725.9, secure=False),
        '(server): bob is user 2 and AWAY: "tea"\n'
        "(server): bob is here since 1970-01-02 00:00:00 UTC, idle for 1 h 2 min, connected in the clear (plain).",
    ),
    (
        events.Described("bob", 2, Status.FREE, "", since=0.0, idle=0.0, secure=True),
        "(server): bob is user 2 and FREE.\n"
        "(server): bob is here since 1970-01-01 00:00:00 UTC, idle for 0 s, connected by TLS.",
    ),
    (events.MarkedAway("x" * 61, later=False), f'(server): You are AWAY: "{"x" * 60}..."'),
    (events.MarkedAway("", later=False), "(server): You are AWAY."),
    (events.MarkedAway("tea", later=True), '(server): When this session ends, you will be AWAY: "tea"'),
    (events.MarkedBack(was_away=True, status=Status.FREE), "(server): Welcome back. You are FREE."),
    (events.MarkedBack(was_away=False, status=Status.BUSY), "(server): You were not AWAY. You are BUSY."),
    (events.IgnoreChanged("bob", on=True), "(server): You ignore bob now."),
    (events.IgnoreChanged("bob", on=False), "(server): You do not ignore bob any more."),
    (events.IgnoreList(()), "(server): You ignore nobody."),
    (events.IgnoreList(("bob", "zoe")), "(server): You ignore bob, zoe."),
    (events.Pong(""), "(server): pong"),
    (events.Pong("7 x"), "(server): pong 7 x"),
    (events.UnknownCommand("/wohis", "/whois"), "(server): Unknown command /wohis. Did you mean /whois?"),
    (events.UnknownCommand("/xyz", ""), "(server): Unknown command /xyz. /help lists the commands."),
    (events.Misused("/bc text"), "(server): Usage: /bc text"),
    (events.LinesWait(5), "(server): Your lines are waiting, and follow at 5 a second. None is lost."),
    (events.LineTooLong(4096), "(server): Not sent: a line has at most 4096 bytes."),
    (events.Refused(Refusal.UNFINISHED_LINE), "(server): Not sent: your last line has no line end."),
    (farewells.Goodbye("alice"), "(server): Goodbye, alice."),
    (farewells.Goodbye(""), "(server): Goodbye."),
    (farewells.ServerFull(5), "(server): The server is full (5 of 5 users). Please try again later."),
    (
        farewells.TooManyHere(64),
        "(server): There are 64 connections from your address already. Please try again later.",
    ),
    (
        farewells.TooManyLately(120),
        "(server): More than 120 connections a minute from your address. Please try again later.",
    ),
    (farewells.TooManyNames(5), "(server): 5 names that cannot be had. Goodbye."),
    (farewells.MadeRoom(), "(server): Too many are waiting without a name. Please connect again."),
    (farewells.LoginTimedOut(30), "(server): No name within 30 s. Goodbye."),
    (farewells.IdleTooLong(600), "(server): Nothing from you for 600 s. Goodbye."),
    (
        farewells.WrongProtocol("HTTP", secure=False),
        "(server): This port speaks lines of text, not HTTP. Connect with telnet, nc or chat-client.",
    ),
    (
        farewells.WrongProtocol("HTTP", secure=True),
        "(server): This port speaks lines of text, not HTTP. Connect with chat-client --tls.",
    ),
    (farewells.NoProxyHeader(), "(server): This port is for a proxy that sends a PROXY header first. Goodbye."),
    (
        farewells.BadProxyHeader("an address in it is none"),
        "(server): The PROXY header is wrong: an address in it is none. Goodbye.",
    ),
    (farewells.LineNeverEnds(65536), "(server): No line end within 65536 bytes. Goodbye."),
    (farewells.ShuttingDown(), "(server): The server is shutting down."),
    (farewells.Faulted(), "(server): Something went wrong on our side. Please connect again."),
]
SPEAKERS = re.compile(r"\(server\): |alice: |alice \(direct\): |alice \(all\): |\* alice |\(all\) \* alice ")


@pytest.mark.parametrize(("event", "words"), WORDED, ids=lambda value: type(value).__name__)
def test_the_words(event, words):
    assert phrase(event) == words


def test_every_event_is_worded_here():
    assert set(EVENTS) - {type(event) for event, _ in WORDED} == {events.HelpAsked}
    assert phrase(events.HelpAsked("")).startswith("(server): status")


@pytest.mark.parametrize("event", [event for event, _ in WORDED] + [events.HelpAsked(""), events.HelpAsked("zz")])
def test_every_line_says_who_is_speaking(event):
    for line in phrase(event).split("\n"):
        assert SPEAKERS.match(line), line


def test_each_refusal_and_each_ending_has_a_sentence_of_its_own():
    assert set(REFUSALS) == set(Refusal)
    assert len(set(REFUSALS.values())) == len(Refusal)
    assert set(ENDINGS) == set(Ending)


def test_a_refusal_names_what_it_is_about():
    for why, words in REFUSALS.items():
        assert ("zoe" in phrase(events.Refused(why, "zoe"))) == ("{about}" in words)
