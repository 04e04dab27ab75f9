"""What the domain needs from outside.

A port is told, never asked: none of these methods returns anything. What comes of a request arrives, now or later, as
an input of the user's session or as an event that the user is told. So a table in memory and a store across machines
look the same from here.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Protocol

from chatserver.domain.events import Event
from chatserver.domain.terms import Ending

if TYPE_CHECKING:
    from chatserver.domain.user import User


class Audience(Protocol):
    """Whoever reads what a user is told. No method raises, or calls back into the domain before it returns."""

    secure: bool
    """Whether nobody on the way can read along."""

    def tell(self, event: Event) -> None:
        """Take note of `event`; it is read in the order in which it was told."""

    def dismiss(self) -> None:
        """End, once everything told so far has been read."""


class Crowd(Protocol):
    """Everybody who is here, addressed at once: what is behind it may share the work between all readers."""

    def join(self, member: User) -> None:
        """`member` hears what is announced from now on."""

    def leave(self, member: User, ending: Ending) -> None:
        """`member` hears nothing more."""

    def rename(self, member: User, old: str) -> None:
        """`member` was called `old` until now."""

    def pair(self, member: User, partner: User) -> None:
        """The two are in a session now."""

    def part(self, member: User, partner: User, ending: Ending) -> None:
        """They are not any more, by what `member` did, or since the server stops."""

    def announce(self, event: Event, omit: AbstractSet[User]) -> None:
        """Tell `event` to every member but those in `omit`."""


class Switchboard(Protocol):
    """Who is here and who talks with whom: decides first, then tells everybody concerned the same fact."""

    def greet(self, newcomer: User) -> None:
        """Somebody connected: is told to give a name, or dismissed if there is no room."""

    def admit(self, newcomer: User, name: str) -> None:
        """`newcomer` wants to come in as `name`, which is well-formed: `session.admitted` or told why not."""

    def rename(self, user: User, name: str) -> None:
        """`user` wants to be called `name`, which is well-formed: everybody is told, or the user why not."""

    def place(self, caller: User, wanted: str) -> None:
        """`caller` wants a session with a name or id: `session.paired` on both sides, or `session.not_paired`;
        `session.refused` for one with oneself.
        """

    def part(self, user: User) -> None:
        """`user` ends the session: `session.parted` on both sides."""

    def leave(self, user: User, ending: Ending) -> None:
        """`user` is gone: a partner's `session.parted`, all others are told. No matter if the user never came in."""

    def direct(self, sender: User, wanted: str, text: str) -> None:
        """A message from `sender` to a name or id; the sender is told what became of it."""

    def broadcast(self, speaker: User, event: Event) -> None:
        """Tell `event`, which `speaker` said, to all others but those who ignore the speaker."""

    def shout(self, speaker: User, text: str) -> None:
        """Broadcast `text` and tell the speaker to how many."""

    def list_users(self, asker: User, which: str) -> None:
        """Tell `asker` who is here; `which` is as `chatserver.domain.roster` has it."""

    def describe(self, asker: User, wanted: str) -> None:
        """Tell `asker` about a name or id."""

    def mark_away(self, user: User, why: str) -> None:
        """Nobody can connect to `user` until `mark_back`, or a connect of the user's own."""

    def mark_back(self, user: User) -> None:
        """Undo `mark_away`."""

    def ignore(self, user: User, wanted: str) -> None:
        """Nothing that a name or id says reaches `user` any more; ends a session between the two."""

    def unignore(self, user: User, wanted: str) -> None:
        """Undo `ignore`."""

    def list_ignored(self, user: User) -> None:
        """Tell `user` whom they ignore."""

    def close(self) -> None:
        """Everybody who is here is told that the server shuts down, and leaves; nobody reads that others left."""
