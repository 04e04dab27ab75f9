"""What the log has of people: lines for an operator to read, and the same as fields for a program.

Never what was said. The fields are named in `docs/operating.rst`; times are in seconds.
"""

from __future__ import annotations

from twisted.logger import Logger

from chatserver.domain.terms import Ending
from chatserver.domain.user import User

_log = Logger()
_LEFT = {Ending.LEFT: "left", Ending.LOST: "lost the connection", Ending.STOPPED: "is told that the server stops"}


class Journal:
    """Tells the log who comes and goes, and who talks with whom."""

    def __init__(self) -> None:
        self._began: dict[User, float] = {}
        """When the session of each user who is in one began."""

    def joined(self, user: User, address: str, online: int) -> None:
        """`user` has a name."""
        self._tell("joined", f"{_who(user)} joined from {address}; {online} online", user, address=address)

    def left(self, user: User, ending: Ending, address: str, online: int) -> None:
        """`user` is no longer here."""
        self._tell(
            "left",
            f"{_who(user)} {_LEFT[ending]}, was at {address}; {online} online",
            user,
            address=address,
            duration=_since(user, user.since),
            reason=ending.name.lower(),
        )

    def paired(self, user: User, partner: User) -> None:
        """The two are in a session."""
        self._began[user] = self._began[partner] = user.clock()
        self._tell("paired", f"{_who(user)} is in a session with {_who(partner)}", user, partner=partner.name)

    def parted(self, user: User, partner: User, ending: Ending) -> None:
        """They are not any more, by what `user` did."""
        duration = _since(user, self._began.pop(user, user.clock()))
        self._began.pop(partner, None)
        self._tell(
            "parted",
            f"{_who(user)} is in no session with {_who(partner)} any more",
            user,
            partner=partner.name,
            duration=duration,
            reason=ending.name.lower(),
        )

    def _tell(self, event: str, text: str, user: User, **fields: object) -> None:
        # One field makes the text: Twisted's formatting of several is most of what a log-in costs.
        _log.info("{text}", text=text, event=event, user=user.name, id=user.id, **fields)


def _who(user: User) -> str:
    return f"{user.name} (user {user.id})"


def _since(user: User, then: float) -> float:
    return round(max(0.0, user.clock() - then), 3)
