"""A name that one's own lost connection still holds is tried again, with a clock in the test's hand."""

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from chatserver.client.connection import ConnectionFactory
from chatserver.client.terminal import GHOST_PAUSE_SECONDS, GHOST_SECONDS, TerminalFace

HELLO = b"(server): Hello, ann. You are user 1 and FREE. /help lists the commands.\r\n"
WELCOME = b"(server): Welcome to home. What is your name?\r\n"
TAKEN = b"(server): The name ann is taken. What is your name?\r\n"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def face(clock, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield TerminalFace("ann", bell=True, history=False, clock=clock)


def connect(face):
    connection = ConnectionFactory(face).buildProtocol(None)
    connection.makeConnection(StringTransport())
    return connection


def answers(connection):
    sent = connection.transport.value()
    connection.transport.clear()
    return sent


def test_the_first_time_a_taken_name_is_the_users_to_change(face, clock):
    connection = connect(face)
    connection.dataReceived(WELCOME + TAKEN)
    assert answers(connection) == b"ann\n"
    clock.advance(GHOST_SECONDS)
    assert answers(connection) == b""
    assert not face._entered("bea")
    assert answers(connection) == b"bea\n"


def test_a_name_that_is_a_greeting_is_said_once_more(face):
    connection = connect(face)
    connection.dataReceived(WELCOME)
    connection.dataReceived(
        b"(server): ann is a greeting. What name shall the others see? ann once more, if it is your name.\r\n"
    )
    assert answers(connection) == b"ann\nann\n"


def test_after_a_reconnect_it_is_tried_again_and_then_the_users_to_change(face, clock):
    first = connect(face)
    first.dataReceived(WELCOME + HELLO)
    assert answers(first) == b"ann\n/users\n"
    first.connectionLost()
    second = connect(face)
    second.dataReceived(WELCOME)
    waited = 0.0
    while answers(second) == b"ann\n":
        second.dataReceived(TAKEN)
        assert face._entered("a line") == (waited < GHOST_SECONDS)
        answers(second)
        clock.advance(GHOST_PAUSE_SECONDS)
        waited += GHOST_PAUSE_SECONDS
    assert waited == GHOST_SECONDS + GHOST_PAUSE_SECONDS


def test_the_time_for_trying_again_is_counted_from_the_loss_over_all_connections(face, clock):
    connect(face).dataReceived(WELCOME + HELLO)
    face._connection.connectionLost()
    for _ in range(6):
        again = connect(face)
        again.dataReceived(WELCOME + TAKEN)
        answers(again)
        clock.advance(GHOST_SECONDS / 6)
        again.connectionLost()
    last = connect(face)
    last.dataReceived(WELCOME + TAKEN)
    clock.advance(GHOST_PAUSE_SECONDS)
    assert answers(last) == b"ann\n"


def test_after_a_reconnect_the_name_is_the_one_of_the_last_nick(face, clock):
    first = connect(face)
    first.dataReceived(WELCOME + HELLO + b"(server): You are now zoe.\r\n")
    first.connectionLost()
    second = connect(face)
    second.dataReceived(WELCOME + TAKEN.replace(b"ann", b"zoe"))
    clock.advance(GHOST_PAUSE_SECONDS)
    assert answers(second) == b"zoe\nzoe\n"
    second.dataReceived(HELLO.replace(b"ann", b"zoe"))
    assert answers(second) == b"/users\n"
    assert not face._entered("hello")
    assert answers(second) == b"hello\n"


def test_what_is_typed_before_the_name_was_accepted_stays_in_the_prompt(face):
    connection = connect(face)
    assert face._entered("hello all")
    connection.dataReceived(WELCOME)
    assert face._entered("hello all")
    assert answers(connection) == b"ann\n"
    connection.dataReceived(HELLO)
    assert not face._entered("hello all")
    assert answers(connection) == b"/users\nhello all\n"


def test_a_name_that_is_refused_for_another_reason_is_the_users_to_change(face):
    first = connect(face)
    first.dataReceived(WELCOME + HELLO)
    first.connectionLost()
    second = connect(face)
    second.dataReceived(WELCOME + b"(server): The name ann is reserved. What is your name?\r\n")
    answers(second)
    assert not face._entered("bea")
    assert answers(second) == b"bea\n"


def test_attempts_that_lead_to_no_name_are_made_ever_less_often(face):
    for _ in range(8):
        connect(face).connectionLost()
    assert face.retry_delay(1) > 10
    last = connect(face)
    last.dataReceived(WELCOME + HELLO)
    last.connectionLost()
    assert face.retry_delay(1) < 5


def test_nothing_is_tried_on_a_connection_that_is_gone(face, clock):
    for _ in range(2):
        connection = connect(face)
        connection.dataReceived(WELCOME + HELLO)
        connection.connectionLost()
    third = connect(face)
    third.dataReceived(WELCOME + TAKEN)
    answers(third)
    third.connectionLost()
    clock.advance(GHOST_PAUSE_SECONDS)
    assert answers(third) == b""
