"""`twistd chat`: options to Config, Config to service. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field
from importlib.metadata import PackageNotFoundError, version
from typing import ClassVar

from twisted.python import usage

from chatserver import config
from chatserver.config import Config, ConfigError
from chatserver.protocols.address import Network
from chatserver.protocols.manners import Manners, limits
from chatserver.rehearsal import rehearse
from chatserver.service import ChatService


def _option(limit: Field[int]) -> str:
    return limit.name.replace("_", "-")


class Options(usage.Options):
    """What is typed behind `twistd chat`."""

    synopsis = "[options]"
    longdesc = (
        "A chat server for telnet and netcat: users see who is FREE or BUSY, connect to one of them, talk in private,"
        " send direct messages, tell everybody. twistd itself goes to the background and logs to twistd.log;"
        " 'twistd -n chat' stays in the foreground, where Ctrl-C stops it."
    )
    optFlags: ClassVar = [
        ["lobby", None, "Plain lines of users in no session go to everybody."],
        ["quiet", None, "Tell nobody who joins and leaves."],
    ]
    optParameters: ClassVar = [
        ["name", None, Config.name, "The server's name, with which it greets."],
        ["motd", None, None, "A text file that everybody reads on coming in."],
        ["max-users", None, Config.max_users, "How many users there can be; 0: no limit."],
        *([_option(limit), None, limit.default, limit.metadata["help"]] for limit in limits()),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.ports: list[str] = []
        self.trusted: list[Network] = []
        self.config = Config()

    def opt_port(self, text: str) -> None:
        """Where to listen: a TCP port, or any Twisted endpoint; repeatable. [default: 55555]"""
        self.ports.append(config.port(text))

    opt_p = opt_port

    def opt_trusted(self, text: str) -> None:
        """A network whose addresses are not limited, as in 192.0.2.0/24; repeatable. This machine is trusted anyway."""
        self.trusted.append(config.network(text))

    def opt_version(self) -> None:
        """Show the version and exit."""
        try:
            print(f"chatserver {version('chatserver')}")
        except PackageNotFoundError:
            print("chatserver, not installed: run from its sources")
        raise SystemExit(0)

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        """Raises SystemExit with a sentence where an option is wrong."""
        try:
            super().parseOptions(options)
        except (ConfigError, usage.UsageError) as error:
            raise SystemExit(f"twistd chat: {error}") from None

    def parseArgs(self, *words: str) -> None:
        if words:
            raise usage.UsageError(f"takes options only, not {words[0]!r}")

    def postOptions(self) -> None:
        self.config = Config(
            ports=tuple(self.ports) or Config.ports,
            name=config.server_name(self["name"]),
            motd=config.motd(self["motd"]) if self["motd"] is not None else (),
            max_users=self._number("max-users"),
            lobby=bool(self["lobby"]),
            quiet=bool(self["quiet"]),
            trusted=tuple(self.trusted),
            manners=Manners(**{limit.name: self._limit(limit) for limit in limits()}),
        )

    def _limit(self, limit: Field[int]) -> int:
        return self._number(_option(limit), limit.metadata["least"], limit.metadata["most"])

    def _number(self, option: str, *limits: int) -> int:
        return config.whole_number(option, str(self[option]), *limits)


def makeService(options: Options) -> ChatService:
    """The server that `options` describe. Raises SystemExit with a sentence where a port cannot be had."""
    from twisted.internet import reactor

    try:
        rehearse(options.config.ports)
    except ConfigError as error:
        raise SystemExit(f"twistd chat: {error}") from None
    return ChatService(options.config, reactor)
