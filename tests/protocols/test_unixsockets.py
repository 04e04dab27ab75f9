"""Who answers at a UNIX socket is alive; one at which nobody does makes room."""

import errno
import fcntl
import os
import socket
import stat
from contextlib import ExitStack, suppress
from threading import Thread

import pytest
from twisted.internet.protocol import Factory

from chatserver.protocols import unixsockets
from chatserver.protocols.unixsockets import RoomMaker, is_left_behind


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "chat")


@pytest.fixture
def bound(path):
    """A socket that is there, and does not listen yet."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        yield listener


class Reactor:
    """Opens UNIX sockets as Twisted's does, but at once and by itself."""

    name = "a reactor"

    def __init__(self, stack):
        self._stack = stack
        self.opened = []

    def listenUNIX(self, address, factory, backlog, mode):
        listener = self._stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(address)
        listener.listen(backlog)
        os.chmod(address, mode)
        self.opened.append(address)


@pytest.fixture
def reactor():
    with ExitStack() as stack:
        yield Reactor(stack)


def test_where_nothing_is_there_is_room(path):
    assert not is_left_behind(path)


def test_one_at_which_nobody_answers_was_left_behind(path, bound):
    assert is_left_behind(path)


def test_where_somebody_listens_there_is_no_room(path, bound):
    bound.listen()
    with pytest.raises(OSError, match="somebody listens there already") as refusal:
        is_left_behind(path)
    assert refusal.value.errno == errno.EADDRINUSE


def test_one_who_is_stopped_and_has_a_full_queue_listens_too(path, bound):
    bound.listen(0)
    with ExitStack() as stack:
        for _ in range(3):
            waiting = stack.enter_context(socket.socket(socket.AF_UNIX))
            waiting.setblocking(False)
            waiting.connect_ex(path)
        with pytest.raises(OSError, match="somebody listens there already"):
            is_left_behind(path)


@pytest.mark.parametrize("make", [os.mkdir, lambda path: open(path, "w").close(), lambda path: os.symlink("x", path)])
def test_what_is_no_socket_stays(path, make):
    make(path)
    with pytest.raises(FileExistsError, match="there is a file that is no socket"):
        is_left_behind(path)


def test_a_socket_of_another_kind_stays(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(path)
        with pytest.raises(OSError, match="Protocol wrong type for socket"):
            is_left_behind(path)


def test_one_that_was_left_behind_makes_room_and_its_lock_does_not_count(path, bound, reactor):
    os.symlink(str(os.getpid()), path + ".lock")
    RoomMaker(reactor).listenUNIX(path, Factory(), 7, 0o600, True)
    assert reactor.opened == [path]
    assert stat.S_IMODE(os.lstat(path).st_mode) == 0o600
    with pytest.raises(OSError, match="somebody listens there already"):
        RoomMaker(reactor).listenUNIX(path, Factory())


def test_one_who_answers_keeps_the_socket(path, bound, reactor):
    bound.listen()
    with pytest.raises(OSError, match="somebody listens there already"):
        RoomMaker(reactor).listenUNIX(path, Factory())
    assert reactor.opened == []
    with socket.socket(socket.AF_UNIX) as guest:
        guest.connect(path)


def test_who_starts_between_the_look_and_the_removal_waits(path, bound, reactor, monkeypatch):
    remove = os.unlink
    refused = []

    def start():
        try:
            RoomMaker(reactor).listenUNIX(path, Factory())
        except OSError as refusal:
            refused.append(str(refusal))

    other = Thread(target=start)

    def unlink(path):
        monkeypatch.setattr(os, "unlink", remove)
        other.start()
        other.join(0.2)  # it waits for us, and has to be let go
        remove(path)

    monkeypatch.setattr(os, "unlink", unlink)
    RoomMaker(reactor).listenUNIX(path, Factory())
    other.join()
    assert reactor.opened == [path]
    assert [words.split("] ")[1] for words in refused] == ["somebody listens there already"]


def test_of_many_at_once_one_opens_it(path, reactor):
    def start():
        with suppress(OSError):
            RoomMaker(reactor).listenUNIX(path, Factory())

    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(path)
        threads = [Thread(target=start) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert reactor.opened == [path]
        with socket.socket(socket.AF_UNIX) as guest:
            guest.connect(path)
        reactor.opened.clear()
        reactor._stack.close()
        os.unlink(path)


def test_a_lock_that_is_not_given_away_is_done_without(path, tmp_path, reactor, monkeypatch):
    monkeypatch.setattr(unixsockets, "TRY_SECONDS", 0)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    RoomMaker(reactor).listenUNIX(path, Factory())
    os.close(descriptor)
    assert reactor.opened == [path]


def test_a_relative_path(tmp_path, reactor, monkeypatch):
    monkeypatch.chdir(tmp_path)
    RoomMaker(reactor).listenUNIX("chat", Factory())
    assert reactor.opened == ["chat"]


def test_all_else_is_the_reactors(reactor):
    assert RoomMaker(reactor).name == "a reactor"
