"""The bridge: makes a server out of a Config and a reactor. The only file that knows every floor."""

from __future__ import annotations

import resource
import signal
from typing import Any

from twisted.application import strports
from twisted.application.service import MultiService
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatserver.config import Config, with_backlog
from chatserver.domain.switchboard import LocalSwitchboard
from chatserver.protocols.crowd import Crowd
from chatserver.protocols.factory import ChatFactory


class ChatService(MultiService):
    """Listens on every port of the Config with one shared factory; stopping says farewell to everybody first."""

    _log = Logger()

    def __init__(self, config: Config, reactor: Any) -> None:
        super().__init__()
        self._users = f"{config.max_users} users" if config.max_users else "any number of users"
        switchboard = LocalSwitchboard(
            Crowd(), name=config.name, motd=config.motd, max_users=config.max_users, quiet=config.quiet
        )
        self.factory = ChatFactory(
            switchboard,
            reactor,
            config.manners,
            lobby=config.lobby,
        )
        for port in config.ports:
            strports.service(with_backlog(port), self.factory, reactor).setServiceParent(self)

    def startService(self) -> None:
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._log.info("open for {users}; the open-file limit is {limit}", users=self._users, limit=limit)
        super().startService()

    def stopService(self) -> Deferred[None]:
        """Close the ports, then the connections. From here on, a second SIGINT or SIGTERM ends the process at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        stopped: Deferred[None] = super().stopService()
        return stopped.addCallback(lambda _: self.factory.close())
