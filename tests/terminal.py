"""A real terminal for tests: a pty with a program in it, and a screen that shows what a person would see."""

import fcntl
import os
import re
import struct
import termios

import pyte
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.protocol import ProcessProtocol

from tests.processes import LIMIT

UP, TAB, ENTER = b"\x1b[A", b"\t", b"\r"
CTRL_C, CTRL_D, CTRL_R, CTRL_U, CTRL_Y, CTRL_Z = b"\x03", b"\x04", b"\x12", b"\x15", b"\x19", b"\x1a"


class Terminal(ProcessProtocol):
    """A program on a terminal of its own; `command` are its words, `home` is its home directory. A variable of its
    `environment` that is None is not there.
    """

    def __init__(self, command, home, columns=80, lines=24, **environment):
        self.screen = pyte.HistoryScreen(columns, lines, history=10_000)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.waiting = []
        self.ended = Deferred()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        } | environment
        environment = {name: value for name, value in environment.items() if value is not None}
        self.master, slave = os.openpty()
        self._set_size(columns, lines)
        terminal = (self.master, slave, os.ttyname(slave))
        self.process = reactor.spawnProcess(self, command[0], command, env=environment, usePTY=terminal)

    def resize(self, columns, lines):
        """The window has another size now."""
        self._set_size(columns, lines)
        self.screen.resize(lines, columns)

    def _set_size(self, columns, lines):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def outReceived(self, data):
        self.raw += data
        self.stream.feed(data)
        if b"\x1b[6n" in data:
            cursor = self.screen.cursor
            self.process.write(b"\x1b[%d;%dR" % (cursor.y + 1, cursor.x + 1))
        self._look()

    def processEnded(self, reason):
        self.ended.callback(reason.value.exitCode)
        self._look()

    def _look(self):
        for item in tuple(self.waiting):
            condition, found = item
            if condition(self.text):
                self.waiting.remove(item)
                found.callback(self.text)

    def type(self, keys):
        """Keys are pressed: at once, since a guest at a plain socket may hold up the reactor next."""
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def until(self, condition):
        """Fires as soon as the screen meets `condition`: a pattern, or a function of its text."""
        if isinstance(condition, str):
            pattern = re.compile(condition, re.MULTILINE)
            condition = pattern.search
        found = Deferred()
        if condition(self.text):
            found.callback(self.text)
        else:
            self.waiting.append((condition, found))
        return found.addTimeout(LIMIT, reactor, lambda result, limit: self._fail())

    def _fail(self):
        raise AssertionError(f"not on the screen:\n{self.text}")

    @property
    def text(self):
        """All that scrolled away, and the screen."""
        history = [self._line(line) for line in self.screen.history.top]
        return "\n".join([*history, *(line.rstrip() for line in self.screen.display)])

    def _line(self, line):
        return "".join(line[column].data for column in range(self.screen.columns)).rstrip()
