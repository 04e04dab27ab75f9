"""The log as programs read it."""

import json
import re
import signal
from contextlib import contextmanager

import pytest
from hypothesis import given, strategies as st
from twisted.internet.task import Clock
from twisted.logger import Logger, LogLevel, LogPublisher, globalLogPublisher
from twisted.python.failure import Failure

from chatserver.jsonlog import Record
from chatserver.observer import LineObserver
from chatserver.protocols.refusals import Refusals
from chatserver.protocols.tls import LOOK_EVERY, Certificates
from tests.certificates import Issued, served
from tests.processes import LIMIT, ROOT, Guest, as_a_shell_starts_it, running, twistd

HERE = "tcp:0:interface=127.0.0.1"

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


@contextmanager
def logging(tmp_path, *options):
    """A server that logs JSON, its port, and the records, which are there when it has ended."""
    command = twistd(tmp_path, "-n", "--logger", "chatserver.jsonlog.stdout", "chat", *options)
    records = []
    with running(command, preexec_fn=as_a_shell_starts_it) as process:
        yield process, int(process.log.until(r"ChatFactory starting on (\d+)")[1]), records
        process.terminate()
        process.wait(LIMIT)
    records += map(json.loads, process.log.whole().splitlines())


def whatever_can_happen(tmp_path):
    """The records of servers to which it does."""
    file = tmp_path / "chat.toml"
    file.write_text(f'port = "{HERE}"\nbad-names = 1')
    with logging(tmp_path, "--config", str(file)) as (process, port, records):
        with Guest(port, "ann") as ann, Guest(port, "bob"):
            ann.told("/nick zoe", "connect bob", "goodbye")
            ann.send(b"x" * 70_000)
            ann.rest()
        for _ in range(2):
            with Guest(port) as nobody:
                nobody.type("1")
        for text in (f'port = "{HERE}"\nname = "other"\npace = 7', "pase = 5"):
            file.write_text(text)
            process.send_signal(signal.SIGHUP)
            process.log.until('"not_changed"' if "pace" in text else '"not_reloaded"')
    with logging(tmp_path, "-p", HERE) as (process, port, more):
        Guest(port, "ann").close()
        process.send_signal(signal.SIGHUP)
        process.wait(LIMIT)
    return records + more


def renew(tmp_path):
    """Certificates are others by now, and then they are broken."""
    pem, clock = tmp_path / "here.pem", Clock()
    pem.write_bytes(Issued("one.example").pem)
    certificates = Certificates(str(pem), clock.seconds)
    for data in (Issued("two.example").pem, b"broken"):
        pem.write_bytes(data)
        clock.advance(LOOK_EVERY)
        served(certificates)


def what_happens_seldom(tmp_path):
    """The records of a bug, of certificates that change, and of a disk that was full."""
    events, lines, is_full = [], [], iter([True, *[False] * 9])
    globalLogPublisher.addObserver(events.append)
    try:
        Refusals(Clock()).fail("refused", "192.0.2.1", Failure(ValueError("oops")))
        renew(tmp_path)
    finally:
        globalLogPublisher.removeObserver(events.append)

    def write(line):
        if next(is_full):
            raise OSError
        lines.append(line)

    observer = LineObserver(Record(), write)
    for event in events * 2:
        observer(event)
    return map(json.loads, lines)


def documented():
    """The fields of each event, as the manual has them."""
    _, table = (ROOT / "docs/operating.rst").read_text().split("   * - ``event``\n")
    rows = re.findall(r"   \* - ``(\w+)``\n     -(.*)\n     - .*\n", table.split("The reasons of")[0])
    return {event: set(re.findall(r"``(\w+)``", fields)) for event, fields in rows}


def test_every_event_has_the_fields_that_the_manual_says_and_no_others(tmp_path):
    found = {}
    for record in (*whatever_can_happen(tmp_path), *what_happens_seldom(tmp_path)):
        fields = record.keys() - {"time", "level", "event"}
        assert found.setdefault(record["event"], fields) == fields
    assert found == documented()


def test_every_event_that_there_can_be_is_documented():
    sources = [path.read_text() for path in (ROOT / "chatserver").rglob("*.py")]
    names = {name for source in sources for name in re.findall(r'\bevent"?[=:] ?"(\w+)"', source)}
    assert names == documented().keys()


def test_what_happens_is_in_the_values(tmp_path):
    with logging(tmp_path, "-p", HERE) as (_, port, records), Guest(port, "ann") as ann:
        ann.type("/quit")
        ann.rest()
    events = {record["event"]: record for record in records if record["event"] != "message"}
    assert list(events) == ["started", "joined", "left", "stopped"]
    assert (events["joined"]["user"], events["left"]["reason"]) == ("ann", "left")
    assert "pace 5" in events["started"]["limits"]
