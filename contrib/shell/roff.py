"""Text as man(7) has it, for groff and mandoc."""

from __future__ import annotations

from textwrap import wrap

_SPECIAL = str.maketrans(
    {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}
)
"""What roff takes for something else, or for a quotation mark, a hyphen or an accent of print: groff_char(7)."""


def escaped(text: str) -> str:
    """`text`, to be read as it is; it begins no request, whatever it begins with."""
    text = text.translate(_SPECIAL)
    return f"\\&{text}" if text.startswith(".") else text


def filled(text: str) -> str:
    """`text` in lines of the source, which are joined when it is read."""
    return "".join(f"{escaped(line)}\n" for line in wrap(text, 72, break_on_hyphens=False, break_long_words=False))


def bold(text: str) -> str:
    """What is typed as it stands."""
    return f"\\fB{escaped(text)}\\fR"


def italic(text: str) -> str:
    """What is typed instead of it."""
    return f"\\fI{escaped(text)}\\fR"


def title(name: str, source: str) -> str:
    """The first line of a page of section 1."""
    return f'.TH {escaped(name.upper())} 1 "" "{escaped(source)}" "User Commands"\n'


def section(name: str, *blocks: str) -> str:
    """A section of `blocks`, all of them roff."""
    return f'.SH "{escaped(name.upper())}"\n' + "".join(blocks)


def item(head: str, text: str) -> str:
    """`head`, which is roff already, and below it `text`."""
    return f".TP\n{head}\n{filled(text)}"


def example(*commands: str) -> str:
    """Command lines, as they are."""
    return ".EX\n" + "".join(f"{escaped(command)}\n" for command in commands) + ".EE\n"
