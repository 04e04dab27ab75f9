"""Figures over HTTP, from a real server."""

import re
import socket
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chatserver.domain import farewells
from chatserver.language.deeds import Deed
from chatserver.protocols.refusals import reason_of
from tests.people import EVENTS
from tests.processes import LIMIT, ROOT, Guest, server

HERE = "tcp:0:interface=127.0.0.1"


@contextmanager
def measured(tmp_path, *options, files=None):
    """A server, its port, and the address of its pages."""
    with server(tmp_path, "--metrics", HERE, *options, files=files) as (process, port):
        pages = process.log.until(r"MetricsSite starting on (\d+)")[1]
        yield process, port, f"http://127.0.0.1:{pages}"


def page(address):
    with urllib.request.urlopen(address, timeout=LIMIT) as answer:
        return answer.read().decode()


def figures(address):
    """Every figure, by its name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page(f"{address}/metrics"))
        for sample in family.samples
    }


def test_what_people_do_is_counted(tmp_path):
    with measured(tmp_path) as (_, port, address), Guest(port, "ann") as ann:
        with Guest(port, "bob") as bob, Guest(port, "cal") as cal, Guest(port):
            cal.told("/away")
            ann.told("connect bob", "one", "two", "/dm cal three", "/bc four")
            bob.read_until("two")
            found = figures(address)
            assert [found["chatserver_users", status] for status in ("free", "busy", "away")] == [0, 2, 1]
            assert found["chatserver_connections",] == 4
            assert found["chatserver_sessions",] == 1
            assert [found["chatserver_lines_total", kind] for kind in ("in_session", "direct", "to_all")] == [2, 1, 1]
            assert found["chatserver_login_seconds_count",] == 3
            assert found["chatserver_login_seconds_bucket", "+Inf"] == 3
            assert found["chatserver_flush_seconds_count",] > 5
            assert found["chatserver_received_bytes_total",] > 50
            assert found["chatserver_sent_bytes_total",] > 300
        ann.told("/users")
        again = figures(address)
        assert again["chatserver_users", "free"] == 1
        assert again["chatserver_sessions",] == 0
        assert again["chatserver_sent_bytes_total",] > found["chatserver_sent_bytes_total",]


def test_who_is_refused_or_cut_is_counted_by_reason(tmp_path):
    with measured(tmp_path, "--max-users", "1", "--bad-names", "1") as (process, port, address):
        with Guest(port) as late, Guest(port) as odd:
            odd.type("1")
            odd.read_until("names")
            with Guest(port, "ann") as ann:
                late.type("late")
                late.rest()
                with Guest(port) as full:
                    full.rest()
                ann.send(b"x" * 70_000)
                ann.rest()
        found = figures(address)
        assert found["chatserver_refused_total", "too_many_names"] == 1
        assert found["chatserver_refused_total", "server_full"] == 2
        assert found["chatserver_cut_total", "line_never_ends"] == 1
        process.log.until(r"cut ann \(user 1\) at 127\.0\.0\.1:\d+: No line end within 65536 bytes")


def test_lines_that_wait_are_seen(tmp_path):
    with measured(tmp_path, "--pace", "1", "--burst", "1") as (_, port, address):
        ann = Guest(port, "ann")
        ann.type(*["/ping"] * 50)
        ann.read_until("wait")
        assert 40 < figures(address)["chatserver_waiting_lines",] <= 50
        ann.reset()


def test_the_process_is_seen(tmp_path):
    with measured(tmp_path) as (_, _, address):
        found = figures(address)
        assert found["process_open_fds",] > 5
        assert found["process_resident_memory_bytes",] > 1e7
        assert found["process_cpu_seconds_total",] > 0


def test_health_and_what_is_not_there(tmp_path):
    with measured(tmp_path) as (process, _, address):
        assert page(f"{address}/health") == "ok\n"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            page(f"{address}/")
        request = urllib.request.Request(f"{address}/metrics", method="POST", data=b"x")
        with pytest.raises(urllib.error.HTTPError, match="405"):
            urllib.request.urlopen(request, timeout=LIMIT)
        assert "GET" not in process.log.text


def test_without_the_option_nothing_is_served(tmp_path):
    with server(tmp_path) as (process, port), Guest(port, "ann") as ann:
        ann.told("/ping")
        assert "Site" not in process.log.text


def test_every_figure_and_every_label_is_documented(tmp_path):
    text = Path(ROOT / "docs/operating.rst").read_text()
    with measured(tmp_path) as (_, _, address):
        names = set(re.findall(r"^# TYPE (chatserver_\w+)", page(f"{address}/metrics"), re.MULTILINE))
    assert len(names) >= 11
    reasons = {reason_of(kind.__new__(kind)) for kind in EVENTS if kind.__module__ == farewells.__name__}
    kinds = {deed.name.lower() for deed in Deed}
    said = reasons - {"goodbye", "shutting_down", "faulted"} | {"unread", "bug"} | kinds - {"nothing"}
    assert {word for word in names | said if f"``{word}``" not in text} == set()


def test_silent_ones_at_the_pages_take_nobodys_place_in_the_chat(tmp_path):
    with measured(tmp_path, files=400) as (process, port, address), ExitStack() as stack:
        pages = ("127.0.0.1", int(address.rsplit(":", 1)[1]))
        for _ in range(500):
            stack.enter_context(socket.create_connection(pages, LIMIT))
        for number in range(20):
            with Guest(port, f"ann{number}") as ann:
                assert ann.told("/ping") == ["(server): pong"]
        found = figures(address)
        assert found["chatserver_refused_total", "made_room_beside"] > 400
        assert found["process_open_fds",] < 150
        assert page(f"{address}/health") == "ok\n"
        process.log.until("refused 127.0.0.1: Too many are at the metrics port.")
        assert process.log.text.count("refused 127.0.0.1") == 1
