"""Beginning and ending: what cannot be reached, and signals."""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import threading

import pytest

from chatserver.client.options import Exit
from tests.client.test_pipe import CLIENT, chat
from tests.processes import LIMIT, Guest, as_a_shell_starts_it, server


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    run = chat(port, b"status\n", "--name", "ann")
    assert run.returncode == Exit.NOT_CONNECTED
    assert run.stderr.startswith(b"chat-client: cannot connect: ")
    assert run.stderr.count(b"\n") == 1
    assert run.stdout == b""


def test_an_endpoint_that_is_none():
    run = subprocess.run([*CLIENT, "nonsense:x:y"], capture_output=True, timeout=LIMIT, check=False, input=b"")
    assert run.returncode == Exit.USAGE
    assert run.stderr.startswith(b"chat-client: cannot connect to 'nonsense:x:y'")
    assert run.stderr.count(b"\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_says_goodbye(tmp_path, number):
    with server(tmp_path) as (_, port):
        watcher = Guest(port, "watcher")
        with subprocess.Popen(
            [*CLIENT, f"127.0.0.1:{port}", "--name", "ann"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=as_a_shell_starts_it,
        ) as client:
            watcher.read_until("ann joined")
            client.send_signal(number)
            assert watcher.read_until("ann l") == "(server): ann left."
            assert client.stdout.read().endswith(b"(server): Goodbye, ann.\n")
            assert client.wait(LIMIT) == Exit.GOODBYE
        watcher.close()


class Rude(threading.Thread):
    """A server that accepts, says what it is told to, and from then on only counts who else connects."""

    def __init__(self, says):
        super().__init__(daemon=True)
        self.says = says
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.guests = []
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                self.guests.append(self.listener.accept()[0])
                self.guests[-1].sendall(self.says)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.join(LIMIT)
        for guest in self.guests:
            guest.close()
        self.listener.close()


@pytest.fixture
def rude():
    with contextlib.closing(
        Rude(b"(server): Welcome. What is your name?\n(server): Hello, ann. You are here.\n")
    ) as rude:
        yield rude


def test_a_server_that_never_answers_does_not_hold_up_a_signal(rude):
    command = [*CLIENT, f"127.0.0.1:{rude.port}", "--name", "ann"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as client:
        client.stdout.readline()
        client.stdout.readline()
        client.terminate()
        assert client.stderr.read() == b""
        assert client.wait(LIMIT) == Exit.GOODBYE
    assert len(rude.guests) == 1


@pytest.mark.parametrize(("closed", "status"), [("<&-", Exit.NOT_CONNECTED), (">&-", Exit.STDOUT_CLOSED)])
def test_a_standard_stream_that_is_closed(closed, status):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = f"exec {shlex.join(CLIENT)} 127.0.0.1:{port} {closed}"
    run = subprocess.run(command, shell=True, stderr=subprocess.PIPE, timeout=LIMIT, check=False)
    assert run.returncode == status
    assert run.stderr.startswith(b"chat-client: ")
    assert run.stderr.count(b"\n") == 1


def test_a_terminal_that_goes_away_without_a_signal(tmp_path):
    with server(tmp_path) as (_, port):
        watcher = Guest(port, "watcher")
        master, slave = os.openpty()
        environment = os.environ | {"TERM": "xterm", "HOME": str(tmp_path)}
        command = [*CLIENT, f"127.0.0.1:{port}", "--name", "ann"]
        with subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=subprocess.PIPE, env=environment, start_new_session=True
        ) as client:
            os.close(slave)
            watcher.read_until("ann joined")
            os.close(master)
            assert watcher.read_until("ann l") == "(server): ann left."
            assert client.stderr.read() == b""
            assert client.wait(LIMIT) == Exit.GOODBYE
        watcher.close()
