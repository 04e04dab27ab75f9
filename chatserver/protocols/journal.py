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
        self._tell("joined", f"{_who(user)} joined from {address}; {online} online", user, address=address)

    def renamed(self, user: User, old: str) -> None:
        """`user` was called `old` until now."""
        self._tell("renamed", f"{old} (user {user.id}) is now {user.name}", user, old=old)

    def left(self, user: User, ending: Ending, address: str, online: int) -> None:
        """`user` is no longer here."""
        seconds = user.clock() - user.since
        text = f"{_who(user)} {_HOW[ending]} after {duration(seconds)}, was at {address}; {online} online"
        self._tell("left", text, user, address=address, **_ended(ending, seconds))

    def paired(self, user: User, partner: User) -> None:
        """The two are in a session."""
        self._began[user] = self._began[partner] = user.clock()
        self._tell("paired", f"{_who(user)} is in a session with {_who(partner)}", user, partner=partner.name)

    def parted(self, user: User, partner: User, ending: Ending) -> None:
        """They are not any more, by what `user` did, or since the server stops."""
        seconds = user.clock() - self._began.pop(user, user.clock())
        self._began.pop(partner, None)
        how = f"ended after {duration(seconds)}: {user.name} {_HOW[ending]}"
        text = f"the session of {_who(user)} with {_who(partner)} {how}"
        self._tell("parted", text, user, partner=partner.name, **_ended(ending, seconds))

    def _tell(self, event: str, text: str, user: User, **fields: object) -> None:
        # One field makes the text: Twisted's formatting of several is most of what a log-in costs.
        _log.info("{text}", text=text, event=event, user=user.name, id=user.id, **fields)


def _who(user: User) -> str:
    return f"{user.name} (user {user.id})"


def _ended(ending: Ending, seconds: float) -> dict[str, object]:
    return {"duration": round(seconds, 3), "reason": ending.name.lower()}
