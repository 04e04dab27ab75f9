"""Somebody sets the clock of the machine while people are there: nobody has to wait for that, or to go."""

import json
import re
import signal
import socket
import subprocess
from datetime import datetime
from types import SimpleNamespace

import pytest

from chatserver.clock import measure_by_monotonic_time
from tests.client.test_pipe import CLIENT
from tests.client.test_run import Rude
from tests.processes import LIMIT, Guest, TimeOfDay, running, server, twistd
from tests.test_metrics import figures

HOUR = 3600
HERE = "tcp:0:interface=127.0.0.1"
PROXIED = b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 5\r\n"


@pytest.fixture
def time_of_day(tmp_path):
    return TimeOfDay(tmp_path)


def when(pattern, text):
    """The time that stands there."""
    return datetime.fromisoformat(re.search(pattern, text)[1])


def test_a_reactor_tells_a_time_that_only_grows():
    reactor = SimpleNamespace(seconds=lambda: 0)
    measure_by_monotonic_time(reactor)
    first, second = reactor.seconds(), reactor.seconds()
    assert 0 < first <= second


@pytest.mark.parametrize("kind", ["epoll", "poll", "select", "asyncio"])
def test_with_any_reactor_everybody_stays_and_is_answered(tmp_path, time_of_day, kind):
    command = twistd(tmp_path, f"--reactor={kind}", "-n", "chat", "-p", HERE, "--idle-timeout", "600")
    with running(command, env=time_of_day.environment) as process:
        port = int(process.log.until(r"ChatFactory starting on (\d+)")[1])
        with Guest(port, "ann") as ann, Guest(port) as back, Guest(port) as forth:
            for step, newcomer in ((-HOUR, back), (HOUR, forth)):
                ann.told("/ping before")
                time_of_day.set_by(step)
                assert ann.told("/ping after") == ["(server): pong after"]
                newcomer.type(f"name{step}".replace("-", "b"))
                assert newcomer.read_until("Hello")
                ann.read_until("joined")
            forth.type("/quit")
            assert forth.lines.read().endswith("(server): Goodbye, name3600.\r\n")
        assert "Traceback" not in process.log.text


def test_who_is_late_or_idle_still_has_to_go(tmp_path, time_of_day):
    with server(tmp_path, "--login-timeout", "1", "--idle-timeout", "1", env=time_of_day.environment) as (_, port):
        ann, silent = Guest(port, "ann"), Guest(port)
        time_of_day.set_by(-HOUR)
        assert silent.read_until("No name") == "(server): No name within 1 s. Goodbye."
        assert ann.read_until("Nothing from you") == "(server): Nothing from you for 1 s. Goodbye."
        for guest in (ann, silent):
            guest.close()


def test_a_stop_takes_no_longer(tmp_path, time_of_day):
    with server(tmp_path, "--max-unread", "100000000", env=time_of_day.environment) as (process, port):
        deaf, ann = Guest(port, "deaf"), Guest(port, "ann")  # who is told last that the server stops
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(300):
            ann.type("/bc " + "x" * 4000)
            ann.read_until("Sent to 1 user")
        process.send_signal(signal.SIGTERM)
        ann.read_until("shutting down")
        time_of_day.set_by(-HOUR)
        assert process.wait(LIMIT) in (0, -signal.SIGTERM)
        deaf.close()
        ann.close()


def test_who_has_just_come_does_not_keep_others_of_their_address_out(tmp_path, time_of_day):
    with server(tmp_path, endpoint="haproxy:tcp", env=time_of_day.environment) as (_, port), Guest(port) as ann:
        ann.send(PROXIED)
        ann.type("ann")
        ann.read_until("Hello")
        time_of_day.set_by(-HOUR)
        with Guest(port) as bob:
            bob.send(PROXIED)
            bob.type("bob")
            assert bob.read_until("Hello")


def test_a_line_for_a_lost_partner_is_held_back_and_no_other(tmp_path, time_of_day):
    with (
        server(tmp_path, "--lobby", env=time_of_day.environment) as (_, port),
        Guest(port, "ann") as ann,
        Guest(port, "bob") as bob,
        Guest(port, "cal") as cal,
    ):
        for step in (HOUR, -HOUR):
            ann.told("connect bob")
            bob.read_until("now connected")
            bob.told("goodbye")
            ann.read_until("bob said goodbye")
            time_of_day.set_by(step)
            assert ann.told("for bob only") == ["(server): Not sent: your session with bob has ended."]
            ann.told("/users", f"for all {step}")
            assert cal.read_until("(all)") == f"ann (all): for all {step}"


def test_what_is_shown_agrees_with_the_clock_as_it_is_now(tmp_path, time_of_day):
    with server(tmp_path, env=time_of_day.environment) as (process, port), Guest(port, "ann") as ann:
        before = ann.told("/whois ann")[1]
        time_of_day.set_by(100 * HOUR)
        after = ann.told("/whois ann")[1]
        with Guest(port, "bob"):
            log = process.log.until(r"(?s).*bob \(user 2\) joined")[0]
    shown, joined = (
        when(pattern, later) - when(pattern, earlier)
        for pattern, earlier, later in (
            (r"since ([-\d]+ [:\d]+) UTC", before, after),
            (r"([-\d]+ [:\d]+) .*joined", *re.findall(r"\S+ .* joined", log)),
        )
    )
    assert shown.total_seconds() // HOUR in (99, 100)
    assert joined.total_seconds() // HOUR in (99, 100)


def test_what_is_measured_is_how_long_it_took(tmp_path, time_of_day):
    command = twistd(tmp_path, "-n", "--logger", "chatserver.jsonlog.stdout", "chat", "-p", HERE, "--metrics", HERE)
    with running(command, env=time_of_day.environment) as process:
        port, pages = (
            int(process.log.until(rf"{factory} starting on (\d+)")[1]) for factory in ("ChatFactory", "MetricsSite")
        )
        with Guest(port) as ann, Guest(port, "bob") as bob:
            time_of_day.set_by(HOUR)
            ann.type("ann")
            ann.read_until("Hello")
            bob.told("connect ann")
            time_of_day.set_by(0)
            bob.told("goodbye")
        assert figures(f"http://127.0.0.1:{pages}")["chatserver_login_seconds_sum",] < HOUR / 2
        process.log.until('"left"(?s:.*)"left"')
        durations = [
            event["duration"] for event in map(json.loads, process.log.text.splitlines()) if "duration" in event
        ]
        assert len(durations) == 3
        assert all(0 <= duration < HOUR / 2 for duration in durations)


def test_a_client_does_not_wait_for_longer_either(time_of_day):
    rude = Rude(b"(server): Welcome. What is your name?\n(server): Hello, ann. You are here.\n")
    command = [*CLIENT, f"127.0.0.1:{rude.port}", "--name", "ann"]
    with running(command, stdin=subprocess.PIPE, env=time_of_day.environment) as client:
        client.log.until("Hello")
        client.terminate()
        guest = rude.guests[0].makefile("rb")
        assert b"/quit\n" in iter(guest.readline, b"")
        time_of_day.set_by(-HOUR)
        client.wait(LIMIT)
        guest.close()
    rude.close()
