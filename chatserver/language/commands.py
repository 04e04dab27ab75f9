"""The command table: one row a command. To add a command, add a row here and its action to `User`.

`/help` and the table in `docs/protocol.rst` are made from these rows, and the grammar reads a line by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chatserver.domain.terms import State
from chatserver.domain.user import User
from chatserver.language.deeds import Deed

Action = Callable[..., None]
"""A method of User, called with the arguments that were typed."""

ALWAYS = frozenset({State.UNNAMED, State.FREE, State.BUSY})
NAMED = frozenset({State.FREE, State.BUSY})
FREE = frozenset({State.FREE})
BUSY = frozenset({State.BUSY})

PREFIX = "PREFIX*"
"""A choice: any word with a star behind it."""


@dataclass(frozen=True)
class Row:
    """One command.

    `slash`: its words after a slash, in any letter case, the first one its own name.
    `bare`: its words without a slash, as they are typed.
    `bare_in_lobby`: more of these, which in a session are speech.
    `arguments`: in capitals one word, in small letters the rest of the line; in brackets what may be missing.
    `choices`: what the word in brackets can be, in any letter case, if it cannot be any word.
    `bare_choices`: which of these can stand behind a word of `bare` as well, in no session.
    `action`: what it does, in the states of `when`; elsewhere `otherwise` says why not.
    `speaks`: it is another way to type a plain line.
    `quotes`: a pair of quotes around its text is taken off.
    `deed`: what it does to everybody else.
    `is_typing`: it tells that somebody is at the keyboard; programs send the others by themselves.
    """

    slash: tuple[str, ...]
    action: Action
    help: str
    arguments: str = ""
    bare: tuple[str, ...] = ()
    bare_in_lobby: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    bare_choices: tuple[str, ...] = ()
    when: frozenset[State] = NAMED
    otherwise: Action | None = None
    speaks: bool = False
    quotes: bool = False
    deed: Deed = Deed.ORDINARY
    is_typing: bool = True

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way to type it, as help shows them: with its arguments, and once where only the letter case differs."""
        once = {word.casefold(): word for word in reversed(self.bare + self.bare_in_lobby)}
        bare = (f"{word} {self.bare_arguments}".rstrip() for word in reversed(once.values()))
        return *bare, *(f"/{word} {self.arguments}".rstrip() for word in self.slash)

    @property
    def usage(self) -> str:
        """What stands behind a word of it."""
        return f"[{'|'.join(self.choices)}]" if self.choices else self.arguments

    @property
    def bare_arguments(self) -> str:
        """What has to stand behind a bare word; what may be missing can only follow a slash."""
        return "" if self.arguments.startswith("[") else self.arguments


def is_choice(word: str, choices: tuple[str, ...]) -> bool:
    """Whether `word` is one of `choices`."""
    return word.casefold() in choices or (PREFIX in choices and word.endswith("*"))


ROWS: tuple[Row, ...] = (
    Row(
        ("users", "status", "who", "names"),
        User.list_users,
        "lists who is here",
        "[WHICH]",
        bare=("status", "STATUS"),
        bare_in_lobby=("GET",),
        choices=("free", "busy", "away", PREFIX, "all"),
        bare_choices=("free", "busy", "away", PREFIX),
    ),
    Row(
        ("connect", "query"),
        User.call,
        "starts a session with a name or id",
        "NAME",
        bare=("connect", "CONNECT"),
        when=FREE,
        otherwise=User.refuse_call,
    ),
    Row(
        ("goodbye", "leave"),
        User.part,
        "ends the session; both stay here",
        bare=("goodbye", "GOODBYE", "#GOODBYE#", "#goodbye#"),
        when=BUSY,
        otherwise=User.refuse_part,
    ),
    Row(("dm", "msg", "tell", "w"), User.direct, "sends a direct message", "NAME text", quotes=True, deed=Deed.DIRECT),
    Row(("reply", "r"), User.reply, "answers the last direct message", "text", quotes=True, deed=Deed.DIRECT),
    Row(("bc", "bm", "shout"), User.shout, "tells everybody", "text", quotes=True, deed=Deed.TO_ALL),
    Row(("me",), User.act, "says what you do: * alice waves", "text", speaks=True),
    Row(("say",), User.say, "speaks the text, even a command; so does //text", "text", speaks=True),
    Row(("whois",), User.describe, "tells about a user", "NAME"),
    Row(("away",), User.mark_away, "nobody can connect to you until /back", "[why]"),
    Row(("back",), User.mark_back, "ends /away"),
    Row(
        ("nick",),
        User.rename,
        "gives you another name",
        "NAME",
        when=FREE,
        otherwise=User.refuse_rename,
        deed=Deed.NEW_NAME,
    ),
    Row(("ignore",), User.ignore, "nothing of NAME reaches you; alone: the list", "[NAME]"),
    Row(("unignore",), User.unignore, "ends /ignore", "NAME"),
    Row(("ping",), User.ping, "is answered when all before it is done", "[text]", when=ALWAYS, is_typing=False),
    Row(
        ("help", "?"),
        User.help,
        "shows this list, or one in detail",
        "[command]",
        bare_in_lobby=("help", "HELP"),
        when=ALWAYS,
    ),
    Row(
        ("quit", "close", "exit"),
        User.quit,
        "leaves",
        bare=("close", "CLOSE", "#CLOSE#", "#close#", "exit", "EXIT"),
        when=ALWAYS,
    ),
)

SLASH: dict[str, Row] = {word: row for row in ROWS for word in row.slash}
BARE: dict[str, Row] = {word: row for row in ROWS for word in row.bare}
BARE_IN_LOBBY: dict[str, Row] = {word: row for row in ROWS for word in row.bare + row.bare_in_lobby}
SAY, DIRECT, CONNECT = SLASH["say"], SLASH["dm"], SLASH["connect"]
