"""The log for people, such as `2026-11-26 19:02:11 ann (user 1) joined from 192.0.2.7:50112; 3 online`. Local time.

`twistd chat` has it by itself; `--logger chatserver.textlog.stdout` is how to ask for it elsewhere.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from functools import partial
from time import localtime, time
from typing import Any

from twisted.logger import LogEvent, LogLevel, eventAsText
from twisted.python.logfile import LogFile

from chatserver.observer import LineObserver, Stamp, to_standard_output

INDENT = "    "
"""Before each line of an event but its first: nothing in a text can pass for another event."""
_LEVELS = {LogLevel.warn: "warning: ", LogLevel.error: "error: ", LogLevel.critical: "critical: "}


def stdout() -> LineObserver:
    """To the standard output."""
    return LineObserver(Words(), to_standard_output())


def to_file(path: str, reactor: Any) -> LineObserver:
    """To a file, as twistd keeps one: it begins another at each megabyte, and when the process is sent SIGUSR1."""
    file = LogFile.fromFullPath(path)
    if signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL:
        signal.signal(signal.SIGUSR1, lambda *_: reactor.callFromThread(file.rotate))
    return LineObserver(Words(), file.write)


def as_asked(twistd: Mapping[str, Any], reactor: Any) -> Callable[[], LineObserver] | None:
    """How to make the log that `twistd`, its options, asks for; None if that is one of another kind."""
    file = twistd.get("logfile") or ""
    if twistd.get("logger") or twistd.get("syslog"):
        return None
    if twistd.get("nodaemon") and file in ("", "-"):
        return stdout
    return partial(to_file, file or "twistd.log", reactor) if file != "-" else None


class Words:
    """An event as people read it."""

    def __init__(self) -> None:
        self._stamp = Stamp(localtime, "%Y-%m-%d %H:%M:%S")

    def __call__(self, event: LogEvent) -> str:
        if event.get("log_format") == "{text}":
            text = event["text"]
        else:
            text = eventAsText(event, includeTimestamp=False, includeSystem=False)
            if not text:
                return ""
        if not text.isprintable():
            text = f"\n{INDENT}".join(map(_shown, text.rstrip().split("\n")))
        stamp = self._stamp(int(event.get("log_time") or time()))
        return f"{stamp} {_LEVELS.get(event.get('log_level'), '')}{text}\n"


def _shown(line: str) -> str:
    """`line` with nothing in it that moves, hides or breaks text."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
