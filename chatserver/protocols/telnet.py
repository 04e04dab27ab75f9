"""What telnet clients add to the text, taken out, sans I/O. Source: RFC 854 (commands) and RFC 855 (options)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

NOISE = 64
"""Sequences that are as much work as a line."""
MOST_REFUSALS = 64
"""Options that are refused to a connection: no client has so many to offer."""

IAC = b"\xff"
"""Interpret as command: what every sequence begins with."""
_EOF, _INTERRUPT_PROCESS, _ARE_YOU_THERE, _ERASE_CHARACTER = b"\xec", b"\xf4", b"\xf6", b"\xf7"
_ERASE_LINE = b"\xf8"
_WILL, _WONT, _DO, _DONT = b"\xfb", b"\xfc", b"\xfd", b"\xfe"
_REFUSALS = {_WILL: _DONT, _DO: _WONT}
_DO_TIMING_MARK = _DO + b"\x06"
WONT_TIMING_MARK = IAC + _WONT + b"\x06"
_SEQUENCE = re.compile(
    rb"""\xff(?:
        (?P<unfinished> (?:[\xfb-\xfe] | \xfa(?:[^\xff]|\xff\xff){0,256}\xff?)?\Z )
        | (?P<option> [\xfb-\xfe]. )
        | (?P<subnegotiation> \xfa(?:[^\xff]|\xff\xff){0,256}(?:\xff\xf0)? )
        | (?P<command> [\xec-\xf9] )
        | (?P<escaped> \xff )
    )""",
    re.DOTALL | re.VERBOSE,
)
"""All that starts with an IAC. One with anything else behind it is text of another encoding, and stays. What looks like
a subnegotiation and is longer than 256 bytes, or has another command in it, ends there."""


class Signal(Enum):
    """A key of the client's that is no text."""

    LEAVE = auto()
    ARE_YOU_THERE = auto()
    TIMING_MARK = auto()
    """The client shows nothing until this is answered with `WONT_TIMING_MARK`: RFC 860."""
    ERASE_LINE = auto()
    NOISE = auto()
    """There was much that is neither text nor anything else; it is work all the same."""


class Reply(NamedTuple):
    """The refusal of an option, to be sent back once everything before is answered; there are only so many."""

    data: bytes


class TelnetFilter:
    """Splits a stream into text and what is none; takes linear time and at most one sequence's worth of memory.

    Every option is refused, once. So the client stays in the mode in which it starts, which is a line at a time.
    """

    __slots__ = ("_refused", "_sequences", "_unfinished")

    def __init__(self) -> None:
        self._unfinished = b""
        self._refused: frozenset[bytes] = frozenset()
        self._sequences = 0

    def split(self, data: bytes) -> Iterator[bytes | Reply | Signal]:
        """The text in `data`, in pieces, and between them what has to be done there; to be taken to the end."""
        data, self._unfinished = self._unfinished + data, b""
        text: list[bytes] = []
        end = 0
        for match in _SEQUENCE.finditer(data):
            text.append(data[end : match.start()])
            end = match.end()
            sequence = match[0]
            if match["unfinished"] is not None:
                self._unfinished = sequence
                break
            self._sequences += 1
            what = self._answer(sequence[1:])
            if match["escaped"]:
                text.append(IAC)
            elif match["command"] == _ERASE_CHARACTER:
                text.append(b"\b")
            if self._sequences % NOISE == 0:
                what.append(Signal.NOISE)
            if what:
                yield b"".join(text)
                yield from what
                text.clear()
        yield b"".join(text) + data[end:]

    def _answer(self, sequence: bytes) -> list[Reply | Signal]:
        """What to do about a `sequence`, given without its IAC."""
        if sequence == _ARE_YOU_THERE:
            return [Signal.ARE_YOU_THERE]
        if sequence == _ERASE_LINE:
            return [Signal.ERASE_LINE]
        if sequence == _EOF:
            return [Signal.LEAVE]
        if sequence == _INTERRUPT_PROCESS:
            return [Signal.TIMING_MARK, Signal.LEAVE]
        if sequence == _DO_TIMING_MARK:
            return [Signal.TIMING_MARK]
        verb, option = sequence[:1], sequence[1:]
        if verb not in _REFUSALS or sequence in self._refused or len(self._refused) == MOST_REFUSALS:
            return []
        self._refused |= {sequence}
        return [Reply(IAC + _REFUSALS[verb] + option)]
