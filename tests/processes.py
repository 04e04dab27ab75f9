"""Real processes for tests: a server, its log, and plain sockets as its guests."""

import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Condition, Thread

LIMIT = 30
"""Seconds after which anything here has failed; nothing ever waits for so long."""
ROOT = Path(__file__).parents[1]


def as_a_shell_starts_it(files=None):
    """One started in the background of a script, or under nohup, inherits ignored signals. `files`: how many it can
    open.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def twistd(tmp_path, *options):
    """The command line of the twistd of this environment."""
    return [str(Path(sys.executable).with_name("twistd")), "--pidfile", f"{tmp_path}/pid", *options]


def chatserver(*options):
    """The command line of the program that is twistd in the foreground."""
    return [str(Path(sys.executable).with_name("chatserver")), *options]


SITECUSTOMIZE = """
import time

def moved(real=time.time, open=open):
    with open({file!r}) as file:
        return real() + float(file.read())

time.time = moved
"""


class TimeOfDay:
    """What processes that are started with `environment` take for the time of day; it can be set while they run."""

    def __init__(self, tmp_path):
        folder = tmp_path / "time-of-day"
        folder.mkdir()
        self._file = folder / "seconds"
        (folder / "sitecustomize.py").write_text(SITECUSTOMIZE.format(file=str(self._file)))
        paths = filter(None, (str(folder), os.environ.get("PYTHONPATH")))
        self.environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        self.set_by(0)

    def set_by(self, seconds):
        """Be so many seconds later than it is, or earlier."""
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self._file)


@contextmanager
def running(command, cwd=ROOT, **options):
    """A process of this project, with its `log`; it is killed in the end, if it has not ended by then."""
    options = {"preexec_fn": as_a_shell_starts_it} | options
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd, **options
    ) as process:
        process.log = Log(process.stdout)
        try:
            yield process
        finally:
            process.kill()
            process.log.whole()


@contextmanager
def server(tmp_path, *options, port=0, pace=0, endpoint="tcp", files=None, fault=None, env=None):
    """A server process, with its `log`, and its port; without a pace unless it has one, since tests are no people."""
    address = f"{endpoint}:{port}:interface=127.0.0.1"
    command = twistd(tmp_path, "-n", "chat", "-p", address, "--pace", str(pace), *options)
    if fault:
        command[:1] = [sys.executable, "-m", "tests.history.broken", fault]
    with running(command, preexec_fn=partial(as_a_shell_starts_it, files), env=env) as process:
        yield process, int(process.log.until(r"ChatFactory(?: \([A-Z]+\))* starting on (\d+)")[1])


class Log:
    """What a process prints, read as it comes: the process never waits for a reader."""

    def __init__(self, stream):
        self.text = ""
        self._ended = False
        self._grown = Condition()
        self._reader = Thread(target=self._read, args=[stream])
        self._reader.start()

    def _read(self, stream):
        for line in stream:
            with self._grown:
                self.text += line
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()

    def until(self, pattern):
        """The first match in all that was printed, as soon as there is one."""
        with self._grown:
            self._grown.wait_for(lambda: self._ended or re.search(pattern, self.text), LIMIT)
            found = re.search(pattern, self.text)
        assert found, f"{pattern!r} is not in the log:\n{self.text}"
        return found

    def whole(self):
        """All that was printed, once the process has ended."""
        self._reader.join(LIMIT)
        return self.text


class Guest:
    """A plain socket that reads lines; bytes that are not UTF-8 are read as surrogates."""

    def __init__(self, port, name=None):
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT)
        self.lines = self.socket.makefile("r", encoding="utf-8", errors="surrogateescape", newline="\r\n")
        if name:
            self.type(name)
            self.hello = self.read_until("Hello, ")

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        """Leave in good order: afterwards the server has forgotten this guest."""
        with suppress(OSError):
            self.rest()
        self.close()

    def send(self, data):
        self.socket.sendall(data)

    def type(self, *lines):
        self.send("".join(f"{line}\n" for line in lines).encode())

    def read_until(self, words):
        for line in self.lines:
            if words in line:
                return line.removesuffix("\r\n")
        raise AssertionError(f"closed before {words!r}")

    def told(self, *lines):
        """Type, and read what is answered."""
        self.type(*lines, "/ping that is all")
        told = []
        for line in self.lines:
            if line == "(server): pong that is all\r\n":
                return told
            told.append(line.removesuffix("\r\n"))
        raise AssertionError(f"closed after {told}")

    def rest(self):
        """The lines until the server closes; nothing more is typed."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
        return self.lines.read().split("\r\n")[:-1]

    def reset(self):
        """Vanish without a word, as a machine does that loses its power."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        self.lines.close()
        self.socket.close()
