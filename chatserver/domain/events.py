"""Everything that a user can be told, as frozen values. `chatserver.language.phrases` words them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from chatserver.domain.terms import Ending, Refusal, Status


class Entry(NamedTuple):
    """One line of the list of users."""

    id: int
    name: str
    status: Status


class Event:
    """The base of all that can be told."""

    __slots__ = ()


# What one person says. The hot ones: each is built once a line.


@dataclass(frozen=True, slots=True)
class Said(Event):
    """A line in the session that speaker and hearer share, or several, which have a line feed between each two."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Acted(Event):
    """A /me in the session that speaker and hearer share."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class SaidDirectly(Event):
    """A direct message, or several, which have a line feed between each two."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class SaidToAll(Event):
    """A broadcast."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class ActedToAll(Event):
    """A /me to all."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent(Event):
    """The receipt of a direct message, or of `count`; `away` is the hearer's note, None if the hearer is not AWAY."""

    name: str
    away: str | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class SentToAll(Event):
    """The receipt of a broadcast: to how many users."""

    count: int


# Coming and going.


@dataclass(frozen=True, slots=True)
class Welcome(Event):
    """The first thing that anybody reads; asks for a name."""

    server: str


@dataclass(frozen=True, slots=True)
class Greeted(Event):
    """You said `word` when you were asked for a name: if it is yours, say it again."""

    word: str


@dataclass(frozen=True, slots=True)
class Hello(Event):
    """The name is accepted."""

    name: str
    id: int


@dataclass(frozen=True, slots=True)
class MessageOfTheDay(Event):
    """What the operator wants everybody to read."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined(Event):
    """Somebody else came in."""

    name: str


@dataclass(frozen=True, slots=True)
class Departed(Event):
    """Somebody else is no longer here."""

    name: str
    ending: Ending


@dataclass(frozen=True, slots=True)
class Renamed(Event):
    """Somebody else has a new name."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class YouAreNow(Event):
    """Your own new name."""

    name: str


# The session.


@dataclass(frozen=True, slots=True)
class Connected(Event):
    """A session began; `in_the_clear` is who of the two is not connected by TLS, if the other one is."""

    partner: str
    partner_id: int
    in_the_clear: str = ""


@dataclass(frozen=True, slots=True)
class StillConnected(Event):
    """You called the partner whom you have: perhaps the two of you called each other."""

    partner: str


@dataclass(frozen=True, slots=True)
class Parted(Event):
    """A session ended: with whom, how, whether the hearer ended it, and what the hearer is now."""

    partner: str
    ending: Ending
    by_you: bool
    status: Status


# Answers.


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """Something was not done; `about` is the name or word that it was about.

    `ask_name` is set where the hearer has no name yet and is asked for it again.
    """

    why: Refusal
    about: str = ""
    ask_name: bool = False


@dataclass(frozen=True, slots=True)
class Roster(Event):
    """Who is here, or those whom you asked for, in the order of their ids: the first of them, and how many there are
    `more`. `online` is how many are here in all.
    """

    entries: tuple[Entry, ...]
    online: int
    more: int = 0


@dataclass(frozen=True, slots=True)
class Described(Event):
    """What /whois tells. `since` is in seconds since the epoch, `idle` in seconds."""

    name: str
    id: int
    status: Status
    away: str
    since: float
    idle: float
    secure: bool


@dataclass(frozen=True, slots=True)
class MarkedAway(Event):
    """You are AWAY, or will be when your session has ended (`later`)."""

    why: str
    later: bool


@dataclass(frozen=True, slots=True)
class MarkedBack(Event):
    """You are not AWAY any more, or were not."""

    was_away: bool
    status: Status


@dataclass(frozen=True, slots=True)
class IgnoreChanged(Event):
    """From now on nothing of `name` reaches you (or it does again)."""

    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class IgnoreList(Event):
    """Whom you ignore."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pong(Event):
    """The answer to /ping."""

    text: str


@dataclass(frozen=True, slots=True)
class HelpAsked(Event):
    """All commands, or the one that `topic` names."""

    topic: str


@dataclass(frozen=True, slots=True)
class UnknownCommand(Event):
    """A slash command that does not exist, and the nearest one that does, if one is near."""

    word: str
    nearest: str


@dataclass(frozen=True, slots=True)
class Misused(Event):
    """A command with too little or too much behind it; `usage` shows how it is typed."""

    usage: str


@dataclass(frozen=True, slots=True)
class LinesWait(Event):
    """You are faster than `pace` lines a second; the rest follows as it may."""

    pace: int


@dataclass(frozen=True, slots=True)
class LineTooLong(Event):
    """A line was discarded; `limit` is in bytes."""

    limit: int
