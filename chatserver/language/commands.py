"""The command table: one row a command. To add a command, add a row here and its action to `User`.

`/help` and the table in `docs/protocol.rst` are made from these rows, and the grammar reads a line by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from chatserver.domain.terms import State
from chatserver.domain.user import User
from chatserver.language.deeds import Deed

Action = Callable[..., None]
"""A method of User, called with the arguments that were typed."""

ALWAYS = frozenset({State.UNNAMED, State.FREE, State.BUSY})
NAMED = frozenset({State.FREE, State.BUSY})
FREE = frozenset({State.FREE})
BUSY = frozenset({State.BUSY})


class Theme(Enum):
    """What a command is about; `/help` has a line for each, and is asked for them by these words."""

    PEOPLE = "people"
    SESSIONS = "sessions"
    MESSAGES = "messages"
    SERVICE = "service"


PREFIX = "PREFIX*"
"""A choice: any word with a star behind it."""


@dataclass(frozen=True)
class Row:
    """One command.

    `slash`: its words after a slash, in any letter case, the first one its own name.
    `bare`: its words without a slash, as they are typed.
    `bare_in_lobby`: more of these, which in a session are speech.
    `help`: what it does, behind "It"; what is left out where there is no room stands behind a colon or semicolon.
    `arguments`: in capitals one word, in small letters the rest of the line; in brackets what may be missing.
    `choices`: what the word in brackets can be, in any letter case, if it cannot be any word.
    `bare_choices`: which of these can stand behind a word of `bare` as well, in no session.
    `action`: what it does, in the states of `when`; elsewhere `otherwise` says why not.
    `speaks`: it is another way to type a plain line.
    `quotes`: a pair of quotes around its text is taken off.
    `deed`: what it does to everybody else.
    `everyday`: how the first screen of help shows it, if it does: as those type it who know it from somewhere else.
    `is_typing`: it tells that somebody is at the keyboard; programs send the others by themselves.
    """

    slash: tuple[str, ...]
    action: Action
    help: str
    theme: Theme
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
    everyday: tuple[str, ...] = ()

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
        Theme.PEOPLE,
        "[WHICH]",
        bare=("status", "STATUS"),
        bare_in_lobby=("GET",),
        choices=("free", "busy", "away", PREFIX, "all"),
        bare_choices=("free", "busy", "away", PREFIX),
        everyday=("status", "GET", "/users"),
    ),
    Row(
        ("connect", "query"),
        User.call,
        "starts a session with somebody",
        Theme.SESSIONS,
        "NAME",
        bare=("connect", "CONNECT"),
        when=FREE,
        otherwise=User.refuse_call,
        everyday=("connect NAME", "CONNECT ID"),
    ),
    Row(
        ("goodbye", "leave"),
        User.part,
        "ends the session; you both stay",
        Theme.SESSIONS,
        bare=("goodbye", "GOODBYE", "#GOODBYE#", "#goodbye#"),
        when=BUSY,
        otherwise=User.refuse_part,
        everyday=("goodbye", "#GOODBYE#"),
    ),
    Row(
        ("dm", "msg", "tell", "w"),
        User.direct,
        "sends a direct message",
        Theme.MESSAGES,
        "NAME text",
        quotes=True,
        deed=Deed.DIRECT,
        everyday=("/dm NAME text",),
    ),
    Row(
        ("reply", "r"),
        User.reply,
        "answers the last /dm to you",
        Theme.MESSAGES,
        "text",
        quotes=True,
        deed=Deed.DIRECT,
    ),
    Row(
        ("bc", "bm", "shout"),
        User.shout,
        "tells everybody",
        Theme.MESSAGES,
        "text",
        quotes=True,
        deed=Deed.TO_ALL,
        everyday=("/bc text", "/bm text"),
    ),
    Row(("me",), User.act, "says what you do: * alice waves", Theme.MESSAGES, "text", speaks=True),
    Row(("say",), User.say, "says the text, even a command; so does //text", Theme.MESSAGES, "text", speaks=True),
    Row(("whois",), User.describe, "tells more about somebody", Theme.PEOPLE, "NAME"),
    Row(("away",), User.mark_away, "marks you AWAY: nobody can connect to you", Theme.PEOPLE, "[why]"),
    Row(("back",), User.mark_back, "ends /away", Theme.PEOPLE),
    Row(
        ("nick",),
        User.rename,
        "gives you another name",
        Theme.PEOPLE,
        "NAME",
        when=FREE,
        otherwise=User.refuse_rename,
        deed=Deed.NEW_NAME,
    ),
    Row(("ignore",), User.ignore, "lets you hear nothing of NAME; alone: the list", Theme.PEOPLE, "[NAME]"),
    Row(("unignore",), User.unignore, "ends /ignore", Theme.PEOPLE, "NAME"),
    Row(
        ("ping",),
        User.ping,
        "is answered once all before it is done",
        Theme.SERVICE,
        "[text]",
        when=ALWAYS,
        is_typing=False,
    ),
    Row(
        ("help", "?"),
        User.help,
        "shows the commands, or one in detail",
        Theme.SERVICE,
        "[topic]",
        bare_in_lobby=("help", "HELP"),
        when=ALWAYS,
        everyday=("/help",),
    ),
    Row(
        ("quit", "close", "exit"),
        User.quit,
        "ends your visit",
        Theme.SERVICE,
        bare=("close", "CLOSE", "#CLOSE#", "#close#", "exit", "EXIT"),
        when=ALWAYS,
        everyday=("close", "#CLOSE#", "/quit", "exit"),
    ),
)

SLASH: dict[str, Row] = {word: row for row in ROWS for word in row.slash}
BARE: dict[str, Row] = {word: row for row in ROWS for word in row.bare}
BARE_IN_LOBBY: dict[str, Row] = {word: row for row in ROWS for word in row.bare + row.bare_in_lobby}
SAY, DIRECT, CONNECT = SLASH["say"], SLASH["dm"], SLASH["connect"]
