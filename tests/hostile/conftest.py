"""A real server that has to be as it was before, whatever a test has done to it."""

import os

import pytest

from tests.processes import Guest, server


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

    def is_as_before(self):
        """Somebody comes, is answered and leaves; nobody else is connected; no traceback is in the log so far."""
        with self.guest("inspector") as inspector:
            hello = inspector.told("/whois inspector")[0].split()
            assert inspector.told("/users")[0] == "(server): 1 user online:"
        user = int(hello[hello.index("user") + 1])
        self.log.until(rf"inspector \(user {user}\) (left|lost)")
        assert "Traceback" not in self.log.text
        assert "Unhandled" not in self.log.text
        with self.guest() as last:
            for _ in range(10_000):
                if self._descriptors() == self._with_one_guest:
                    return
                last.told()
        raise AssertionError("a connection has leaked")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with server(tmp_path_factory.mktemp("server")) as (process, port):
        yield Host(process, port)


@pytest.fixture
def host(running):
    yield running
    running.is_as_before()
