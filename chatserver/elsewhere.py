"""Where the server will be, and as whom: twistd goes to another folder, and becomes another user, before it serves."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from chatserver.settings import ConfigError

_OPTIONS = {"chroot": None, "rundir": ".", "uid": None, "gid": None}
"""Those of twistd that lead elsewhere, and what they are by themselves."""


class Elsewhere:
    """Where the options of `twistd` lead. It is false where they lead nowhere."""

    def __init__(self, twistd: Mapping[str, Any]) -> None:
        self._options = {name: twistd.get(name, default) for name, default in _OPTIONS.items()}

    def __bool__(self) -> bool:
        return self._options != _OPTIONS

    def __str__(self) -> str:
        return " ".join(f"--{name} {value}" for name, value in self._options.items() if value != _OPTIONS[name])

    def rehearse(self, read: Callable[[], object] | None) -> None:
        """Go there and become that user, and call for what a reload will `read`. Raises ConfigError."""
        with self.there(), self._as_the_user():
            try:
                if read:
                    read()
            except ConfigError as error:
                raise ConfigError(f"under {self} a reload would fail: {error}") from error

    @contextmanager
    def there(self) -> Iterator[None]:
        """Meanwhile this process is there. Raises ConfigError."""
        with ExitStack() as back:
            self._do(self._go, back)
            yield

    @contextmanager
    def _as_the_user(self) -> Iterator[None]:
        """Meanwhile this process can do what that user can. Raises ConfigError."""
        with ExitStack() as back:
            self._do(self._become, back)
            yield

    def _do(self, step: Callable[[ExitStack], None], back: ExitStack) -> None:
        try:
            step(back)
        except OSError as error:
            where = f": {error.filename!r}" if error.filename else ""
            raise ConfigError(f"{self}: {error.strerror}{where}") from error
        except KeyError:
            raise ConfigError(f"{self}: there is no such user") from None

    def _go(self, back: ExitStack) -> None:
        root, folder = self._options["chroot"], self._options["rundir"]
        back.callback(os.chdir, os.getcwd())
        if root is not None:
            old = os.open("/", os.O_RDONLY)
            back.callback(os.close, old)
            os.chroot(root)
            back.callback(os.chroot, ".")
            back.callback(os.fchdir, old)
            os.chdir("/")
            os.stat(os.devnull)  # without which Twisted opens no port
        os.chdir(folder)

    def _become(self, back: ExitStack) -> None:
        uid, gid = self._options["uid"], self._options["gid"]
        before = os.geteuid(), os.getegid(), os.getgroups()
        if uid is not None and gid is None:
            gid = pwd.getpwuid(uid).pw_gid
        if gid is not None:
            os.setegid(gid)
            back.callback(os.setegid, before[1])
        if uid not in (None, before[0]):
            os.initgroups(pwd.getpwuid(uid).pw_name, gid)
            back.callback(os.setgroups, before[2])
            os.seteuid(uid)
            back.callback(os.seteuid, before[0])
