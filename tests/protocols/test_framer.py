"""Bytes to lines: the same however they are cut."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from chatserver.protocols.framer import Framer, Overrun
from chatserver.protocols.telnet import MOST_REFUSALS, Reply, Signal

LONGEST, PATIENCE, BULK, NOISE = 8, 20, 3, 5


@pytest.fixture(autouse=True, scope="module")
def _small_bulk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chatserver.protocols.framer.BULK", BULK)
        patch.setattr("chatserver.protocols.telnet.NOISE", NOISE)
        yield


def taken(framer):
    """All that is complete."""
    found = []
    while framer.has_next():
        found.append(framer.next())
    return found


def test_much_noise_is_work():
    found = fed(b"\xff\xf1" * NOISE * 3)
    assert found == [Signal.NOISE] * 3


def fed(*pieces):
    framer = Framer(LONGEST, PATIENCE)
    found = []
    for piece in pieces:
        framer.feed(piece)
        found += taken(framer)
    return found


@pytest.mark.parametrize(
    ("data", "found"),
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
        (b"ok\n\x04/quit\n", [b"ok", Signal.LEAVE]),
        (b"\x04" + b"x" * 30, [Signal.LEAVE]),
        (b"a\x04\n\n\x04\n", [b"a\x04", b"", Signal.LEAVE]),
        (b"x" * 12 + b"\x04\n", [Overrun.TOO_LONG]),
        (b"on\xff\xf6e\n\xff\xf4two\n", [Signal.ARE_YOU_THERE, b"one", Signal.TIMING_MARK, Signal.LEAVE]),
        (b"one\ntw\xff\xf8to\n" + b"x" * 15 + b"\xff\xf8ok\n", [b"one", b"to", b"ok"]),
        (b"a\xff\xfa\x1f\n\xff\xf0b\r\xff\xf1\n", [b"ab"]),
    ],
)
def test_what_is_found(data, found):
    assert fed(data) == found
    assert fed(*(data[i : i + 1] for i in range(len(data)))) == found


@pytest.mark.parametrize("last", [b"x" * 30, b"\x04", b"\xff\xf4", b"\xff\xec"])
def test_after_the_end_nothing_comes(last):
    framer = Framer(LONGEST, PATIENCE)
    framer.feed(last)
    assert taken(framer)[-1] in (Overrun.NEVER_ENDING, Signal.LEAVE)
    framer.feed(b"\n/quit\n\xff\xf6\xff\xfd\x01")
    assert taken(framer) == []
    with pytest.raises(IndexError):
        framer.next()


@pytest.mark.parametrize(
    ("data", "unfinished"),
    [
        (b"", False),
        (b"a\n", False),
        (b"a\r", True),
        (b"a\n\r", False),
        (b"a\n\xff\xfd", False),
        (b"a\nb", True),
        (b"x" * 15, True),
        (b"x" * 15 + b"\n", False),
    ],
)
def test_a_line_without_its_end_is_unfinished(data, unfinished):
    framer = Framer(LONGEST, PATIENCE)
    framer.feed(data)
    taken(framer)
    assert framer.unfinished == unfinished


@pytest.mark.parametrize(
    ("data", "at_hand"),
    [
        (b"a\nb\r\n\nc", b"a\nb\n\n"),
        (b"a\r\0\r", b"a\n"),
        (b"no end", b""),
        (b"123456789\n", b""),
        (b"a\x04\n", b""),
        (b"a\n\xff\xf6b\n", b"a\n"),
    ],
)
def test_lines_can_be_taken_in_one_where_there_is_nothing_else(data, at_hand):
    framer = Framer(LONGEST, PATIENCE)
    framer.feed(data)
    assert framer.has_next() == (data != b"no end")
    assert framer.lines_at_hand == at_hand.count(b"\n")
    offered = []
    if framer.lines_at_hand:
        assert not framer.take_lines(lambda lines: offered.append(lines))
        assert framer.take_lines(lambda lines: lines == at_hand)
        assert offered == [at_hand]
    assert b"".join(line + b"\n" for line in taken(framer) if isinstance(line, bytes)) == fed_text(data)[len(at_hand) :]


def fed_text(data):
    return b"".join(line + b"\n" for line in fed(data) if isinstance(line, bytes))


def test_lines_are_cut_when_they_are_wanted():
    framer = Framer(LONGEST, PATIENCE)
    framer.feed(b"ab\n" * 20_000)
    assert framer.has_next()
    assert framer.next() == b"ab"
    assert len(framer._ready) < BULK
    framer.feed(b"last\n")
    assert taken(framer) == [b"ab"] * 19_999 + [b"last"]


COMMANDS = range(0xEC, 0xFA)
SIGNALS = {0xEC: Signal.LEAVE, 0xF4: Signal.LEAVE, 0xF6: Signal.ARE_YOU_THERE, 0xF8: Signal.ERASE_LINE}


def slow_telnet(data):
    """The same with a word about each fifth sequence."""
    sequences = 0
    for what in slow_sequences(data):
        if what is SEQUENCE:
            sequences += 1
            if sequences % NOISE == 0:
                yield Signal.NOISE
        else:
            yield what


SEQUENCE = object()


def slow_sequences(data):
    """The text of `data`, byte after byte, and between it what is no text, and the end of each sequence."""
    seen, i = set(), 0
    while i < len(data):
        byte, rest = data[i], data[i + 1 :]
        if byte != 0xFF:
            yield byte
            i += 1
        elif not rest:
            return
        elif rest[0] == 0xFF:
            yield 0xFF
            yield SEQUENCE
            i += 2
        elif rest[0] in COMMANDS:
            if rest[0] == 0xF4:
                yield Signal.TIMING_MARK
            if rest[0] == 0xF7:
                yield 0x08
            if rest[0] in SIGNALS:
                yield SIGNALS[rest[0]]
            yield SEQUENCE
            i += 2
        elif rest[0] == 0xFA:
            i += 2
            for _ in range(256):
                if data[i : i + 1] != b"\xff":
                    i += 1
                elif data[i + 1 : i + 2] == b"\xff":
                    i += 2
                else:
                    break
            if data[i:] in (b"", b"\xff"):
                return
            i += 2 if data[i : i + 2] == b"\xff\xf0" else 0
            yield SEQUENCE
        elif rest[0] > 0xFA:
            if len(rest) < 2:
                return
            order = rest[:2]
            if order == b"\xfd\x06":
                yield Signal.TIMING_MARK
            elif rest[0] in (0xFB, 0xFD) and order not in seen and len(seen) < MOST_REFUSALS:
                yield Reply(bytes([0xFF, {0xFB: 0xFE, 0xFD: 0xFC}[rest[0]], rest[1]]))
                seen.add(order)
            yield SEQUENCE
            i += 3
        else:
            yield 0xFF
            i += 1


def slow_lines(data):
    """What a framer finds, the slow way: all of it at once, character after character."""
    line, found = b"", []
    for piece in slow_telnet(data):
        if piece is Signal.ERASE_LINE:
            line = b""
            continue
        if not isinstance(piece, int):
            found.append(piece)
            if piece is Signal.LEAVE:
                return found
            continue
        line += bytes([piece])
        if line == b"\x04":
            return [*found, Signal.LEAVE]
        ended = re.fullmatch(rb"(.*?)(\r\n|\r\0|\n)", line, re.DOTALL)
        text = ended[1] if ended else line.removesuffix(b"\r")
        if len(text) > PATIENCE:
            return [*found, Overrun.NEVER_ENDING]
        if ended:
            found.append(text if len(text) <= LONGEST else Overrun.TOO_LONG)
            line = b""
    return found


PIECES = [
    b"\r",
    b"\n",
    b"\0",
    b"a",
    b"bc",
    b"defghij",
    b"\xff",
    b"\x04",
    b"\xf0",
    b"\xf4",
    b"\xf6",
    b"\xf7",
    b"\xff\xf8",
    b"\xfa",
]
PIECES += [b"\xfb", b"\xfd\x06", b"\xff\xfd\x01", b"\xff\xfa\x1f\x00\x0a\xff\xf0", b"s" * 250, b"\xff\xf8"]
BYTES = st.lists(st.sampled_from(PIECES)).map(b"".join) | st.binary()


@given(BYTES, st.lists(st.integers(0, 60)))
@settings(max_examples=1000)
def test_the_same_bytes_give_the_same_lines_however_they_are_cut(data, cuts):
    cuts = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[a:b] for a, b in pairwise(cuts)]
    framer, late = Framer(LONGEST, PATIENCE), Framer(LONGEST, PATIENCE)
    found = []
    for piece in pieces:
        framer.feed(piece)
        found += taken(framer)
        assert len(framer._tail) <= LONGEST + 1
        assert not framer._unread
        assert not framer._text
    assert found == fed(data) == slow_lines(data)
    for piece in pieces:
        late.feed(piece)
    assert taken(late) == found


@given(st.lists(st.tuples(st.text("ab\r\n", max_size=15), st.integers(2, 12))))
def test_a_length_that_changes_meanwhile_loses_nothing_and_never_gives_a_part_of_a_line(steps):
    framer, found = Framer(LONGEST, 1000), []
    for text, longest in steps:
        framer.feed(text.encode())
        found += taken(framer)
        framer.longest = longest
    lines = re.split(rb"\r?\n", "".join(text for text, _ in steps).encode())[:-1]
    assert all(given in (line, Overrun.TOO_LONG) for given, line in zip(found, lines, strict=True))
