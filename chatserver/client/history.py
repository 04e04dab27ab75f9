"""The lines typed in earlier runs, in a file of the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from chatserver.client.home import open_own, state_directory

_SECRET = re.compile(r"^\s|pass(word|wd|phrase)|secret|token", re.IGNORECASE)
"""A line that is not kept: one that begins with a blank, as in a shell, or speaks of a secret."""


class _Discreet(History):
    """No secret gets in."""

    def append_string(self, string: str) -> None:
        if not _SECRET.search(string):
            super().append_string(string)


class _Memory(_Discreet, InMemoryHistory):
    """The lines of this run."""


class _File(_Discreet, FileHistory):
    """The lines of all runs."""

    def load_history_strings(self) -> Iterable[str]:
        try:
            return list(super().load_history_strings())
        except OSError:
            return ()

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            open_own(Path(str(self.filename))).close()  # it may have gone, or something else have come, meanwhile
            super().store_string(string)


def open_history() -> History:
    """The user's history; in memory only where there is no place for a file."""
    directory = state_directory()
    if directory is None:
        return _Memory()
    file = directory / "history"
    try:
        open_own(file).close()
    except OSError:
        return _Memory()
    return _File(str(file))
