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


def test_people_read_who_comes_and_goes_and_who_talks_and_programs_find_the_fields(events):
    clock, journal = Clock(), Journal()
    alice, bob = (new_user(Ear(), None, clock.seconds) for _ in range(2))
    (alice.name, alice.id), (bob.name, bob.id) = ("alice", 1), ("bob", 2)
    journal.joined(alice, "192.0.2.1:1", 1)
    clock.advance(1.5)
    journal.paired(alice, bob)
    clock.advance(2)
    journal.parted(bob, alice, Ending.GOODBYE)
    journal.left(alice, Ending.LOST, "192.0.2.1:1", 1)
    assert [formatEvent(event) for event in events] == [
        "alice (user 1) joined from 192.0.2.1:1; 1 online",
        "alice (user 1) is in a session with bob (user 2)",
        "bob (user 2) is in no session with alice (user 1) any more",
        "alice (user 1) lost the connection, was at 192.0.2.1:1; 1 online",
    ]
    named = [{name: value for name, value in fields(event).items() if name != "text"} for event in events]
    assert named == [
        {"event": "joined", "user": "alice", "id": 1, "address": "192.0.2.1:1"},
        {"event": "paired", "user": "alice", "id": 1, "partner": "bob"},
        {"event": "parted", "user": "bob", "id": 2, "partner": "alice", "duration": 2.0, "reason": "goodbye"},
        {"event": "left", "user": "alice", "id": 1, "address": "192.0.2.1:1", "duration": 3.5, "reason": "lost"},
    ]
    assert {event["log_level"] for event in events} == {LogLevel.info}


def test_a_server_keeps_a_journal(events):
    server = Server()
    alice, _ = server.enter("alice", "bob")
    alice.type("connect bob", "a secret", "goodbye", "connect bob", "/quit")
    alice.hang_up()
    assert [(event["event"], event["user"]) for event in events] == [
        ("joined", "alice"),
        ("joined", "bob"),
        ("paired", "alice"),
        ("parted", "alice"),
        ("paired", "alice"),
        ("left", "alice"),
        ("parted", "alice"),
    ]
    assert not any("secret" in str(event) for event in events)
    server.end()
