"""The bridge: makes a server out of a Config and a reactor. The only file that knows every floor."""

from __future__ import annotations

import gc
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from twisted.application.service import IServiceCollection, MultiService
from twisted.internet.defer import Deferred
from twisted.internet.error import ReactorNotRunning
from twisted.internet.interfaces import IProtocolFactory
from twisted.logger import ILogObserver, Logger
from twisted.python.components import Componentized

from chatserver.config import RELOADED, Config
from chatserver.domain.switchboard import LocalSwitchboard
from chatserver.files import files_for
from chatserver.listening import Port
from chatserver.notify import notify
from chatserver.protocols.crowd import Crowd
from chatserver.protocols.endpoints import server_endpoint
from chatserver.protocols.factory import ChatFactory
from chatserver.protocols.gate import Gate
from chatserver.protocols.meter import TimedTurn
from chatserver.protocols.poller import Poller
from chatserver.protocols.share import Share
from chatserver.protocols.turn import Turn
from chatserver.protocols.unixsockets import RoomMaker
from chatserver.settings import BACKLOG, ConfigError, with_backlog

_log = Logger()


class ChatService(MultiService):
    """Listens on every port of the Config with one shared factory; stopping says farewell to everybody first.

    `read` reads the Config again, and raises ConfigError; SIGHUP calls for it, and stops a server that has none.
    `program` is who says that it cannot start; `log` makes the log of the application that this belongs to.
    Raises TooFewFilesError.
    """

    def __init__(
        self,
        config: Config,
        reactor: Any,
        read: Callable[[], Config] | None = None,
        program: str = "",
        log: Callable[[], ILogObserver] | None = None,
    ) -> None:
        super().__init__()
        self._config = config
        self._reactor = reactor
        self._read = read
        self._program = program
        self._make_log = log
        self._files = files_for(config.max_users)
        turn = TimedTurn(reactor, time.perf_counter) if config.metrics else Turn(reactor)
        self._switchboard = LocalSwitchboard(
            Crowd(turn),
            now=time.time,
            name=config.name,
            motd=config.motd,
            max_users=self._users,
            quiet=config.quiet,
        )
        self.factory = ChatFactory(
            self._switchboard,
            reactor,
            config.manners,
            Gate(config.manners, reactor, self._files.users, config.trusted, self._files.refused),
            turn,
            poller=Poller(reactor) if hasattr(select, "epoll") else None,
            lobby=config.lobby,
        )
        for port in config.port:
            self._listen(port, self.factory)
        if isinstance(turn, TimedTurn):
            from chatserver.metrics import ChatCollector, metrics_site  # what it needs may not be installed

            site = metrics_site(ChatCollector(self._switchboard, self.factory, turn), reactor)
            share = Share(site, self._files.beside, partial(self.factory.refusals.refuse_beside, "metrics"))
            self._listen(config.metrics, share, self._files.beside)

    def setServiceParent(self, parent: IServiceCollection) -> None:
        """Twistd asks the application for its log before anything starts."""
        super().setServiceParent(parent)
        if self._make_log and isinstance(parent, Componentized):
            parent.setComponent(ILogObserver, self._make_log())

    def startService(self) -> None:
        gc.collect()
        gc.freeze()  # what the program consists of is never garbage, and not looked through again
        super().startService()
        if self._read or signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # which is what nohup asks for
            signal.signal(signal.SIGHUP, lambda *_: self._reactor.callFromThread(self._hang_up))
        self._tell(
            "open for {users} users; the open-file limit is {files}; {limits}", event="started", files=self._files.most
        )
        notify("READY=1")

    def stopService(self) -> Deferred[None]:
        """Close the ports, then the connections. From here on, a second signal to end ends the process at once."""
        notify("STOPPING=1")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        stopped: Deferred[None] = super().stopService()
        stopped.addCallback(lambda _: self.factory.close())
        return stopped.addCallback(lambda _: _log.info("stopped", event="stopped"))

    def _listen(self, port: str, factory: IProtocolFactory, backlog: int = BACKLOG) -> None:
        endpoint = server_endpoint(RoomMaker(self._reactor), with_backlog(port, backlog))
        Port(port, endpoint, factory, self._program).setServiceParent(self)

    @property
    def _users(self) -> int:
        """How many there can be."""
        return min(self._config.max_users or self._files.users, self._files.users)

    def _hang_up(self) -> None:
        if not self.running:
            return
        if self._read:
            notify("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
            try:
                self._reload(self._read)
            finally:
                notify("READY=1")
        else:
            _log.info("hung up, without a --config file to read again: stopping", event="hung_up")
            with suppress(ReactorNotRunning):
                self._reactor.stop()

    def _reload(self, read: Callable[[], Config]) -> None:
        """Take over what can change while the server runs; the log names what cannot. Nobody is disconnected."""
        try:
            config = read()
        except ConfigError as error:
            _log.error("nothing is changed: {reason}", event="not_reloaded", reason=str(error))
            return
        self._config = replace(self._config, **{name: getattr(config, name) for name in RELOADED})
        fixed = [name for name, value in vars(config).items() if value != getattr(self._config, name)]
        self._switchboard.motd = config.motd
        self._switchboard.max_users = self._users
        self.factory.follow(config.manners, config.trusted)
        self._tell("read again: open for {users} users; {limits}", event="reloaded")
        if fixed:
            names = ", ".join(fixed)
            _log.warn("what cannot change while the server runs: {names}", event="not_changed", names=names)

    def _tell(self, text: str, **fields: object) -> None:
        limits = ", ".join(f"{name} {value}" for name, value in asdict(self._config.manners).items())
        _log.info(text, users=self._users, limits=limits, **fields)
