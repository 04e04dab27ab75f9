"""Bytes to text and back: decoded once on the way in, cleaned there, encoded once on the way out.

No control character travels from a keyboard to a screen, a log or an error text, since none is left after `decode`.
"""

from __future__ import annotations

import re
from unicodedata import category

from chatserver.domain.events import Event
from chatserver.language.phrases import phrase

REPLACEMENT = "\ufffd"
"""Stands for what is not UTF-8, and for what controls a terminal."""
_BYTE_ORDER_MARK = "\ufeff"
_JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: Persian, Indic scripts and composed emoji need them."""
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Unicode categories that move, hide or break text: controls, format characters, line and paragraph separators."""
_FLAG_OR_ODD = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+|[^\x20-\x7e]")
"""A flag emoji with its tags, which are format characters and stay; or any one character that is not plain ASCII."""
ERASERS = "\b\x7f"
"""What takes back the character before it, as it did for whoever typed it."""
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
"""What most lines are made of; to look for anything else in bytes is quick."""


def decode(line: bytes) -> str:
    """The text of a line without its end: UTF-8, whatever is not becomes U+FFFD; nothing in it controls a terminal."""
    text = line.decode("utf-8", "replace")
    if text.isprintable():
        return text
    if "\b" in text or "\x7f" in text:
        text = _edited(text)
    return _FLAG_OR_ODD.sub(_shown, text.removeprefix(_BYTE_ORDER_MARK))


def decode_lines(lines: bytes) -> str | None:
    """The text of lines that each end with a line feed, without the last one; None if there is something to clean."""
    text = lines[:-1].decode("utf-8", "replace")
    return text if not lines.translate(None, _PLAIN) or text.replace("\n", "").isprintable() else None


def encode(event: Event) -> bytes:
    """What a user who is told `event` reads, as bytes: lines that end with CR LF (RFC 854)."""
    words = phrase(event)
    if "\n" in words:
        words = words.replace("\n", "\r\n")
    return f"{words}\r\n".encode()


def _edited(text: str) -> str:
    """`text` as whoever typed it saw it: a backspace or DEL takes back the character before it."""
    kept: list[str] = []
    for character in text:
        if character not in ERASERS:
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)


def _shown(match: re.Match[str]) -> str:
    piece = match[0]
    if piece == "\t":
        return " "
    if len(piece) == 1 and piece not in _JOINERS and category(piece) in _HIDDEN:
        return REPLACEMENT
    return piece
