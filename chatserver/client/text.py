"""What comes from the network, made harmless: nothing in it moves the cursor, rings, sets a title or turns text."""

from __future__ import annotations

from unicodedata import category

REPLACEMENT = "\ufffd"
_JOINERS = "\u200c\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


def decode(line: bytes) -> str:
    """The text of a line of the server, without its end; control and format characters are shown as U+FFFD."""
    text = line.decode("utf-8", "replace")
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if category(character) not in _HIDDEN or character in _JOINERS or "\U000e0020" <= character <= "\U000e007f":
        return character
    return REPLACEMENT
