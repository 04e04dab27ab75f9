"""Who was refused or cut, and why: counted, and in the log, without letting anybody fill it."""

from __future__ import annotations

import re
from collections import Counter

from twisted.internet.interfaces import IAddress, IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatserver.domain.farewells import Farewell
from chatserver.domain.user import User
from chatserver.protocols.address import host, shown, source_of

_log = Logger()

PERIOD_SECONDS = 60.0
"""Each source has one line in this time, and then one that counts the others."""
MOST_SOURCES = 1000
"""Sources that have a line of their own at a time; the others share one."""


def reason_of(why: Farewell) -> str:
    """One word for the log and the metrics, as in server_full."""
    return re.sub(r"\B[A-Z]", r"_\g<0>", type(why).__name__).lower()


class Refusals:
    """Logs one line a source a minute, with a count, for those without a name; a line for each user."""

    def __init__(self, clock: IReactorTime) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        """How many there were of each event, refused or cut, and reason."""
        self._clock = clock
        self._more: dict[str, int] = {}
        self._periods: dict[str, IDelayedCall] = {}

    def note(self, user: User, address: IAddress, reason: str, text: str) -> None:
        """`user`, who comes from `address` and may have no name, was sent away; `text` says in words why."""
        if user.name:
            self.cut(user, shown(address), reason, text)
        else:
            self.refuse(source_of(address) or host(address), reason, text)

    def cut(self, user: User, address: str, reason: str, text: str) -> None:
        """`user` was made to leave; `text` says in words why."""
        self.counts["cut", reason] += 1
        line = f"cut {user.name} (user {user.id}) at {address}: {text}"
        _log.warn("{text}", text=line, event="cut", user=user.name, id=user.id, address=address, reason=reason)

    def refuse(self, source: str, reason: str, text: str) -> None:
        """Somebody without a name at `source` was sent away. No text has anything in it that a user typed."""
        self.counts["refused", reason] += 1
        if source not in self._more and len(self._more) >= MOST_SOURCES:
            source = "other addresses"
        if source in self._more:
            self._more[source] += 1
            return
        line = f"refused {source}: {text}"
        _log.warn("{text}", text=line, event="refused", address=source, reason=reason)
        self._more[source] = 0
        self._periods[source] = self._clock.callLater(PERIOD_SECONDS, self._sum_up, source)

    def refuse_beside(self, port: str, address: IAddress) -> None:
        """Somebody at `port`, which is not the chat's, made room for others there."""
        self.refuse(source_of(address) or host(address), "made_room_beside", f"Too many are at the {port} port.")

    def fail(self, event: str, address: str, bug: Failure | None = None) -> None:
        """`bug`, or else the exception that is being handled, costs the connection there; `event`: refused or cut."""
        self.counts[event, "bug"] += 1
        _log.failure("a bug ends the connection of {address}", bug, event="bug", address=address)

    def close(self) -> None:
        """Say what is left to say."""
        for source, period in tuple(self._periods.items()):
            period.cancel()
            self._sum_up(source)

    def _sum_up(self, source: str) -> None:
        del self._periods[source]
        if number := self._more.pop(source):
            _log.warn("refused {address} {number} more times", event="refused_again", address=source, number=number)
