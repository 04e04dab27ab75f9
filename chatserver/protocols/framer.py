"""Bytes to lines, sans I/O: the same bytes give the same lines however they are cut into pieces."""

from __future__ import annotations

import re
from enum import Enum, auto

_LINE_END = re.compile(rb"\r[\n\0]")
"""CR LF and CR NUL (RFC 854, page 11), in one pass: two passes would eat a CR of CR CR NUL."""


class Overrun(Enum):
    """A line that is not given as bytes, because it has too many of them."""

    TOO_LONG = auto()
    """Longer than a line may be; it has ended, and what follows is a line again."""
    NEVER_ENDING = auto()
    """So long that it is no line at all; nothing follows."""


class Framer:
    """Cuts a stream into lines at LF, CR LF and CR NUL; takes linear time and at most a line's worth of memory.

    `longest` and `patience` are in bytes without the line end: a line longer than the first is discarded, one longer
    than the second ends the stream.
    """

    def __init__(self, longest: int = 4096, patience: int = 65536) -> None:
        self._longest = longest
        self._patience = patience
        self._tail = b""
        self._discarded = 0
        self._ended = False

    def feed(self, data: bytes) -> list[bytes | Overrun]:
        """The lines that `data` completes, without their ends; an `Overrun` stands for each that is too long."""
        if self._ended:
            return []
        data = self._tail + data
        if b"\r" in data:
            data = _LINE_END.sub(b"\n", data)
        *whole, self._tail = data.split(b"\n")
        lines = [self._measured(line) for line in whole]
        if len(self._tail) > self._longest + 1:
            self._discarded += len(self._tail) - 1
            self._tail = self._tail[-1:]
        if self._discarded + len(self._tail) - self._tail.endswith(b"\r") > self._patience:
            lines.append(Overrun.NEVER_ENDING)
        if Overrun.NEVER_ENDING in lines:
            self._ended = True
            self._tail = b""
            del lines[lines.index(Overrun.NEVER_ENDING) + 1 :]
        return lines

    @property
    def unfinished(self) -> bool:
        """Whether there is the beginning of a line that has not ended."""
        return bool(self._discarded or self._tail.strip(b"\r"))

    def _measured(self, line: bytes) -> bytes | Overrun:
        length, self._discarded = self._discarded + len(line), 0
        if length <= self._longest:
            return line
        return Overrun.TOO_LONG if length <= self._patience else Overrun.NEVER_ENDING
