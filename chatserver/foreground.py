"""`twistd chat` under a name of its own: in the foreground, with our log, and without a pid file."""

from __future__ import annotations

from typing import Any

from twisted.application.service import ServiceMaker
from twisted.scripts.twistd import ServerOptions  # type: ignore[attr-defined]  # which is what it gives its own run

from chatserver import tap

_CHAT = ServiceMaker("chat", "chatserver.tap", "", "chat")


class Options(tap.Options):
    """What is typed behind `chatserver`: the same as behind `twistd chat`."""

    program = "chatserver"
    synopsis = "Usage: chatserver [options]"
    longdesc = (
        f"{tap.ABOUT} It stays in the foreground, where Ctrl-C stops it, and logs to the standard output. SIGHUP reads"
        " the --config file again, and stops a server that has none."
    )


def parsed() -> Any:
    """What is typed, as twistd's options. Raises SystemExit: with a sentence where it is wrong."""
    options = Options()
    options.parseOptions()
    twistd = ServerOptions()
    twistd.parseOptions(["--nodaemon", "--no_save", "--pidfile=", "--logger=chatserver.textlog.stdout"])
    # As if twistd had found the command among its plugins. It looks for none: that would write into their folder.
    twistd.subCommand, twistd.subOptions = _CHAT.tapname, options
    twistd.loadedPlugins = {_CHAT.tapname: _CHAT}
    return twistd
