"""The log as programs read it."""

import json
import re

import pytest
from hypothesis import given, strategies as st
from twisted.logger import Logger, LogLevel, LogPublisher

from chatserver.jsonlog import Record
from tests.processes import LIMIT, Guest, running, twistd

LATE = 1_795_719_731
"""2026-11-26 19:02:11 UTC"""


def logged(say):
    """The records of that which `say` does with a logger."""
    lines, record = [], Record()
    say(Logger("here", observer=LogPublisher(lambda event: lines.append(record(event)))))
    return [json.loads(line) for line in lines if line]


def test_an_event_is_its_fields_and_when_and_how_grave_it_was():
    event = {"event": "joined", "user": "ann", "id": 1, "log_format": "{text}", "text": "ann is here"}
    line = Record()(event | {"log_level": LogLevel.warn, "log_time": LATE + 0.0625, "log_namespace": "x"})
    assert line == '{"time": "2026-11-26T19:02:11.062Z", "level": "warn", "event": "joined", "user": "ann", "id": 1}\n'


def test_the_time_goes_with_the_clock_also_backwards():
    record = Record()
    times = [json.loads(record({"event": "it", "log_time": when}))["time"] for when in (LATE, LATE - 3600, LATE + 0.5)]
    assert times == ["2026-11-26T19:02:11.000Z", "2026-11-26T18:02:11.000Z", "2026-11-26T19:02:11.500Z"]


def test_what_twisted_logs_is_a_message():
    (record,) = logged(lambda log: log.info("{factory} starts on {port}", factory="F", port=5))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.pop("time"))
    assert record == {"level": "info", "event": "message", "text": "F starts on 5"}
    assert logged(lambda log: log.info("")) == []


def test_a_bug_has_its_traceback():
    def fails(log):
        for fields in ({"event": "bug", "address": "192.0.2.1:5"}, {}):
            with log.failuresHandled("a bug", **fields):
                raise ValueError("oops")

    ours, other = logged(fails)
    assert (ours["event"], ours["address"], other["event"]) == ("bug", "192.0.2.1:5", "message")
    for record in (ours, other):
        assert record["level"] == "critical"
        assert record["text"].startswith("a bug\nTraceback")
        assert record["text"].endswith("builtins.ValueError: oops")


class Unspeakable:
    def __repr__(self):
        raise ValueError("no word of me")


STRANGE = st.one_of(
    st.text(),
    st.floats(),
    st.binary(),
    st.builds(Unspeakable),
    st.lists(st.floats()),
    st.just({object(): 1}),
    st.none(),
)


@given(STRANGE, STRANGE)
def test_whatever_it_holds_an_event_is_one_object_on_one_line_of_ascii(one, other):
    line = Record()({"event": "odd", "one": one, "other": other, "log_time": LATE})
    assert line.isascii()
    assert line.count("\n") == 1
    assert json.loads(line, parse_constant=pytest.fail).keys() == {"time", "level", "event", "one", "other"}


def test_every_line_is_an_event_with_named_fields(tmp_path):
    options = ["-n", "--logger", "chatserver.jsonlog.stdout", "chat", "-p", "tcp:0:interface=127.0.0.1"]
    with running(twistd(tmp_path, *options)) as process:
        port = int(process.log.until(r"Factory starting on (\d+)")[1])
        with Guest(port, "ann") as ann:
            ann.type("/quit")
        process.log.until('"left"')
        process.terminate()
        process.wait(LIMIT)
    events = [json.loads(line) for line in process.log.whole().splitlines()]
    ours = {event["event"]: event for event in events if event["event"] != "message"}
    assert list(ours) == ["started", "joined", "left", "stopped"]
    assert (ours["joined"]["user"], ours["left"]["reason"]) == ("ann", "left")
    assert "pace 5" in ours["started"]["limits"]
