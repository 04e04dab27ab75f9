"""Nothing that controls a terminal gets in; everything else does."""

from unicodedata import category

import pytest
from hypothesis import given, strategies as st

from chatserver.domain.events import MessageOfTheDay, Said
from chatserver.protocols.text import decode, decode_lines, encode

ODD = "\ufffd"
WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "  blanks stay  ",
        "zoë, привет, 你好, שלום",
        "می‌خواهم",
        "👩‍👩‍👧‍👦 ❤️ 👍🏽",
        WALES,
        "",
    ],
)
def test_what_passes_unchanged(text):
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\tb", "a b"),
        ("\x1b[31mred", ODD + "[31mred"),
        ("a\rb\0c\x07", f"a{ODD}b{ODD}c{ODD}"),
        ("\x9b31m", ODD + "31m"),
        ("a\u2028b\u2029c", f"a{ODD}b{ODD}c"),
        ("a\u202eb\u2066c\u200f", f"a{ODD}b{ODD}c{ODD}"),
        ("\ufeffhello\ufeff", "hello" + ODD),
        ("\U000e0067", ODD),
        ("x\U000e0067" + WALES + "\U000e0001", "x" + ODD + WALES + ODD),
        ("a\u00adb\u200bc", f"a{ODD}b{ODD}c"),
    ],
)
def test_what_is_shown_instead(typed, shown):
    assert decode(typed.encode()) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [(b"\xff\xfe", ODD * 2), (b"caf\xe9", "caf" + ODD), (b"\xc3\xa9", "é"), (b"\xed\xa0\x80", ODD * 3)],
)
def test_what_is_not_utf8_is_replaced(line, shown):
    assert decode(line) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"helo\blo", "hello"),
        (b"ab\x7f\x7fc", "c"),
        (b"\b\ba", "a"),
        ("é\bx".encode(), "x"),
        (b"\x1b\bok", "ok"),
    ],
)
def test_backspace_edits(line, shown):
    assert decode(line) == shown


@given(st.one_of(st.binary(), st.text().map(str.encode)))
def test_no_bytes_leave_a_control_character(line):
    text = decode(line)
    assert not {c for c in text if category(c) in ("Cc", "Zl", "Zp")}
    assert "\n" not in text
    allowed = {"\u200c", "\u200d"} | ({chr(c) for c in range(0xE0020, 0xE0080)} if "\U0001f3f4" in text else set())
    assert {c for c in text if category(c) == "Cf"} <= allowed


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"])))
def test_all_other_characters_pass(text):
    assert decode(text.encode()) == text


def test_lines_end_with_cr_lf():
    assert encode(Said("zoe", "né")) == "zoe: né\r\n".encode()
    assert encode(MessageOfTheDay(("a", "b"))) == b"(server): a\r\n(server): b\r\n"


PIECES = [
    "a",
    "zo\u00eb",
    "\U0001f44b",
    "\u200d",
    "\b",
    "\x7f",
    "\t",
    "\x1b[m",
    "\ufeff",
    "\u2028",
    "\u202e",
    "\ufffd",
    " ",
    "\r",
]
LINE = st.lists(st.sampled_from(PIECES)).map("".join).map(str.encode) | st.binary(max_size=6)


@given(st.lists(LINE.filter(lambda line: b"\n" not in line), min_size=1, max_size=5))
def test_several_lines_at_once_are_each_what_it_would_be_alone(lines):
    text = decode_lines(b"".join(line + b"\n" for line in lines))
    assert text is None or text.split("\n") == [decode(line) for line in lines]


def test_ordinary_lines_can_be_decoded_at_once():
    assert decode_lines("hello\nzo\u00eb\n\n".encode() + b"\xc3\n") == "hello\nzo\u00eb\n\n\ufffd"
    assert decode_lines(b"hello\n\x1b[2J\n") is None
