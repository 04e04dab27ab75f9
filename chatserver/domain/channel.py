"""Where a plain line goes. A user holds one channel at a time; the session's machine changes it.

Speech goes through these plain methods and never through the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chatserver.domain import names
from chatserver.domain.events import Acted, ActedToAll, Said, SaidToAll
from chatserver.domain.terms import Refusal, State

if TYPE_CHECKING:
    from chatserver.domain.user import User


class Channel(Protocol):
    """What a user speaks into."""

    @property
    def state(self) -> State:
        """Where whoever speaks into this stands."""

    @property
    def is_public(self) -> bool:
        """Whether everybody hears what is said here."""

    def say(self, text: str) -> None:
        """A plain line."""

    def act(self, text: str) -> None:
        """A /me."""


class Door:
    """Before the name: a plain line is the name that the newcomer wants."""

    __slots__ = ("_doubted", "_user")
    state = State.UNNAMED
    is_public = False

    def __init__(self, user: User) -> None:
        self._user = user
        self._doubted: set[str] = set()

    def doubts(self, text: str) -> bool:
        """Whether `text` is a greeting that is said for the first time: who says it once more is called so."""
        key = names.key(text.strip())
        if key not in names.GREETINGS or key in self._doubted:
            return False
        self._doubted.add(key)
        return True

    def say(self, text: str) -> None:
        name = text.strip()
        why = names.objection(name)
        if why:
            self._user.refuse(why, name)
        else:
            self._user.switchboard.admit(self._user, name)

    def act(self, text: str) -> None:
        self._user.refuse(Refusal.NAME_FIRST)


class Lobby:
    """In no session: nobody hears, and the speaker is told so."""

    __slots__ = ("_user",)
    state = State.FREE
    is_public = False

    def __init__(self, user: User) -> None:
        self._user = user

    def say(self, text: str) -> None:
        if text.strip():
            self._user.refuse(Refusal.NOT_SENT)

    def act(self, text: str) -> None:
        self._user.refuse(Refusal.NOT_SENT)


class OpenLobby(Lobby):
    """In no session, on a server where such lines go to everybody."""

    __slots__ = ()
    is_public = True

    def say(self, text: str) -> None:
        if text.strip():
            self._user.switchboard.broadcast(self._user, SaidToAll(self._user.name, text))

    def act(self, text: str) -> None:
        self._user.switchboard.broadcast(self._user, ActedToAll(self._user.name, text))


class Talk:
    """In a session: the partner hears, also several lines at once, which have a line feed between each two."""

    __slots__ = ("_name", "_tell")
    state = State.BUSY
    is_public = False

    def __init__(self, user: User, partner: User) -> None:
        self._name = user.name
        self._tell = partner.tell

    def say(self, text: str) -> None:
        self._tell(Said(self._name, text))

    def act(self, text: str) -> None:
        self._tell(Acted(self._name, text))


class Silence:
    """After leaving: nobody speaks any more."""

    state = State.GONE
    is_public = False

    def say(self, text: str) -> None:
        pass

    def act(self, text: str) -> None:
        pass
