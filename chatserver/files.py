"""How many files the process can have open, which connections are, too, and how many users that leaves room for."""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import NamedTuple

from chatserver.settings import ConfigError

MOST_KEPT = 300
"""Files that are kept back where there are many: for the server itself, for who is just being told that there is no
room, and for who is accepted beyond these, of whom Twisted accepts more than a hundred in one turn."""
LEAST_KEPT = 32
"""Those that are kept back where there are few. The server itself has 12 open, and one for each port."""
FEW = 20
"""A server that nobody has limited to less has room for so many, or was not meant to be started so."""


class TooFewFilesError(ConfigError):
    """The open-file limit, which is the system's, leaves room for too few users."""


class Files(NamedTuple):
    """The files of this process, of which `most` can be open."""

    most: int

    @property
    def kept(self) -> int:
        """How many are no user's: a share, since a small limit has to leave room, too."""
        return max(LEAST_KEPT, min(MOST_KEPT, self.most // 4))

    @property
    def users(self) -> int:
        """How many users there is room for."""
        return max(0, self.most - self.kept)

    @property
    def refused(self) -> int:
        """How many connections beyond those there is room for, while they are told that they cannot stay."""
        return self.kept // 5

    @property
    def beside(self) -> int:
        """How many connections a port can have that is not the chat's, and as many again while they are closed."""
        return self.kept // 10


def files_for(max_users: int) -> Files:
    """The files of this process, once it can have as many as the system allows it. `max_users` is how many users there
    can be; 0: any number. Raises TooFewFilesError.
    """
    files = Files(_raised_limit())
    if files.users < min(max_users or FEW, FEW):
        raise TooFewFilesError(
            f"the open-file limit of {files.most} leaves room for {files.users} users: raise it (by ulimit -n, or"
            " systemd's LimitNOFILE), or let there be fewer (by --max-users)"
        )
    return files


def _raised_limit() -> int:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft if soft != resource.RLIM_INFINITY else 1_000_000
