"""The log as people and as programs read it."""

import json

import pytest
from twisted.internet.task import Clock
from twisted.logger import LogLevel, eventAsJSON, formatEvent, globalLogPublisher

from chatserver.domain.session import new_user
from chatserver.domain.terms import Ending
from chatserver.protocols.journal import Journal
from tests.people import Ear, Server


@pytest.fixture
def events():
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


def fields(event):
    """What a program finds in a line of the JSON log."""
    return {name: value for name, value in json.loads(eventAsJSON(event)).items() if not name.startswith("log_")}


def people(clock, *names):
    """Users with these names."""
    for number, name in enumerate(names, 1):
        user = new_user(Ear(), None, clock.seconds)
        user.name, user.id = name, number
        yield user


def test_people_read_who_comes_and_goes_and_who_talks_and_programs_find_the_fields(events):
    clock, journal = Clock(), Journal()
    alice, bob = people(clock, "alice", "bob")
    journal.joined(alice, "192.0.2.1:1", 1)
    alice.name = "zoe"
    journal.renamed(alice, "alice")
    alice.name = "alice"
    clock.advance(1.5)
    journal.paired(alice, bob)
    clock.advance(2)
    journal.parted(bob, alice, Ending.GOODBYE)
    journal.left(alice, Ending.LOST, "192.0.2.1:1", 1)
    assert [formatEvent(event) for event in events] == [
        "alice (user 1) joined from 192.0.2.1:1; 1 online",
        "alice (user 1) is now zoe",
        "alice (user 1) is in a session with bob (user 2)",
        "the session of bob (user 2) with alice (user 1) ended after 2 s: bob said goodbye",
        "alice (user 1) lost the connection after 3 s, was at 192.0.2.1:1; 1 online",
    ]
    named = [{name: value for name, value in fields(event).items() if name != "text"} for event in events]
    assert named == [
        {"event": "joined", "user": "alice", "id": 1, "address": "192.0.2.1:1"},
        {"event": "renamed", "user": "zoe", "id": 1, "old": "alice"},
        {"event": "paired", "user": "alice", "id": 1, "partner": "bob"},
        {"event": "parted", "user": "bob", "id": 2, "partner": "alice", "duration": 2.0, "reason": "goodbye"},
        {"event": "left", "user": "alice", "id": 1, "address": "192.0.2.1:1", "duration": 3.5, "reason": "lost"},
    ]
    assert {event["log_level"] for event in events} == {LogLevel.info}


def test_a_server_keeps_a_journal(events):
    server = Server()
    alice, _ = server.enter("alice", "bob")
    alice.type("/nick alice", "/nick bob", "/nick Alice")
    alice.type("connect bob", "a secret", "goodbye", "connect bob", "/quit")
    alice.hang_up()
    assert [(event["event"], event["user"]) for event in events] == [
        ("joined", "alice"),
        ("joined", "bob"),
        ("renamed", "Alice"),
        ("paired", "Alice"),
        ("parted", "Alice"),
        ("paired", "Alice"),
        ("left", "Alice"),
        ("parted", "Alice"),
    ]
    assert not any("secret" in str(event) for event in events)
    server.end()


@pytest.mark.parametrize(
    ("ending", "how"),
    [
        (Ending.GOODBYE, "said goodbye"),
        (Ending.LEFT, "left"),
        (Ending.LOST, "lost the connection"),
        (Ending.STOPPED, "left with the server"),
    ],
)
def test_each_end_says_how_and_after_how_long(events, ending, how):
    clock, journal = Clock(), Journal()
    ann, bob = people(clock, "ann", "bob")
    clock.advance(7200)
    journal.paired(ann, bob)
    clock.advance(60)
    journal.parted(bob, ann, ending)
    journal.left(ann, ending, "192.0.2.1:1", 1)
    _, parted, left = events
    assert formatEvent(parted) == f"the session of bob (user 2) with ann (user 1) ended after 1 min: bob {how}"
    assert formatEvent(left) == f"ann (user 1) {how} after 2 h 1 min, was at 192.0.2.1:1; 1 online"
    assert (parted["reason"], parted["duration"], left["reason"], left["duration"]) == (
        ending.name.lower(), 60.0, ending.name.lower(), 7260.0,
    )  # fmt: skip


def test_a_session_that_the_server_ends_has_an_end_too(events):
    server = Server()
    server.enter("alice", "bob", "carol")[0].type("connect bob")
    server.clock.advance(5)
    server.factory.switchboard.close()
    (parted,) = (event for event in events if event["event"] == "parted")
    assert (parted["user"], parted["partner"], parted["duration"], parted["reason"]) == ("alice", "bob", 5.0, "stopped")
    server.end()
