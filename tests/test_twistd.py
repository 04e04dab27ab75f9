"""The real program: `twistd chat` as a process, talked to over sockets."""

import os
import re
import signal
import socket
import subprocess

import pytest

from tests.processes import LIMIT, ROOT, Guest, server, twistd


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_two_talk_and_the_server_is_stopped(tmp_path, number):
    with server(tmp_path) as (process, port):
        alice, bob = Guest(port, "alice"), Guest(port, "bob")
        alice.type("connect bob", "hello", "/users")
        assert alice.read_until("connected") == "(server): You are now connected to bob"
        assert bob.read_until("hello") == "alice: hello"
        bob.type("hi")
        assert alice.read_until("hi") == "bob: hi"
        process.send_signal(number)
        for guest in (alice, bob):
            assert guest.read_until("(server): The server") == "(server): The server is shutting down."
            assert guest.lines.read() == ""
            guest.close()
        log = process.log.whole()
        assert process.wait(LIMIT) in (0, -number)
        assert re.search(r"alice \(user 1\) joined from 127\.0\.0\.1:\d+; 1 online", log)
        assert re.search(r"open for \d+ users; the open-file limit is \d+", log)
        assert "Traceback" not in log
        assert "hello" not in log


def test_a_second_signal_ends_at_once_although_somebody_reads_nothing(tmp_path):
    with server(tmp_path, "--max-unread", "100000000") as (process, port):
        alice = Guest(port, "alice")
        deaf = socket.create_connection(("127.0.0.1", port), LIMIT)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(b"deaf\n")
        alice.read_until("deaf joined")
        for _ in range(300):
            alice.type("/bc " + "x" * 4000)
            alice.read_until("Sent to 1 user")
        process.send_signal(signal.SIGTERM)
        alice.read_until("shutting down")
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == -signal.SIGTERM
        deaf.close()
        alice.close()


def test_in_the_background_it_runs_until_it_is_stopped(tmp_path):
    log = tmp_path / "log"
    command = twistd(tmp_path, "--logfile", str(log), "chat", "-p", "tcp:0:interface=127.0.0.1")
    assert subprocess.run(command, cwd=ROOT, capture_output=True, timeout=LIMIT, check=True).stdout == b""
    pid = int((tmp_path / "pid").read_text())
    try:
        started = re.search(r"(?m)^[-\d]{10} [:\d]{8} ChatFactory starting on (\d+)$", log.read_text())
        alice = Guest(int(started[1]), "alice")
    finally:
        os.kill(pid, signal.SIGTERM)
    alice.read_until("shutting down")
    assert alice.lines.read() == ""
    alice.close()


@pytest.mark.parametrize("background", [["-n"], []])
def test_a_taken_port_is_one_sentence_and_exit_1(tmp_path, background):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = f"tcp:{listener.getsockname()[1]}:interface=127.0.0.1"
        command = twistd(tmp_path, *background, "chat", "-p", port)
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert run.returncode == 1
    assert run.stderr == f"twistd chat: cannot listen on {port!r}: Address already in use\n"
    assert run.stdout == ""
