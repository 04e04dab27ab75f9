"""A typed line is a command, by the table of `chatserver.language.commands`, or it is speech."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

from chatserver.domain.channel import Talk
from chatserver.domain.events import Event, Misused, UnknownCommand
from chatserver.domain.guard import Guard
from chatserver.domain.terms import State
from chatserver.domain.user import User
from chatserver.language.commands import BARE, BARE_IN_LOBBY, CONNECT, DIRECT, SAY, SLASH, Action, Row, is_choice
from chatserver.language.deeds import Deed

LONGEST_WORD = 20
"""Characters of an unknown command that are compared and shown: the comparison is not linear."""

_COMMAND_LIKE = re.compile(rf"\n[^\S\n]*(?:/|(?:{'|'.join(map(re.escape, BARE_IN_LOBBY))})(?:\s|$))")
"""Whatever may be a command, with a line feed before it; most lines are not, and are known by this not to be one."""
_DIRECT_HEAD = re.compile(rf"/(?:{'|'.join(DIRECT.slash)}) (\S+) (?=\S)", re.IGNORECASE)
"""What direct messages begin with, as a program types it."""

_QUOTES = {'"': '"', "'": "'", "“": "”"}
_NOT_PLAIN = re.compile(rf"\n(?:[\s{''.join(_QUOTES)}]|$)")
"""A text, with a line feed before it, that may be blank or in quotes."""


class Order(NamedTuple):
    """A command and what was typed behind it."""

    row: Row
    arguments: tuple[str, ...]


def obey(user: User, line: str) -> Deed:
    """Do what `line`, typed by `user`, asks for, and say of what kind it was."""
    order = parse(line, user.state) if _COMMAND_LIKE.match(f"\n{line}") else None
    if not isinstance(order, Order) or order.row.is_typing:
        user.last_input = user.clock()
    if order is None:
        return _spoken(user, line, User.say)
    if isinstance(order, Event):
        user.tell(order)
        if wanted := _nearly_called(order, line):
            user.guard_call(wanted)
        return Deed.UNKNOWN if isinstance(order, UnknownCommand) else Deed.ORDINARY
    if order.row.speaks:
        return _spoken(user, order.arguments[0], order.row.action)
    if order.row.is_typing:
        user.lift_guard()
    action = order.row.action if user.state in order.row.when else order.row.otherwise
    if action:
        action(user, *order.arguments)
    return order.row.deed


def _spoken(user: User, text: str, speak: Action) -> Deed:
    is_public = user.channel.is_public
    speak(user, text)
    if isinstance(user.channel, Talk):
        return Deed.IN_SESSION
    if isinstance(user.channel, Guard):
        return Deed.ORDINARY
    return Deed.IN_LOBBY if is_public else Deed.ORDINARY


def obey_at_once(user: User, text: str) -> Deed | None:
    """Do what the lines of `text` ask for, which has a line feed between each two, if that is the same for all of them:
    to speak in a session, or to send direct messages to one user. Otherwise nothing is done, and None returned.
    """
    if isinstance(user.channel, Talk) and not _COMMAND_LIKE.search(f"\n{text}"):
        user.last_input = user.clock()
        user.say(text)
        return Deed.IN_SESSION
    return Deed.DIRECT if _direct_at_once(user, text) else None


def _direct_at_once(user: User, text: str) -> bool:
    head = _DIRECT_HEAD.match(text)
    if head is None or user.state not in DIRECT.when or user.answers_to(head[1]):
        return False
    texts = f"\n{text}".replace(f"\n{head[0]}", "\n")
    have_head = len(text) + 1 - len(texts) == len(head[0]) * texts.count("\n")
    if not have_head or _NOT_PLAIN.search(texts):
        return False
    user.last_input = user.clock()
    user.lift_guard()
    DIRECT.action(user, head[1], texts[1:])
    return True


def parse(line: str, state: State) -> Order | Event | None:
    """What `line` means in `state`: a command, an event that tells why it cannot be one, or None for speech."""
    typed = line.lstrip()
    if typed.startswith("//"):
        return Order(SAY, (typed[1:],))
    word = _first_word(typed)
    row = _row_of(word, BARE if state is State.BUSY else BARE_IN_LOBBY)
    if row is None:
        return _unknown(word) if word.startswith("/") else None
    rest = typed[len(word) + 1 :]
    if word.startswith("/"):
        return _order(row, word, rest)
    if row.bare_arguments:
        return _bare_with_argument(row, word, rest, state)
    return _bare(row, word, rest, state)


def row_of(line: str) -> Row | None:
    """The row of the word that `line` begins with, if it has one in every state."""
    return _row_of(_first_word(line.lstrip()), BARE)


def _first_word(text: str) -> str:
    """The first word of `text`, empty if there is none; any blank ends it."""
    return (text.split(maxsplit=1) or [""])[0]


def _row_of(word: str, bare: dict[str, Row]) -> Row | None:
    """The row that `word` belongs to, with its slash or as one of the `bare` words."""
    return SLASH.get(word[1:].casefold()) if word.startswith("/") else bare.get(word)


def _nearly_called(order: Event, line: str) -> str:
    """Whom `line`, which was not understood, would have connected to: what follows it may be meant for that one."""
    word, *rest = line.split(maxsplit=2)
    word = order.nearest if isinstance(order, UnknownCommand) else word
    return rest[0] if rest and _row_of(word, BARE) is CONNECT else ""


def _bare_with_argument(row: Row, word: str, rest: str, state: State) -> Order | Event | None:
    """A bare word that takes one word behind it; with more behind it, or in a session with nothing, it is speech."""
    match rest.split():
        case [argument]:
            return Order(row, (argument,))
        case [] if state is not State.BUSY:
            return _misused(row, word)
        case _:
            return None


def _bare(row: Row, word: str, rest: str, state: State) -> Order | None:
    """A bare word that may have a choice behind it, in no session; with anything else there it is speech."""
    match rest.split():
        case []:
            return Order(row, ())
        case [choice] if state is not State.BUSY and word in row.bare and is_choice(choice, row.bare_choices):
            return Order(row, (choice,))
        case _:
            return None


def _order(row: Row, word: str, rest: str) -> Order | Misused:
    """Cut `rest` into the arguments of `row`: one blank ends a word, what follows stands as it was typed."""
    arguments: list[str] = []
    for kind in row.arguments.split():
        if kind.strip("[]").isupper():
            rest = rest.lstrip()
            argument = _first_word(rest)
            rest = rest[len(argument) + 1 :]
        else:
            argument, rest = (_unquoted(rest) if row.quotes else rest), ""
        if row.choices and argument and not is_choice(argument, row.choices):
            return _misused(row, word)
        if argument.strip():
            arguments.append(argument)
        elif not kind.startswith("["):
            return _misused(row, word)
    return _misused(row, word) if rest.strip() else Order(row, tuple(arguments))


def _unquoted(text: str) -> str:
    """`text` without the one pair of quotes around it, if it does not occur inside."""
    inside = text.strip()
    left, right = inside[:1], inside[-1:]
    if len(inside) >= 2 and _QUOTES.get(left) == right and not {left, right} & set(inside[1:-1]):
        return inside[1:-1]
    return text


def _misused(row: Row, word: str) -> Misused:
    return Misused(f"{word} {row.usage}".rstrip())


def _unknown(word: str) -> UnknownCommand:
    word = word[: LONGEST_WORD + 1]
    near = get_close_matches(word[1:].casefold(), SLASH, n=1)
    return UnknownCommand(word, f"/{near[0]}" if near else "")
