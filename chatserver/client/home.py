"""Where the user's files are, and opening them without touching what is somebody else's.

XDG Base Directory Specification: $XDG_STATE_HOME, or $HOME/.local/state; a path that is not absolute does not count.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import IO


def state_directory() -> Path | None:
    """The folder for what the client remembers; None where the user has no place for one."""
    state = _absolute("XDG_STATE_HOME")
    if state is None:
        home = _absolute("HOME")
        if home is None or not _is_own(home):
            return None
        state = home / ".local" / "state"
    if os.path.lexists(state) and not _is_own(state):
        return None
    return state / "chatserver"


def open_own(path: Path) -> IO[bytes]:
    """Open a file of the user's own for appending; made for the user alone, with its folders, if there is none.

    Raises OSError, also where something else is in its place, or it is somebody else's.
    """
    _make_directory(path.parent)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK  # a FIFO does not hold us up
    file = os.fdopen(os.open(path, flags, 0o600), "ab")
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        file.close()
        raise PermissionError(f"{path} is not a file of this user")
    os.fchmod(file.fileno(), 0o600)
    return file


def _make_directory(path: Path) -> None:
    if not path.is_dir():
        _make_directory(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def _absolute(variable: str) -> Path | None:
    path = Path(os.environ.get(variable, ""))
    return path if path.is_absolute() else None


def _is_own(path: Path) -> bool:
    try:
        return path.stat().st_uid == os.geteuid()
    except OSError:
        return False
