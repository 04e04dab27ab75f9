"""`twistd chat`: options to Config, Config to service. Decides nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar

from twisted.python import usage

from chatserver import configfile, textlog
from chatserver.clock import measure_by_monotonic_time
from chatserver.config import SETTINGS, Config, Given, configured
from chatserver.elsewhere import Elsewhere
from chatserver.files import TooFewFilesError, files_for
from chatserver.rehearsal import UnavailableError, rehearse
from chatserver.service import ChatService
from chatserver.settings import ConfigError, refuse_to_read_again

FILES = ("config", "motd")
"""Options that name a file: twistd may go to another folder before it is read again."""
INTERRUPTED = 130
"""The exit status of a shell for what Ctrl-C has ended."""
ABOUT = (
    "A chat server for telnet and netcat: users see who is FREE or BUSY, connect to one of them, talk in private,"
    " send direct messages, tell everybody."
)


class Options(usage.Options):
    """What is typed behind `twistd chat`."""

    program = "twistd chat"
    """Whose sentences these are."""
    synopsis = "[options]"
    longdesc = (
        f"{ABOUT} twistd itself goes to the background and logs to twistd.log;"
        " 'twistd -n chat' stays in the foreground, where Ctrl-C stops it. SIGHUP reads the --config file again, and"
        " stops a server that has none."
    )
    optFlags: ClassVar = [
        ["check", None, "Print all settings, as a --config file, and exit."],
        *([setting.name, None, setting.help] for setting in SETTINGS.values() if setting.is_flag),
    ]
    optParameters: ClassVar = [
        ["config", None, None, "A TOML file of these options, by their long names; what is typed here wins."],
        *(
            [setting.name, None, None, setting.help + (f" [default: {setting.default}]" if setting.default else "")]
            for setting in SETTINGS.values()
            if not (setting.is_flag or setting.is_list)
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.config = Config()

    def opt_port(self, text: str) -> None:
        self.setdefault("port", []).append(text)

    opt_p = opt_port
    opt_port.__doc__ = f"{SETTINGS['port'].help} [default: {SETTINGS['port'].default}]"

    def opt_trusted(self, text: str) -> None:
        self.setdefault("trusted", []).append(text)

    opt_trusted.__doc__ = SETTINGS["trusted"].help

    def opt_version(self) -> None:
        """Show the version and exit."""
        try:
            print(f"chatserver {version('twistd-chat')}")
        except PackageNotFoundError:
            print("chatserver, not installed: run from its sources")
        raise SystemExit(0)

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        """Raises SystemExit with a sentence where an option is wrong."""
        try:
            super().parseOptions(options)
        except (ConfigError, usage.UsageError) as error:
            raise SystemExit(f"{self.program}: {error}") from None
        except KeyboardInterrupt:  # while it waits for a pipe
            raise SystemExit(INTERRUPTED) from None

    def parseArgs(self, *words: str) -> None:
        if words:
            raise usage.UsageError(f"takes options only, not {words[0]!r}")

    def postOptions(self) -> None:
        for name in FILES:
            if self[name] is not None:
                self[name] = str(Path(self[name]).absolute())
        given = self._given()
        self.config = configured(given)
        if self["check"]:
            self._print(configfile.written(given, self._troubles()))
            raise SystemExit(0)

    def read_again(self) -> Config:
        """What is typed, and what the files say by now, for a server that runs. Raises ConfigError."""
        given = self._given(again=True)
        if isinstance(path := given.get("motd", ("", None))[1], str):
            refuse_to_read_again(path)
        return configured(given)

    def rehearse(self) -> None:
        """Try what a start and a reload will do where twistd does it. Raises ConfigError."""
        elsewhere = Elsewhere(self.parent or {})
        if elsewhere:
            files = [self[name] for name in FILES if self[name] is not None]
            reloads = self["config"] is not None and all(map(os.path.isfile, files))
            elsewhere.rehearse(self.read_again if reloads else None)
        rehearse(self.config.endpoints, elsewhere.there)

    def _given(self, again: bool = False) -> dict[str, Given]:
        given = configfile.read(self["config"], again) if self["config"] is not None else {}
        for name, setting in SETTINGS.items():
            value = self.get(name)
            if value or isinstance(value, str):
                given[name] = Given(f"--{name}", bool(value) if setting.is_flag else value)
        return given

    def _troubles(self) -> dict[str, str]:
        """What cannot be had just now. Raises ConfigError for what cannot be at all."""
        troubles = {}
        try:
            self.rehearse()
        except UnavailableError as error:
            troubles["metrics" if error.port == self.config.metrics else "port"] = f"Just now: {error}"
        try:
            files_for(self.config.max_users)
        except TooFewFilesError as error:
            troubles["max-users"] = f"Just now: {error}"
        return troubles

    def _print(self, text: str) -> None:
        """As UTF-8, which is what TOML is, whatever the terminal has."""
        try:
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
            sys.stdout.flush()
        except OSError as error:
            raise ConfigError(f"cannot print: {error.strerror}") from error


def makeService(options: Options) -> ChatService:
    """The server that `options` describe. Raises SystemExit with a sentence where there cannot be one here."""
    from twisted.internet import reactor

    read = options.read_again if options["config"] is not None else None
    log = textlog.as_asked(options.parent, reactor) if options.parent else None
    try:
        options.rehearse()
        measure_by_monotonic_time(reactor)
        return ChatService(options.config, reactor, read, options.program, log)
    except ConfigError as error:
        raise SystemExit(f"{options.program}: {error}") from None
