"""Whatever becomes of the file that the log goes to, nobody notices but who reads it."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from twisted.logger import globalLogPublisher

from chatserver.observer import Descriptor, LineObserver, to_standard_output
from tests.people import failures
from tests.processes import LIMIT, ROOT, Guest, as_a_shell_starts_it, twistd
from tests.test_ways_in import AS_SYSTEMD


def observer(number):
    """One that writes the text of events to the open file of this number."""
    return LineObserver(lambda event: event["text"] and event["text"] + "\n", Descriptor(number).write)


@pytest.fixture
def pipe():
    """The two ends of one; the one to write is full as soon as it is full, and does not wait."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    yield reads, writes
    for end in (reads, writes):
        os.close(end)


def test_a_line_is_written_at_once_and_an_empty_one_is_not(pipe):
    write = observer(pipe[1])
    for text in ("one", "", "two"):
        write({"text": text})
    assert os.read(pipe[0], 100) == b"one\ntwo\n"


def test_what_a_full_disk_loses_is_counted_and_said_once_there_is_room(tmp_path):
    log = tmp_path / "log"
    with open("/dev/full", "wb") as full, log.open("wb") as room:
        write = observer(full.fileno())
        for text in ("one", "two"):
            write({"text": text})
        os.dup2(room.fileno(), full.fileno())
        for text in ("three", "four"):
            write({"text": text})
    assert log.read_text() == "lines of the log that could not be written: 2\nthree\nfour\n"


def test_a_line_after_half_a_line_begins_a_new_one(pipe):
    reads, writes = pipe
    write = observer(writes)
    write({"text": "x" * 100_000})
    half = os.read(reads, 100_000)
    write({"text": "next"})
    assert half == b"x" * len(half)
    assert os.read(reads, 1000) == b"\nlines of the log that could not be written: 1\nnext\n"


def test_all_of_a_line_is_written_where_the_system_takes_it_in_parts(pipe, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda number, data: write(number, data[:3]))
    observer(pipe[1])({"text": "one two"})
    observer(pipe[1])({"text": "three"})
    assert os.read(pipe[0], 100) == b"one two\nthree\n"


def test_nobody_hears_of_a_log_that_is_broken(pipe):
    reads, writes = os.pipe()
    os.close(reads)
    broken = observer(writes)
    with failures() as found:
        globalLogPublisher.addObserver(broken)
        try:
            globalLogPublisher({"text": "one"})
            os.close(writes)
            globalLogPublisher({"text": "two"})
        finally:
            globalLogPublisher.removeObserver(broken)
    assert found == []


def test_a_standard_output_that_was_closed_from_the_start_is_not_written_to(monkeypatch):
    monkeypatch.setattr(sys, "__stdout__", None)
    to_standard_output()(b"nobody reads this\n")


@pytest.fixture(params=["chatserver.jsonlog.stdout", None])
def logger(request):
    """What twistd is asked for."""
    return ["--logger", request.param] if request.param else []


def full(command):
    return command, os.open("/dev/full", os.O_WRONLY)


def broken(command):
    reads, writes = os.pipe()
    os.close(reads)
    return command, writes


def closed(command):
    return ["sh", "-c", 'exec "$@" >&-', "sh", *command], os.open(os.devnull, os.O_WRONLY)


@pytest.mark.parametrize("output", [full, broken, closed])
def test_a_server_whose_log_cannot_be_written_goes_on(tmp_path, logger, output):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        chat = twistd(tmp_path, "-n", *logger, "chat", "-p", "systemd:domain=INET:index=0")
        command, number = output([sys.executable, "-c", AS_SYSTEMD, str(listener.fileno()), *chat])
        process = subprocess.Popen(
            command, stdout=number, stderr=subprocess.PIPE, cwd=ROOT, preexec_fn=as_a_shell_starts_it,
            pass_fds=[listener.fileno()],
        )  # fmt: skip
        os.close(number)
        port = listener.getsockname()[1]
        with process, Guest(port, "ann") as ann:
            with Guest(port, "bob") as bob:
                bob.type("connect ann")
                ann.read_until("connected to bob")
                ann.type("hello")
                assert bob.read_until("hello") == "ann: hello"
            assert ann.read_until("lost") == "(server): bob lost the connection. You are FREE."
            process.terminate()
            assert ann.read_until("shutting") == "(server): The server is shutting down."
            assert process.wait(LIMIT) in (0, -signal.SIGTERM)
            assert process.stderr.read() == b""
