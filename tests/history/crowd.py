"""A crowd of random people at real sockets, who connect, talk, vanish, stop reading and leave half a line."""

import random
import socket
import struct
from contextlib import suppress
from select import select

from tests.history.records import FENCE, Command, Stay
from tests.processes import LIMIT

KINDS = (
    ["say"] * 8 + ["dm"] * 4 + ["bc"] * 2 + ["connect"] * 4 + ["goodbye", "goodbye", "users", "away", "back", "back"]
)
WORDS = {"goodbye": "goodbye", "users": "/users", "away": "/away", "back": "/back"}


class Person:
    """One connection; reads what there is and writes what it can, and never waits."""

    def __init__(self, port, name):
        self.stay = Stay(name)
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT)
        self.socket.setblocking(False)
        self.frozen = False
        self.handled = 0
        """How many of the commands are known to have been handled."""
        self._to_send = f"{name}\n".encode()
        self._held = b""
        self._read = b""

    def say(self, command, line, now=1):
        """Send a line, or several, and a /ping whose answer tells that they were handled. `now` is the part of it that
        is sent at once: a share, or the line; the rest is sent with whatever is sent next.
        """
        self.stay.commands.append(command)
        data = f"{line}\n/ping {len(self.stay.commands)}\n".encode()
        size = len(line) + 1 if now == "line" else int(len(data) * now)
        self.send(data[:size])
        self._held = data[size:]

    def send(self, data):
        """Send what was held back and then `data`, as soon as the socket takes it."""
        self._to_send += self._held + data
        self._held = b""
        with suppress(BlockingIOError):
            self._to_send = self._to_send[self.socket.send(self._to_send) :]

    def read(self, now):
        """Take what has come. Returns whether there may be more some time."""
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return True
        *lines, self._read = (self._read + data).split(b"\r\n")
        for line in lines:
            text = line.decode()
            if text.startswith("(server): Hello, "):
                self.stay.greeted_at = now
            self.handled += bool(FENCE.match(text))
            self.stay.lines.append(text)
        return bool(data)


class Crowd:
    """People at the server at `port`; the same `seed` makes them try the same."""

    def __init__(self, port, seed, size=12):
        self.stays = []
        self.faults = 0
        self.messages = 0
        self._port = port
        self._chance = random.Random(seed)
        self._size = size
        self._people = []
        self._now = 0

    def run(self, steps):
        """So many things happen. Afterwards everybody who is still there has read everything."""
        for self._now in range(steps):
            if len(self._people) < self._size and self._chance.random() < 0.3:
                self._come()
            if self._people:
                self._act(self._chance.choice(self._people))
            self._read(0)
        for person in self._people:
            person.frozen = False
        for _ in range(2):
            for person in self._people:
                person.say(Command("users", self._now), "/users")
            while any(person.handled < len(person.stay.commands) for person in self._people):
                assert self._read(LIMIT), "the server answers nothing any more"
        for person in self._people:
            person.stay.stayed = True
            person.socket.close()

    def _come(self):
        person = Person(self._port, f"u{len(self.stays)}")
        self.stays.append(person.stay)
        self._people.append(person)

    def _act(self, person):
        roll = self._chance.random()
        try:
            if roll < 0.03:
                self._fault(person)
            elif roll < 0.06:
                person.frozen = not person.frozen
                self.faults += person.frozen
            else:
                self._command(person)
        except ConnectionError:
            self._gone(person)

    def _command(self, person):
        kind = self._chance.choice(KINDS)
        command = Command(kind, self._now)
        line = WORDS.get(kind, "")
        if kind in ("dm", "connect"):
            others = [other.stay for other in self._people] + self.stays[-3:]
            command.target = self._chance.choice(others).name
            line = f"/{kind} {command.target} "
        if kind in ("say", "dm", "bc"):
            command.message = self.messages + 1
            if kind == "say" and self._chance.random() < 0.3:
                command.lines = self._chance.randrange(2, 6)
                self._let_finish(person)
            self.messages += command.lines
            line = {"say": "", "bc": "/bc "}.get(kind, line) + "\n".join(f"m{number}" for number in command.messages)
        if person not in self._people:
            return
        share = "line" if command.lines > 1 else self._chance.choice([0.3, 0.6, 1, 1, 1])
        person.say(command, line.strip(), share)

    def _let_finish(self, person):
        """Who pastes has read the answers to all before: so the lines arrive by themselves, and all at once."""
        person.send(b"")
        person.frozen = False
        while person in self._people and person.handled < len(person.stay.commands):
            assert self._read(LIMIT), "the server answers nothing any more"

    def _fault(self, person):
        """A connection ends, in the middle of a line or not."""
        self.faults += 1
        how = self._chance.choice(["reset", "half-close", "close", "quit"])
        if how == "quit":
            person.send(b"/quit\n/bc m0\n")
        elif self._chance.random() < 0.5:
            self.messages += 1
            person.send(self._chance.choice([b"/bc m%d", b"m%d"]) % self.messages)
        if how == "reset":
            person.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if how in ("reset", "close"):
            self._gone(person)
        elif how == "half-close":
            person.socket.shutdown(socket.SHUT_WR)
            while person.read(self._now):
                select([person.socket], [], [], LIMIT)
            self._gone(person)

    def _gone(self, person):
        person.socket.close()
        self._people.remove(person)

    def _read(self, seconds):
        """Let everybody read who does, waiting for so many seconds at most. Returns whether there was something."""
        readers = {person.socket: person for person in self._people if not person.frozen}
        ready, _, _ = select(list(readers), [], [], seconds)
        for person in (readers[key] for key in ready):
            try:
                still_there = person.read(self._now)
            except OSError:
                still_there = False
            if not still_there:
                self._gone(person)
        return bool(ready)
