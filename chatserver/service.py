"""The bridge: makes a server out of a Config and a reactor. The only file that knows every floor."""

from __future__ import annotations

import gc
import resource
import select
import signal
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from twisted.application import strports
from twisted.application.service import MultiService
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatserver.config import Config, with_backlog
from chatserver.domain.switchboard import LocalSwitchboard
from chatserver.protocols.crowd import Crowd
from chatserver.protocols.factory import ChatFactory
from chatserver.protocols.gate import Gate
from chatserver.protocols.poller import Poller
from chatserver.protocols.turn import Turn

RESERVED_FILES = 300
"""Descriptors beyond those of users: listening ports, the log, and who is just being told that there is no room, of
whom Twisted accepts more than a hundred in one turn."""


class ChatService(MultiService):
    """Listens on every port of the Config with one shared factory; stopping says farewell to everybody first."""

    _log = Logger()

    def __init__(self, config: Config, reactor: Any) -> None:
        super().__init__()
        self._files = _raised_file_limit()
        capacity = max(1, self._files - RESERVED_FILES)
        self._users = min(config.max_users or capacity, capacity)
        turn = Turn(reactor)
        switchboard = LocalSwitchboard(
            Crowd(turn), name=config.name, motd=config.motd, max_users=self._users, quiet=config.quiet
        )
        self.factory = ChatFactory(
            switchboard,
            reactor,
            config.manners,
            Gate(config.manners, reactor, capacity, config.trusted),
            turn,
            poller=Poller(reactor) if hasattr(select, "epoll") else None,
            lobby=config.lobby,
        )
        for port in config.ports:
            strports.service(with_backlog(port), self.factory, reactor).setServiceParent(self)

    def startService(self) -> None:
        self._log.info(
            "open for {users} users; the open-file limit is {files}; {limits}",
            event="started",
            users=self._users,
            files=self._files,
            limits=", ".join(f"{name} {value}" for name, value in asdict(self.factory.manners).items()),
        )
        gc.collect()
        gc.freeze()  # what the program consists of is never garbage, and not looked through again
        super().startService()

    def stopService(self) -> Deferred[None]:
        """Close the ports, then the connections. From here on, a second SIGINT or SIGTERM ends the process at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        stopped: Deferred[None] = super().stopService()
        stopped.addCallback(lambda _: self.factory.close())
        return stopped.addCallback(lambda _: self._log.info("stopped", event="stopped"))


def _raised_file_limit() -> int:
    """How many files and connections the process can have open: as many as the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft if soft != resource.RLIM_INFINITY else 1_000_000
