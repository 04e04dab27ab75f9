"""Bytes to lines, sans I/O: the same bytes give the same lines however they are cut into pieces."""

from __future__ import annotations

import re
from enum import Enum, auto

from chatserver.protocols.telnet import Reply, Signal, TelnetFilter

_LINE_END = re.compile(rb"\r[\n\0]")
"""CR LF and CR NUL (RFC 854, page 11), in one pass: two passes would eat a CR of CR CR NUL."""
_END_OF_TRANSMISSION = b"\x04"
"""What telnet sends for Ctrl-D: as on a terminal, it means leaving at the start of a line and nothing within one."""


class Overrun(Enum):
    """A line that is not given as bytes, because it has too many of them."""

    TOO_LONG = auto()
    """Longer than a line may be; it has ended, and what follows is a line again."""
    NEVER_ENDING = auto()
    """So long that it is no line at all."""


Found = bytes | Overrun | Reply | Signal
"""What there is in a stream, in its order: a line without its end, or something else to be answered."""


class Framer:
    """Cuts a stream into lines at LF, CR LF and CR NUL; takes linear time and at most a line's worth of memory.

    `longest` and `patience` are in bytes without the line end: a line longer than the first is discarded, one longer
    than the second ends the stream, as a wish to leave does: nothing follows.
    """

    def __init__(self, longest: int = 4096, patience: int = 65536) -> None:
        self._longest = longest
        self._patience = patience
        self._telnet = TelnetFilter()
        self._tail = b""
        self._discarded = 0
        self._ended = False

    def feed(self, data: bytes) -> list[Found]:
        """What `data` completes."""
        found: list[Found] = []
        for piece in self._telnet.feed(data):
            if self._ended:
                break
            if isinstance(piece, bytes):
                found += self._cut(piece)
            else:
                found.append(piece)
                self._ended = piece is Signal.LEAVE
        if self._ended:
            self._tail = b""
        return found

    @property
    def unfinished(self) -> bool:
        """Whether there is the beginning of a line that has not ended."""
        return bool(self._discarded or self._tail.strip(b"\r"))

    def _cut(self, data: bytes) -> list[Found]:
        data = self._tail + data
        if b"\r" in data:
            data = _LINE_END.sub(b"\n", data)
        *whole, self._tail = data.split(b"\n")
        if len(data) <= self._longest and not self._discarded and _END_OF_TRANSMISSION not in data:
            return [*whole]
        found: list[Found] = []
        for line in whole:
            found.append(self._judged(line, len(line)))
            self._discarded = 0
            if self._ended:
                return found
        judgement = self._judged(self._tail, len(self._tail) - self._tail.endswith(b"\r"))
        if self._ended:
            found.append(judgement)
        elif len(self._tail) > self._longest + 1:
            self._discarded += len(self._tail) - 1
            self._tail = self._tail[-1:]
        return found

    def _judged(self, line: bytes, length: int) -> Found:
        """What stands for a line, of which the first `_discarded` bytes are not here; sees whether the stream ends."""
        if not self._discarded and line.startswith(_END_OF_TRANSMISSION):
            self._ended = True
            return Signal.LEAVE
        length += self._discarded
        if length <= self._longest:
            return line
        self._ended = length > self._patience
        return Overrun.NEVER_ENDING if self._ended else Overrun.TOO_LONG
