"""What /help says, made from the command table."""

from __future__ import annotations

from chatserver.domain.terms import State
from chatserver.language.commands import ALWAYS, BARE_IN_LOBBY, NAMED, ROWS, SLASH, Row

LONGEST_TOPIC = 20
"""Characters shown of a topic that does not exist."""

_WHEN = {
    ALWAYS: "any, also before the name",
    NAMED: "any",
    frozenset({State.FREE}): "FREE, AWAY",
    frozenset({State.BUSY}): "BUSY",
}


def when(row: Row) -> str:
    """The states in which the command of `row` counts, as `/users` calls them."""
    alone = "; as a word alone: FREE, AWAY" if row.bare_in_lobby and not row.bare else ""
    return _WHEN[row.when] + alone


def help_text(topic: str = "") -> str:
    """Every command with its forms and what it does; or only the one that `topic` names, with or without its slash."""
    topic = topic.strip()
    if not topic:
        return "\n".join([*map(summary, ROWS), "In a session all other lines go to your partner. More: /help COMMAND"])
    row = SLASH.get(topic.removeprefix("/").casefold()) or BARE_IN_LOBBY.get(topic)
    if row is None:
        return f"There is no command {topic[:LONGEST_TOPIC]}. /help lists them."
    return f"{', '.join(row.forms)}\n{row.help}. When: {when(row)}."


def summary(row: Row) -> str:
    """The forms of `row`, the arguments with the first one only, and what it does: one line of a screen."""
    forms = ", ".join(row.forms)
    if row.arguments:
        before, arguments, behind = forms.partition(f" {row.arguments}")
        forms = before + arguments + behind.replace(arguments, "")
    return f"{forms}: {row.help}"
