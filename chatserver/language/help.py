"""What /help says, made from the command table: a screen of all commands, those of a theme, or one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chatserver.domain.terms import State
from chatserver.language.commands import ALWAYS, BARE_IN_LOBBY, NAMED, ROWS, SLASH, Row, Theme

WIDTH = 69
"""Columns of a line: with `(server): ` before it, and one column free, it fits 80."""
LONGEST_TOPIC = 20
"""Characters shown of a topic that does not exist."""

_WHEN = {
    ALWAYS: "any, also before the name",
    NAMED: "any",
    frozenset({State.FREE}): "FREE, AWAY",
    frozenset({State.BUSY}): "BUSY",
}
_WORKS = {
    ALWAYS: "It always works, also before the name.",
    NAMED: "It always works.",
    frozenset({State.FREE}): "It works while you are in no session.",
    frozenset({State.BUSY}): "It works in a session.",
}
_FOOT = (
    "In a session every other line goes to your partner.",
    "More: /help COMMAND or /help THEME, as in /help people",
)
_THEMES = {theme.value: theme for theme in Theme}


def when(row: Row) -> str:
    """The states in which the command of `row` counts, as `/users` calls them."""
    alone = "; as a word alone: FREE, AWAY" if row.bare_in_lobby and not row.bare else ""
    return _WHEN[row.when] + alone


def help_text(topic: str = "") -> str:
    """The screen of all commands; or those of the theme, or the one command, with or without its slash, that `topic`
    names. Lines of at most `WIDTH`.
    """
    topic = topic.strip()
    if not topic:
        return screen(ROWS)
    row = SLASH.get(topic.removeprefix("/").casefold()) or BARE_IN_LOBBY.get(topic)
    if row:
        return _in_full(row)
    theme = _THEMES.get(topic.casefold())
    if theme:
        return "\n".join(summary(row) for row in ROWS if row.theme is theme)
    return f"There is no command {topic[:LONGEST_TOPIC]}. /help lists them."


def screen(rows: Sequence[Row]) -> str:
    """Every command of `rows` on one screen of 24 rows, however many there are: the everyday ones with what they do,
    of the others the names, a line a theme.
    """
    everyday = {", ".join(row.everyday): row for row in rows if row.everyday}
    wide = max(map(len, everyday))
    lines = [f"{forms:{wide}}  {row.help}" for forms, row in everyday.items()]
    for theme in Theme:
        others = [f"/{row.slash[0]}" for row in rows if row.theme is theme and not row.everyday]
        if others:
            lines.append(_on_a_line(theme.value, others))
    return "\n".join([*lines, *_FOOT])


def summary(row: Row) -> str:
    """The forms of `row`, the arguments with the first one only, and what it does: one line of a screen."""
    forms = ", ".join(row.forms)
    if row.arguments:
        before, arguments, behind = forms.partition(f" {row.arguments}")
        forms = before + arguments + behind.replace(arguments, "")
    return f"{forms}: {row.help}"


def _in_full(row: Row) -> str:
    lines = _filled(row.forms)
    lines.append(f"It {row.help}.")
    if row.choices:
        lines.append(f"{row.arguments} is one of these: {', '.join(row.choices)}.")
    lines.append(_WORKS[row.when])
    if row.bare_in_lobby:
        lines.append(f"Without a slash, {row.bare_in_lobby[0]} works only while you are in no session.")
    return "\n".join(lines)


def _filled(words: Iterable[str]) -> list[str]:
    """The words, with commas, in as few lines as they need."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]}, {word}" if lines[-1] else word
        if len(longer) < WIDTH:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(word)
    return lines


def _on_a_line(theme: str, words: list[str]) -> str:
    """As many of the words as a line has room for, and how many more there are."""
    shown = f"{theme}: {', '.join(words)}"
    number = len(words)
    while len(shown) > WIDTH:
        number -= 1
        shown = f"{theme}: {', '.join(words[:number])} and {len(words) - number} more"
    return shown
