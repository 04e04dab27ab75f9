"""The lines typed in earlier runs, in a file of the user's own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

_SECRET = re.compile(r"^\s|pass(word|wd|phrase)|secret|token", re.IGNORECASE)
"""A line that is not kept: one that begins with a blank, as in a shell, or speaks of a secret."""


def path() -> Path:
    """Where the history is: XDG Base Directory Specification, $XDG_STATE_HOME."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "chatserver" / "history"


class _Discreet(FileHistory):
    """A file that no secret gets into, in this run's memory neither."""

    def append_string(self, string: str) -> None:
        if not _SECRET.search(string):
            super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        try:
            return list(super().load_history_strings())
        except OSError:
            return ()

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(string)


def open_history() -> History:
    """The user's history; in memory only where there is no place for a file."""
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        file.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return _Discreet(str(file))
