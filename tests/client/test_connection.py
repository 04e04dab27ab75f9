"""The connection: lines, and the question for a name."""

import pytest
from OpenSSL import SSL
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from chatserver.client.connection import ConnectionFactory


class Notes:
    """A face that notes what it is told."""

    def __init__(self):
        self.told = []

    def __getattr__(self, what):
        return lambda *arguments: self.told.append((what, *arguments))


@pytest.fixture
def connection():
    connection = ConnectionFactory(Notes()).buildProtocol(None)
    connection.makeConnection(StringTransport())
    connection.notes = connection._face.told
    connection.notes.clear()
    return connection


WELCOME = "(server): Welcome to home. What is your name?"
TAKEN = "(server): The name ann is taken. What is your name?"
HELLO = "(server): Hello, ann. You are user 1 and FREE. /help lists the commands."


def test_the_name_is_asked_for_once_and_again_and_not_after_it_was_accepted(connection):
    later = "bob: What is your name?"
    for line in (WELCOME, TAKEN, HELLO, later, HELLO):
        connection.dataReceived(line.encode() + b"\r\n")
    assert connection.notes == [
        ("heard", WELCOME),
        ("asked", False, WELCOME),
        ("heard", TAKEN),
        ("asked", True, TAKEN),
        ("heard", HELLO),
        ("named",),
        ("heard", later),
        ("heard", HELLO),
    ]


def test_a_name_that_is_a_greeting_is_asked_for_once_more_and_not_refused(connection):
    greeting = "(server): hi is a greeting. What name shall the others see? hi once more, if it is your name."
    for line in (WELCOME, greeting, TAKEN):
        connection.dataReceived(line.encode() + b"\r\n")
    assert [notes[:2] for notes in connection.notes if notes[0] == "asked"] == [
        ("asked", False),
        ("asked", False),
        ("asked", True),
    ]


def test_lines_are_split_at_lf_only_and_made_harmless(connection):
    connection.dataReceived("a\rb\u2028c\x1b[1m\r\nnext\n".encode())
    assert connection.notes == [("heard", "a\ufffdb\ufffdc\ufffd[1m"), ("heard", "next")]


def test_a_line_is_sent_with_its_end(connection):
    connection.say("zoë".encode())
    assert connection.transport.value() == "zoë\n".encode()


def test_a_last_line_without_an_end_is_heard(connection):
    connection.dataReceived(b"bob: one\nbob: tw")
    connection.connectionLost()
    assert connection.notes == [("heard", "bob: one"), ("heard", "bob: tw"), ("closed", "")]


def test_the_end_is_told(connection):
    connection.connectionLost()
    assert connection.notes == [("closed", "")]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionDone(), ""),
        (ConnectionLost(), ""),
        (RuntimeError("broken"), "broken"),
        (SSL.Error([("SSL routines", "", "certificate verify failed")]), "certificate verify failed"),
        (SSL.Error(), ""),
    ],
)
def test_why_it_ended(connection, error, words):
    connection.connectionLost(Failure(error))
    assert connection.notes == [("closed", words)]
