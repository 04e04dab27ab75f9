"""SIGHUP: a real server reads its file again, and nobody has to leave."""

import os
import re
import signal
import socket
import subprocess
from contextlib import contextmanager

import pytest

from tests.processes import LIMIT, Guest, as_a_shell_starts_it, running, server, twistd

HERE = "tcp:0:interface=127.0.0.1"


@contextmanager
def configured(tmp_path, text, *before, **options):
    """A server with a file that begins with its port."""
    file = tmp_path / "chat.toml"
    file.write_text(f'port = "{HERE}"\n{text}')
    command = [*before, *twistd(tmp_path, "-n", "chat", "--config", str(file))]
    with running(command, **options) as process:
        process.file = file
        yield process, int(process.log.until(r"ChatFactory starting on (\d+)")[1])


def hang_up(process, text):
    process.file.write_text(text)
    process.send_signal(signal.SIGHUP)


def test_the_file_is_read_again_and_nobody_has_to_leave(tmp_path):
    motd = tmp_path / "motd"
    motd.write_text("one\n")
    with configured(tmp_path, 'motd = "motd"\npace = 9') as (process, port), Guest(port, "ann") as ann:
        assert ann.read_until("one") == "(server): one"
        motd.write_text("two\n")
        hang_up(process, f'port = "{HERE}"\nmotd = "motd"\npace = 8\nmax-users = 2\nmax-line = 64')
        process.log.until("read again: open for 2 users; max_line 64, pace 8,")
        assert ann.told("x" * 70) == ["(server): Not sent: a line has at most 64 bytes."]
        with Guest(port, "bob") as bob, Guest(port) as late:
            assert bob.read_until("two") == "(server): two"
            assert late.read_until("full") == "(server): The server is full (2 of 2 users). Please try again later."
        assert "cannot change" not in process.log.text


def test_what_cannot_change_is_named(tmp_path):
    with configured(tmp_path, "") as (process, port), Guest(port, "ann") as ann:
        hang_up(process, 'port = 5\nname = "x"\nlobby = true\nquiet = true\nmetrics = "tcp:0"\npace = 8')
        process.log.until("what cannot change while the server runs: port, name, metrics, lobby, quiet\n")
        process.log.until("read again.* pace 8")
        with Guest(port, "bob") as bob:
            assert bob.hello
        assert ann.read_until("bob joined")


@pytest.mark.parametrize("text", ["pase = 5", "pace =", "max-line = 1", 'motd = "nowhere"', 'motd = "not-utf-8"'])
def test_a_broken_file_changes_nothing_and_says_so(tmp_path, text):
    (tmp_path / "not-utf-8").write_bytes(b"Caf\xe9")
    with configured(tmp_path, "max-line = 64") as (process, port), Guest(port, "ann") as ann:
        hang_up(process, text)
        process.log.until(r"nothing is changed: .*chat\.toml")
        process.file.unlink()
        process.send_signal(signal.SIGHUP)
        process.log.until("nothing is changed: cannot read .*: No such file or directory")
        assert ann.told("x" * 70) == ["(server): Not sent: a line has at most 64 bytes."]
        assert "Traceback" not in process.log.text


def test_a_file_that_an_editor_has_emptied_changes_nothing(tmp_path):
    with configured(tmp_path, "max-line = 64") as (process, port), Guest(port, "ann") as ann:
        hang_up(process, "")
        process.log.until("nothing is changed: .*chat.toml' is empty, as if somebody were writing it")
        assert ann.told("x" * 70) == ["(server): Not sent: a line has at most 64 bytes."]
        hang_up(process, "# all as it is by itself\n")
        process.log.until("read again: .* max_line 4096")


def test_a_pipe_is_waited_for_and_read_once(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with running(twistd(tmp_path, "-n", "chat", "--config", str(path))) as process:
        process.log.until(f"waiting for '{path}'\n")
        path.write_text(f'port = "{HERE}"\nmax-line = 64\n')
        port = int(process.log.until(r"ChatFactory starting on (\d+)")[1])
        with Guest(port, "ann") as ann:
            process.send_signal(signal.SIGHUP)
            process.log.until(f"nothing is changed: cannot read '{path}' again: it is no regular file")
            assert ann.told("x" * 70) == ["(server): Not sent: a line has at most 64 bytes."]


def test_who_does_not_want_to_wait_for_a_pipe_stops_it(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    command = twistd(tmp_path, "-n", "chat", "--config", str(path))
    with running(command, preexec_fn=as_a_shell_starts_it) as process:
        process.log.until("waiting for ")
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == 130
        assert process.log.whole() == f"waiting for '{path}'\n"


def test_without_a_file_it_is_a_clean_stop(tmp_path):
    with server(tmp_path) as (process, port), Guest(port, "ann") as ann:
        process.send_signal(signal.SIGHUP)
        assert ann.read_until("shutting") == "(server): The server is shutting down."
        assert process.wait(LIMIT) == 0
        assert "Traceback" not in process.log.whole()
        assert "hung up, without a --config file to read again: stopping" in process.log.whole()


def test_nohup_is_respected(tmp_path):
    with running(["nohup", *twistd(tmp_path, "-n", "chat", "-p", HERE)], stdin=subprocess.DEVNULL) as process:
        port = int(process.log.until(r"ChatFactory starting on (\d+)")[1])
        with Guest(port, "ann") as ann:
            process.send_signal(signal.SIGHUP)
            assert ann.told("/ping") == ["(server): pong"]
        with Guest(port, "bob") as bob:
            assert bob.told("/ping") == ["(server): pong"]
        process.terminate()
        assert process.wait(LIMIT) in (0, -signal.SIGTERM)
        assert "hung up" not in process.log.whole()


def test_systemd_is_told_that_it_is_ready_reloads_and_stops(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{tmp_path}/notify")
        manager.settimeout(LIMIT)
        with configured(tmp_path, "", env=os.environ | {"NOTIFY_SOCKET": f"{tmp_path}/notify"}) as (process, port):
            assert manager.recv(1000).decode() == "READY=1"
            Guest(port, "ann").reset()
            process.send_signal(signal.SIGHUP)
            assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", manager.recv(1000).decode())
            assert manager.recv(1000).decode() == "READY=1"
            process.terminate()
            assert manager.recv(1000).decode() == "STOPPING=1"
            assert process.wait(LIMIT) in (0, -signal.SIGTERM)
