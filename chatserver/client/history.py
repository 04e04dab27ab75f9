"""The lines of earlier runs, in a file of the user's own: commands and whom they were for, never what was said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from chatserver.client.home import open_own, state_directory

_SECRET = re.compile(r"^\s|^/(resume|login)\b|pass(word|wd|phrase)|secret|token", re.IGNORECASE)
"""A line that is not remembered at all: one that begins with a blank, as in a shell, or speaks of a secret."""
_SPEAKS_TO = re.compile(r"(/(?:dm|msg|tell|w) +\S+)(?: .*)?", re.IGNORECASE | re.DOTALL)
_ABOUT = re.compile(
    r"/(?:connect|query|whois|nick|ignore|unignore|help|\?|users|status|who|names) +\S+|(?:connect|CONNECT) +\S+",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"(/(?!/|say\b|me\b)\S+)(?:\s.*)?", re.DOTALL)
_BARE = frozenset({"status", "goodbye", "close", "exit", "help", "GET", "#GOODBYE#", "#CLOSE#"})


def kept_of(line: str) -> str:
    """What of `line` goes into the file: the command, and whom or what it is about; nothing of what it says."""
    line = line.strip()
    if _ABOUT.fullmatch(line) or line in _BARE:
        return line
    match = _SPEAKS_TO.fullmatch(line) or _COMMAND.fullmatch(line)
    return match[1] if match else ""


class _Discreet(History):
    """No secret gets in."""

    def append_string(self, string: str) -> None:
        if not _SECRET.search(string):
            super().append_string(string)


class _Memory(_Discreet, InMemoryHistory):
    """The lines of this run."""


class _File(_Discreet, FileHistory):
    """The lines of this run, and what is kept of those of others."""

    def load_history_strings(self) -> Iterable[str]:
        try:
            return [kept for line in super().load_history_strings() if (kept := kept_of(line))]
        except OSError:
            return ()

    def store_string(self, string: str) -> None:
        if not (kept := kept_of(string)):
            return
        with suppress(OSError):
            open_own(Path(str(self.filename))).close()  # it may have gone, or something else have come, meanwhile
            super().store_string(kept)


def open_history(keep: bool = True) -> History:
    """The user's history; in memory only where nothing is to be kept, or there is no place for a file."""
    directory = state_directory() if keep else None
    if directory is None:
        return _Memory()
    file = directory / "history"
    try:
        open_own(file).close()
    except OSError:
        return _Memory()
    return _File(str(file))
