"""Where the log goes, a line at a time: the log is the last thing that may stop a server."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import strftime, struct_time, time

from twisted.logger import ILogObserver, LogEvent, LogLevel
from zope.interface import implementer


class Stamp:
    """The time of events in words, which are made once a second: `split` and `form` are of the module `time`."""

    def __init__(self, split: Callable[[float], struct_time], form: str) -> None:
        self._split = split
        self._form = form
        self._second = -1
        self._words = ""

    def __call__(self, second: int) -> str:
        if second != self._second:
            self._words = strftime(self._form, self._split(second))
            self._second = second
        return self._words


@implementer(ILogObserver)
class LineObserver:
    """Writes what `words` makes of each event, at once.

    Never raises. What cannot be written is lost, and how much that was is said as soon as there is room again.
    """

    def __init__(self, words: Callable[[LogEvent], str], write: Callable[[bytes], object]) -> None:
        self._words = words
        self._write = write
        self._lost = 0

    def __call__(self, event: LogEvent) -> None:
        lines = self._words(event)
        try:
            if self._lost:
                self._write(self._words(_lost(self._lost)).encode())
                self._lost = 0
            self._write(lines.encode())
        except Exception:  # there is no room, nobody who reads, or it is closed
            self._lost += 1


class Descriptor:
    """An open file, by its number. Where a line was written in part, the next begins a new one."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._is_cut = False

    def write(self, line: bytes) -> None:
        """Write all of it. Raises OSError."""
        if self._is_cut:
            line = b"\n" + line
        written = os.write(self._number, line)
        while written < len(line):
            self._is_cut = True
            written += os.write(self._number, line[written:])
        self._is_cut = False


def to_standard_output() -> Callable[[bytes], object]:
    """Writes to what it was when the process started, before twistd takes it for the log."""
    if sys.__stdout__ is None:  # it was closed then; by now its number may be a guest's
        return lambda line: None
    return Descriptor(sys.__stdout__.fileno()).write


def _lost(number: int) -> LogEvent:
    """The event of it."""
    text = f"lines of the log that could not be written: {number}"
    return {
        "log_format": "{text}",
        "log_level": LogLevel.error,
        "log_time": time(),
        "event": "lost",
        "number": number,
        "text": text,
    }
