"""Real processes for tests: a server, and plain sockets as its guests."""

import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

LIMIT = 30
"""Seconds after which anything here has failed; nothing ever waits for so long."""
ROOT = Path(__file__).parents[1]


def signals_as_a_shell_has_them():
    """A process started in the background of a script inherits an ignored SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def twistd(tmp_path, *options):
    """The command line of the twistd of this environment."""
    return [str(Path(sys.executable).with_name("twistd")), "--pidfile", f"{tmp_path}/pid", *options]


@contextmanager
def server(tmp_path, *options, port=0):
    """A server process and its port."""
    command = twistd(tmp_path, "-n", "chat", "-p", f"tcp:{port}:interface=127.0.0.1", *options)
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        preexec_fn=signals_as_a_shell_has_them,
    ) as process:
        try:
            for line in process.stdout:
                if match := re.search(r"ChatFactory starting on (\d+)", line):
                    break
            yield process, int(match[1])
        finally:
            process.kill()


class Guest:
    """A plain socket that reads lines."""

    def __init__(self, port, name):
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\r\n")
        self.type(name)
        self.read_until("Hello, ")

    def type(self, *lines):
        self.socket.sendall("".join(f"{line}\n" for line in lines).encode())

    def read_until(self, words):
        for line in self.lines:
            if words in line:
                return line.removesuffix("\r\n")
        raise AssertionError(f"closed before {words!r}")

    def close(self):
        self.lines.close()
        self.socket.close()
