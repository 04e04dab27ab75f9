"""The line filter, as a process of its own beside a real server."""

import subprocess
import sys

import pytest

from chatserver.client.options import Exit
from tests.processes import LIMIT, Guest, server

CLIENT = [sys.executable, "-m", "chatserver.client"]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with server(tmp_path_factory.mktemp("server")) as (_, port):
        yield port


def chat(port, typed, *options):
    """Run the client with `typed` at its stdin to the end."""
    return subprocess.run(
        [*CLIENT, f"127.0.0.1:{port}", *options], input=typed, capture_output=True, timeout=LIMIT, check=False
    )


def test_a_command_from_a_script(port):
    run = chat(port, b"status\n", "--name", "ann")
    assert run.stdout.decode().splitlines()[2:] == [
        "(server): 1 user online:",
        run.stdout.decode().splitlines()[3],
        "(server): Goodbye, ann.",
    ]
    assert run.stdout.decode().splitlines()[3].endswith("ann FREE")
    assert (run.returncode, run.stderr) == (Exit.GOODBYE, b"")


def test_the_name_is_the_first_line_if_it_is_not_given(port):
    run = chat(port, b"bea\n/ping 1\n")
    assert b"(server): Hello, bea." in run.stdout
    assert b"(server): pong 1\n" in run.stdout
    assert run.returncode == Exit.GOODBYE


def test_a_name_that_is_a_greeting(port):
    run = chat(port, b"/ping 1\n", "--name", "Hello")
    assert b"(server): Hello, Hello." in run.stdout
    assert run.stdout.endswith(b"(server): pong 1\n(server): Goodbye, Hello.\n")
    assert run.returncode == Exit.GOODBYE


def test_an_unfinished_last_line_is_sent(port):
    run = chat(port, "/ping zoë\n/ping 2".encode(), "--name", "ann")
    assert run.stdout.decode().splitlines()[2:] == ["(server): pong zoë", "(server): pong 2", "(server): Goodbye, ann."]


def test_nothing_at_stdin(port):
    run = chat(port, b"", "--name", "ann")
    assert run.stdout.endswith(b"(server): Goodbye, ann.\n")
    assert run.returncode == Exit.GOODBYE


def test_100_000_lines_in_order(port):
    count = 100_000
    run = chat(port, b"".join(b"/ping %d\n" % number for number in range(count)), "--name", "ann")
    lines = run.stdout.decode().splitlines()
    assert lines[2:-1] == [f"(server): pong {number}" for number in range(count)]
    assert run.returncode == Exit.GOODBYE


def test_leaving_by_a_command(port):
    run = chat(port, b"close\n/ping never\n", "--name", "ann")
    assert run.stdout.endswith(b"(server): Goodbye, ann.\n")
    assert run.returncode == Exit.GOODBYE


def test_a_refused_name_sends_nothing_of_stdin(port):
    run = chat(port, b"bob\n/bc hello\n", "--name", "root")
    assert run.returncode == Exit.NAME_REFUSED
    assert run.stderr.startswith(b"chat-client: the name was refused: The name root is reserved.")
    assert b"Hello" not in run.stdout


def test_the_server_is_stopped(tmp_path):
    with server(tmp_path) as (process, port):
        watcher = Guest(port, "watcher")
        command = [*CLIENT, f"127.0.0.1:{port}", "--name", "ann"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as client:
            watcher.read_until("ann joined")
            process.terminate()
            assert client.stdout.read().endswith(b"(server): The server is shutting down.\n")
            assert client.stderr.read() == b"chat-client: the connection was lost\n"
            client.stdin.close()
            assert client.wait(LIMIT) == Exit.LOST
        watcher.close()


def test_stdout_is_closed(port):
    watcher = Guest(port, "watcher")
    command = [*CLIENT, f"127.0.0.1:{port}", "--name", "ann"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as client:
        watcher.read_until("ann joined")
        client.stdout.close()
        watcher.type("/dm ann hello")
        assert client.stderr.read() == b"chat-client: stdout was closed\n"
        assert client.wait(LIMIT) == Exit.STDOUT_CLOSED
        client.stdin.close()
    watcher.type("/quit")
    watcher.close()
