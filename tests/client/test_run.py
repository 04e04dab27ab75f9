"""Beginning and ending: what cannot be reached, and signals."""

import signal
import socket
import subprocess

import pytest

from chatserver.client.options import Exit
from tests.client.test_pipe import CLIENT, chat
from tests.processes import LIMIT, Guest, server, signals_as_a_shell_has_them


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
            preexec_fn=signals_as_a_shell_has_them,
        ) as client:
            watcher.read_until("ann joined")
            client.send_signal(number)
            assert watcher.read_until("ann l") == "(server): ann left."
            assert client.stdout.read().endswith(b"(server): Goodbye, ann.\n")
            assert client.wait(LIMIT) == Exit.GOODBYE
        watcher.close()
