"""The settings of one server: what there is to set, and one frozen Config made of what was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from functools import partial
from typing import Any, NamedTuple

from chatserver.protocols.address import Network
from chatserver.protocols.manners import Manners, limits
from chatserver.settings import ConfigError, metrics_port, motd, network, port, server_name, whole_number


def _setting(default: Any, help: str, read: Callable[[str], object], *, typed: str = "", is_list: bool = False) -> Any:
    """`read` makes a value of what was given, or of each item of a list; `typed` is how a default is typed that is not
    typed as it is shown.
    """
    return field(default=default, metadata={"help": help, "read": read, "typed": typed, "is_list": is_list})


def _flag(help: str) -> Any:
    return field(default=False, metadata={"help": help})


@dataclass(frozen=True)
class Config:
    """The settings of one server. Each field is an option, its name with hyphens, and so is each of `manners`."""

    port: tuple[str, ...] = _setting(
        ("tcp:55555",),
        "Where to listen: a TCP port, or any Twisted endpoint; repeatable.",
        port,
        typed="55555",
        is_list=True,
    )
    name: str = _setting("chatserver", "The server's name, with which it greets.", server_name)
    motd: tuple[str, ...] = _setting((), "A text file that everybody reads on coming in.", motd)
    max_users: int = _setting(0, "How many users there can be; 0: no limit.", whole_number)
    metrics: str = _setting("", "Where to serve Prometheus, as in tcp:9555:interface=127.0.0.1.", metrics_port)
    lobby: bool = _flag("Plain lines of users in no session go to everybody.")
    quiet: bool = _flag("Tell nobody who joins and leaves.")
    trusted: tuple[Network, ...] = _setting(
        (),
        "A network whose addresses are not limited, as in 192.0.2.0/24; repeatable. This machine is trusted anyway.",
        network,
        is_list=True,
    )
    manners: Manners = field(default_factory=Manners)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """All that is listened on."""
        return (*self.port, self.metrics) if self.metrics else self.port


RELOADED = ("motd", "max_users", "trusted", "manners")
"""The fields that can change while the server runs."""


class Given(NamedTuple):
    """What was given for a setting, and where: on the command line or in a file."""

    where: str
    value: str | bool | list[str]


class Setting:
    """One of the things that can be set."""

    def __init__(self, field: Field[Any]) -> None:
        self.name = field.name.replace("_", "-")
        """As it is typed."""
        self.field = field.name
        self.help: str = field.metadata["help"]
        self.is_flag = isinstance(field.default, bool)
        self.is_number = type(field.default) is int
        self.is_list: bool = field.metadata.get("is_list", False)
        self.default: str = field.metadata.get("typed") or ("" if field.default == () else str(field.default))
        """As it is typed; empty if there is none."""
        bounds = {key: field.metadata[key] for key in ("least", "most") if key in field.metadata}
        self._read = field.metadata.get("read", partial(whole_number, **bounds))

    def read(self, given: Given) -> object:
        """The value that was given. Raises ConfigError."""
        value = given.value
        try:
            if isinstance(value, str):
                return self._read(value)
            if isinstance(value, bool):
                return value
            if self.default and not value:
                raise ConfigError("there has to be one")
            return tuple(map(self._read, value))
        except ConfigError as error:
            raise ConfigError(f"{given.where}: {error}") from error


_OF_CONFIG = {setting.name: setting for setting in (Setting(field) for field in fields(Config) if field.metadata)}
_OF_MANNERS = {setting.name: setting for setting in map(Setting, limits())}
SETTINGS = _OF_CONFIG | _OF_MANNERS
"""All of them, by name."""


def configured(given: Mapping[str, Given]) -> Config:
    """The Config of what was given by the names of `SETTINGS`. Raises ConfigError."""
    return Config(**_values(_OF_CONFIG, given), manners=Manners(**_values(_OF_MANNERS, given)))


def _values(settings: Mapping[str, Setting], given: Mapping[str, Given]) -> dict[str, Any]:
    return {setting.field: setting.read(given[name]) for name, setting in settings.items() if name in given}
