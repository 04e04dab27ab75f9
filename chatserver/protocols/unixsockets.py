"""UNIX sockets at which nobody answers any more make room for those of the next server.

Who answers there is alive. A pid in a file says nothing: in a container the next server has that of the dead one.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from twisted.internet.interfaces import IProtocolFactory

TRIES = 100
TRY_SECONDS = 0.01
"""Who starts in the same folder holds its lock for a millisecond; who holds it for longer is not waited for."""


def is_left_behind(path: str) -> bool:
    """Whether there is a socket at `path` at which nobody answers. Raises OSError where somebody does, or where there
    is something else.
    """
    with socket.socket(socket.AF_UNIX) as caller:
        caller.setblocking(False)  # a full queue has somebody behind it, who may be stopped
        answer = caller.connect_ex(path)
    if answer in (0, errno.EAGAIN):
        raise OSError(errno.EADDRINUSE, "somebody listens there already")
    if not os.path.lexists(path):
        return False
    if not stat.S_ISSOCK(os.lstat(path).st_mode):
        raise FileExistsError(errno.EEXIST, "there is a file that is no socket")
    if answer != errno.ECONNREFUSED:
        raise OSError(answer, os.strerror(answer))
    return True


class RoomMaker:
    """A reactor that opens UNIX sockets also where one was left behind. Of two that do so at once one succeeds."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def __getattr__(self, name: str) -> Any:
        """All else that an endpoint may ask of a reactor."""
        return getattr(self._reactor, name)

    def listenUNIX(
        self, address: str, factory: IProtocolFactory, backlog: int = 50, mode: int = 0o666, wantPID: bool = False
    ) -> Any:
        """Without a file that has our pid in it, whatever `wantPID` is. Raises OSError."""
        with _alone_in(os.path.dirname(address) or "."):
            if is_left_behind(address):
                os.unlink(address)
            return self._reactor.listenUNIX(address, factory, backlog, mode)


@contextmanager
def _alone_in(folder: str) -> Iterator[None]:
    """Others who look at, remove and open sockets in `folder` wait meanwhile. Where there are no such locks, or where
    somebody does not give this one away, it has to do without.
    """
    with ExitStack() as stack:
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, descriptor)
            _lock(descriptor)
        yield


def _lock(descriptor: int) -> None:
    for _ in range(TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(TRY_SECONDS)
