"""A real server that has to be as it was before, whatever a test has done to it."""

import os
import re
from pathlib import Path
from time import monotonic

import pytest

from tests.processes import LIMIT, Guest, server


class Host:
    """A server process and its port."""

    def __init__(self, process, port):
        self.process = process
        self.port = port
        self.log = process.log
        with self.guest() as first:
            first.told()
            self._with_one_guest = self._descriptors()

    def guest(self, name=None):
        """Somebody connects."""
        return Guest(self.port, name)

    def _descriptors(self):
        """How many files and connections the process has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    @property
    def memory(self):
        """KiB that the process has in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])

    def is_as_before(self):
        """Somebody comes, is answered and leaves; nobody else is connected; no traceback is in the log so far."""
        with self.guest("inspector") as inspector:
            user = re.search(r"You are user (\d+)", inspector.hello)[1]
            self._until(lambda: inspector.told("/users")[0] == "(server): 1 user online:")
        self.log.until(rf"inspector \(user {user}\) (left|lost)")
        assert "Traceback" not in self.log.text
        assert "Unhandled" not in self.log.text
        with self.guest() as last:
            self._until(lambda: last.told() is not None and self._descriptors() == self._with_one_guest)

    def _until(self, condition):
        """Ask again and again; each condition takes a round trip."""
        deadline = monotonic() + LIMIT
        while not condition():
            assert monotonic() < deadline, "somebody is still there"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with server(tmp_path_factory.mktemp("server"), "--max-unread", "100000000") as (process, port):
        yield Host(process, port)


@pytest.fixture
def host(running):
    yield running
    running.is_as_before()


@pytest.fixture
def pair(host):
    """Ann and Bob, in a session."""
    with host.guest("ann") as ann, host.guest("bob") as bob:
        ann.type("connect bob")
        bob.read_until("ann is user")
        ann.read_until("bob is user")
        yield ann, bob
