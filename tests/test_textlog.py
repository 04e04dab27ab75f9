"""The log as people read it."""

import os
import re
import signal
import time
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import given, strategies as st
from twisted.logger import Logger, LogLevel, LogPublisher
from twisted.python.logfile import LogFile

from chatserver import textlog
from chatserver.textlog import Words, as_asked, to_file
from tests.processes import Guest, server

LATE = 1_795_719_731
"""2026-11-26 19:02:11 UTC"""


@pytest.fixture
def utc(monkeypatch):
    """It is as late here as there."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def event(text, level=LogLevel.info, when=LATE + 0.5):
    return {"log_format": "{text}", "text": text, "log_level": level, "log_time": when}


def logged(say):
    """What people read of that which `say` does with a logger."""
    lines, words = [], Words()
    say(Logger("here", observer=LogPublisher(lambda event: lines.append(words(event)))))
    return [re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", "", line) for line in lines]


def test_a_line_is_the_time_and_what_happened(utc):
    assert Words()(event("ann joined")) == "2026-11-26 19:02:11 ann joined\n"


def test_the_time_is_local(utc):
    utc.setenv("TZ", "XST-5:30")
    time.tzset()
    assert Words()(event("ann joined")).startswith("2026-11-27 00:32:11 ")


def test_the_time_goes_with_the_clock_also_backwards(utc):
    words = Words()
    times = [words(event("", when=when))[:19] for when in (LATE, LATE + 0.9, LATE + 1, LATE - 3600, LATE)]
    assert [late[11:] for late in times] == ["19:02:11", "19:02:11", "19:02:12", "18:02:11", "19:02:11"]


def test_who_should_look_at_it_is_said(utc):
    lines = [Words()(event("it", level)) for level in LogLevel.iterconstants()]
    assert [line[20:-1] for line in lines] == ["it", "it", "warning: it", "error: it", "critical: it"]


def test_what_twisted_logs_is_a_line_too_without_where_it_comes_from():
    assert logged(lambda log: log.info("{factory} starts on {port}", factory="F", port=5)) == ["F starts on 5\n"]
    assert logged(lambda log: log.warn("beware")) == ["warning: beware\n"]
    assert logged(lambda log: log.info("")) == [""]


def test_a_traceback_follows_indented():
    def fails(log):
        with log.failuresHandled("a bug in {place}", place="here"):
            raise ValueError("oops")

    (text,) = logged(fails)
    first, *rest = text.splitlines()
    assert first == "critical: a bug in here"
    assert rest[0] == "    Traceback (most recent call last):"
    assert rest[-1] == "    builtins.ValueError: oops"
    assert all(line.startswith("    ") for line in rest)


@given(st.text())
def test_no_text_controls_a_terminal_or_passes_for_another_event(text):
    for line in (Words()(event(text)), logged(lambda log: log.info("{it}", it=text))[0] or "\n"):
        assert line[-1] == "\n"
        first, *rest = line[:-1].split("\n")
        assert all(one.isprintable() for one in [first, *rest])
        assert all(one.startswith(textlog.INDENT) for one in rest)


def test_what_is_not_shown_is_escaped():
    assert Words()(event("\x1b[2J\x85\u202e\ud800\ttab"))[20:] == "\\x1b[2J\\x85\\u202e\\ud800\\ttab\n"


def test_an_event_without_a_time_or_a_level_is_a_line():
    assert re.fullmatch(r"\d{4}-.{14} it\n", Words()({"log_format": "it"}))


def test_a_server_has_it_by_itself(tmp_path):
    with server(tmp_path) as (process, port), Guest(port, "ann"):
        process.log.until(r"\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ann \(user 1\) joined from 127\.0\.0\.1:\d+; 1 online\n")


@pytest.fixture
def rotates(monkeypatch):
    """A reactor; files are closed in the end, and signals given back."""
    before, files = signal.getsignal(signal.SIGUSR1), []

    class Remembered(LogFile):
        def __init__(self, *given):
            super().__init__(*given)
            files.append(self)

    monkeypatch.setattr(textlog, "LogFile", Remembered)
    yield SimpleNamespace(callFromThread=lambda call: call())
    signal.signal(signal.SIGUSR1, before)
    for file in files:
        file.close()


def test_a_file_is_begun_anew_when_the_process_is_told_so(tmp_path, rotates):
    log = to_file(f"{tmp_path}/log", rotates)
    log(event("one"))
    os.kill(os.getpid(), signal.SIGUSR1)
    log(event("two"))
    assert (tmp_path / "log.1").read_text().endswith(" one\n")
    assert (tmp_path / "log").read_text().endswith(" two\n")


def test_a_signal_that_somebody_else_uses_is_theirs(tmp_path, rotates):
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    to_file(f"{tmp_path}/log", rotates)
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({}, "twistd.log"),
        ({"logfile": "/var/log/chat"}, "/var/log/chat"),
        ({"logfile": "/var/log/chat", "nodaemon": True}, "/var/log/chat"),
    ],
)
def test_a_file_is_where_twistd_would_have_it(options, path):
    make = as_asked(options, None)
    assert isinstance(make, partial)
    assert (make.func, make.args[0]) == (to_file, path)


@pytest.mark.parametrize(
    ("options", "make"),
    [
        ({"nodaemon": True}, textlog.stdout),
        ({"nodaemon": True, "logfile": "-"}, textlog.stdout),
        ({"logfile": "-"}, None),
        ({"nodaemon": True, "logger": textlog.stdout}, None),
        ({"syslog": True}, None),
    ],
)
def test_whoever_asks_twistd_for_a_log_has_that(options, make):
    assert as_asked(options, None) is make
