"""What the log has of people: lines for an operator to read, and the same as fields for a program.

Never what was said. The fields are named in `docs/operating.rst`; times are in seconds.
"""

from __future__ import annotations

from twisted.logger import Logger

from chatserver.domain.terms import Ending
from chatserver.domain.user import User
from chatserver.language.phrases import duration

_log = Logger()
_HOW = {
    Ending.GOODBYE: "said goodbye",
    Ending.LEFT: "left",
    Ending.LOST: "lost the connection",
    Ending.STOPPED: "left with the server",
}


class Journal:
    """Tells the log who comes and goes, and who talks with whom."""

    def __init__(self) -> None:
        self._began: dict[User, float] = {}
        """When the session of each user who is in one began."""

    def joined(self, user: User, address: str, online: int) -> None:
        """`user` has a name."""
        self._tell(user, f"{_who(user)} joined from {address}; {online} online", event="joined", address=address)

    def renamed(self, user: User, old: str) -> None:
        """`user` was called `old` until now."""
        self._tell(user, f"{old} (user {user.id}) is now {user.name}", event="renamed", old=old)

    def left(self, user: User, ending: Ending, address: str, online: int) -> None:
        """`user` is no longer here."""
        seconds = user.clock() - user.since
        text = f"{_who(user)} {_HOW[ending]} after {duration(seconds)}, was at {address}; {online} online"
        self._tell(user, text, event="left", address=address, **_ended(ending, seconds))

    def paired(self, user: User, partner: User) -> None:
        """The two are in a session."""
        self._began[user] = self._began[partner] = user.clock()
        text = f"{_who(user)} is in a session with {_who(partner)}"
        self._tell(user, text, event="paired", partner=partner.name)

    def parted(self, user: User, partner: User, ending: Ending) -> None:
        """They are not any more, by what `user` did, or since the server stops."""
        seconds = user.clock() - self._began.pop(user, user.clock())
        self._began.pop(partner, None)
        how = f"ended after {duration(seconds)}: {user.name} {_HOW[ending]}"
        text = f"the session of {_who(user)} with {_who(partner)} {how}"
        self._tell(user, text, event="parted", partner=partner.name, **_ended(ending, seconds))

    def _tell(self, user: User, text: str, **fields: object) -> None:
        # One field makes the text: our observers take it as it is, and Twisted's are slow with several.
        _log.info("{text}", text=text, user=user.name, id=user.id, **fields)


def _who(user: User) -> str:
    return f"{user.name} (user {user.id})"


def _ended(ending: Ending, seconds: float) -> dict[str, object]:
    return {"duration": round(seconds, 3), "reason": ending.name.lower()}
