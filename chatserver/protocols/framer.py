"""Bytes to lines, sans I/O: the same bytes give the same lines however they are cut into pieces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import TypeVar

from chatserver.protocols.telnet import IAC, Reply, Signal, TelnetFilter

BULK = 256
"""Lines that are cut at a time; what is behind them stays as it came, which takes less memory than lines do."""

LINE_END = re.compile(rb"\r?\n|\r\0")
"""LF, and CR LF and CR NUL (RFC 854, page 11)."""
_END_OF_TRANSMISSION = b"\x04"
"""What telnet sends for Ctrl-D: as on a terminal, it means leaving at the start of a line and nothing within one."""


class Overrun(Enum):
    """A line that is not given as bytes, because it has too many of them."""

    TOO_LONG = auto()
    """Longer than a line may be; it has ended, and what follows is a line again."""
    NEVER_ENDING = auto()
    """So long that it is no line at all."""


Use = TypeVar("Use")
Found = bytes | Overrun | Reply | Signal
"""What there is in a stream, in its order: a line without its end, or something else to be answered."""


class Framer:
    """Cuts a stream into lines at LF, CR LF and CR NUL, as they are wanted.

    Takes time in proportion to what is fed at once and the line that it goes on with, and beside what is fed and not
    taken at most the memory of a line. `longest` and `patience` are in bytes without the line end: a line longer than
    the first is discarded, one longer than the second ends the stream, as a wish to leave does: nothing follows.
    `longest` can be set at any time.
    """

    __slots__ = (
        "_discarded", "_ended", "_lines", "_patience", "_pieces", "_ready", "_tail", "_telnet", "_text", "_unread",
        "longest",
    )  # fmt: skip

    def __init__(self, longest: int = 4096, patience: int = 65536) -> None:
        self.longest = longest
        self._patience = patience
        self._telnet: TelnetFilter | None = None
        """There is one from the first IAC on."""
        self._unread = b""
        self._pieces: Iterator[bytes | Reply | Signal] | None = None
        self._text = b""
        self._tail = b""
        self._discarded = 0
        self._lines = b""
        """Whole lines that are as they should be, each with a line feed at its end."""
        self._ready: list[Found] = []
        """What stands before these. The next one is at the end."""
        self._ended = False

    def feed(self, data: bytes) -> None:
        """More of the stream."""
        if not self._ended:
            self._unread += data

    def has_next(self) -> bool:
        """Whether there is something complete."""
        while not (self._ready or self._lines or self._ended):
            if self._text:
                self._cut()
            elif self._pieces:
                self._take_piece(next(self._pieces, None))
            elif self._unread:
                data, self._unread = self._unread, b""
                if self._telnet is None and IAC not in data:
                    self._text = data
                else:
                    self._telnet = self._telnet or TelnetFilter()
                    self._pieces = self._telnet.split(data)
            else:
                return False
        return bool(self._ready or self._lines)

    @property
    def waiting_lines(self) -> int:
        """How many lines are not taken yet, more or less: telnet's sequences may still be among them."""
        return len(self._ready) + sum(data.count(b"\n") for data in (self._lines, self._text, self._unread))

    @property
    def lines_at_hand(self) -> int:
        """How many lines, and nothing else, come next and can be taken in one."""
        return 0 if self._ready else self._lines.count(b"\n")

    def take_lines(self, use: Callable[[bytes], Use | None]) -> Use | None:
        """Offer these lines, each with a line feed at its end, to `use`; if that returns None, they stay."""
        used = use(self._lines)
        if used is not None:
            self._lines = b""
        return used

    def next(self) -> Found:
        """The next thing that is complete, once `has_next` says that there is one. Raises IndexError otherwise."""
        if not self._ready:
            *lines, self._lines = self._lines.split(b"\n", BULK)
            self._ready += lines[::-1]
        return self._ready.pop()

    def forget(self) -> None:
        """Drop all that was fed and not taken; nothing follows."""
        self._end()
        self._lines = b""
        self._ready.clear()

    @property
    def unfinished(self) -> bool:
        """Whether there is the beginning of a line that has not ended."""
        return bool(self._discarded or self._tail.strip(b"\r"))

    def _take_piece(self, piece: bytes | Reply | Signal | None) -> None:
        if piece is None:
            self._pieces = None
        elif isinstance(piece, bytes):
            self._text = piece
        elif piece is Signal.ERASE_LINE:
            self._tail, self._discarded = b"", 0
        else:
            self._add(piece)

    def _cut(self) -> None:
        text = self._tail + self._text
        if len(text) <= self.longest and not self._discarded and _END_OF_TRANSMISSION not in text:
            if b"\r" in text:
                text = LINE_END.sub(b"\n", text)
            end = text.rfind(b"\n") + 1
            self._lines, self._tail, self._text = text[:end], text[end:], b""
            return
        *whole, rest = LINE_END.split(text, BULK) if b"\r" in text else text.split(b"\n", BULK)
        self._tail, self._text = (rest, b"") if len(whole) < BULK else (b"", rest)
        for line in whole:
            self._add(self._judged(line, len(line)))
            self._discarded = 0
            if self._ended:
                return
        judgement = self._judged(self._tail, len(self._tail) - self._tail.endswith(b"\r"))
        if judgement in (Overrun.NEVER_ENDING, Signal.LEAVE):
            self._add(judgement)
        elif len(self._tail) > self.longest + 1:
            self._discarded += len(self._tail) - 1
            self._tail = self._tail[-1:]

    def _judged(self, line: bytes, length: int) -> Found:
        """What stands for a line, of which the first `_discarded` bytes are not here."""
        if not self._discarded and line.startswith(_END_OF_TRANSMISSION):
            return Signal.LEAVE
        length += self._discarded
        if length <= self.longest and not self._discarded:  # of which some can be where `longest` has grown
            return line
        return Overrun.NEVER_ENDING if length > self._patience else Overrun.TOO_LONG

    def _add(self, found: Found) -> None:
        self._ready.insert(0, found)
        if found is Overrun.NEVER_ENDING or found is Signal.LEAVE:
            self._end()

    def _end(self) -> None:
        self._ended = True
        self._text = self._tail = b""
        self._pieces = None
        self._unread = b""
