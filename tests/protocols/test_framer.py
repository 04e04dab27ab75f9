"""Bytes to lines: the same however they are cut."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from chatserver.protocols.framer import Framer, Overrun

LONGEST, PATIENCE = 8, 20


def fed(*pieces, framer=None):
    framer = framer or Framer(LONGEST, PATIENCE)
    return [line for piece in pieces for line in framer.feed(piece)]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb\r\nc\r\0", [b"a", b"b", b"c"]),
        (b"\n\r\n\n", [b"", b"", b""]),
        (b"a\rb\0c\n", [b"a\rb\0c"]),
        (b"a\r\r\nb\r\r\0", [b"a\r", b"b\r"]),
        (b"a\n\0b\n", [b"a", b"\0b"]),
        (b"no end", []),
        (b"12345678\n12345678\r\n", [b"12345678", b"12345678"]),
        (b"123456789\nok\n", [Overrun.TOO_LONG, b"ok"]),
        (b"x" * 20 + b"\n/quit\n", [Overrun.TOO_LONG, b"/quit"]),
        (b"x" * 20 + b"\r\n/quit\n", [Overrun.TOO_LONG, b"/quit"]),
        (b"x" * 21, [Overrun.NEVER_ENDING]),
        (b"ok\n" + b"x" * 21 + b"\n/quit\n", [b"ok", Overrun.NEVER_ENDING]),
    ],
)
def test_lines(data, lines):
    assert fed(data) == lines
    assert fed(*(data[i : i + 1] for i in range(len(data)))) == lines


def test_after_a_line_that_never_ends_nothing_comes():
    framer = Framer(LONGEST, PATIENCE)
    assert fed(b"x" * 30, b"\n", b"/quit\n", framer=framer) == [Overrun.NEVER_ENDING]


@pytest.mark.parametrize(
    ("data", "unfinished"),
    [
        (b"", False),
        (b"a\n", False),
        (b"a\r", True),
        (b"a\n\r", False),
        (b"a\nb", True),
        (b"x" * 15, True),
        (b"x" * 15 + b"\n", False),
    ],
)
def test_a_line_without_its_end_is_unfinished(data, unfinished):
    framer = Framer(LONGEST, PATIENCE)
    framer.feed(data)
    assert framer.unfinished == unfinished


def slow_lines(data):
    """The same, the slow way: all of it at once, character after character."""
    *whole, tail = re.split(rb"\r\n|\r\0|\n", data)
    lines = []
    for line in whole:
        if len(line) > PATIENCE:
            return [*lines, Overrun.NEVER_ENDING]
        lines.append(line if len(line) <= LONGEST else Overrun.TOO_LONG)
    if len(tail) - tail.endswith(b"\r") > PATIENCE:
        lines.append(Overrun.NEVER_ENDING)
    return lines


BYTES = st.lists(st.sampled_from([b"\r", b"\n", b"\0", b"a", b"bc", b"defghij", b"\xff"])).map(b"".join)


@given(BYTES, st.lists(st.integers(0, 60)))
@settings(max_examples=500)
def test_the_same_bytes_give_the_same_lines_however_they_are_cut(data, cuts):
    cuts = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[a:b] for a, b in pairwise(cuts)]
    framer = Framer(LONGEST, PATIENCE)
    lines = []
    for piece in pieces:
        lines += framer.feed(piece)
        assert len(framer._tail) <= LONGEST + 1
    assert lines == fed(data) == slow_lines(data)
