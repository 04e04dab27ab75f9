"""Whether somebody takes too long: for a name, or between two lines."""

from __future__ import annotations

from typing import Protocol

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chatserver.domain.farewells import Farewell, IdleTooLong, LoginTimedOut
from chatserver.domain.terms import State
from chatserver.domain.user import User
from chatserver.protocols.manners import Manners


class Visitor(Protocol):
    """Who is watched."""

    user: User

    def turn_away(self, why: Farewell) -> None:
        """Dismiss the user."""


class Watch:
    """Turns `visitor` away when its time is up. Has one timer at a time, however much the user types."""

    __slots__ = ("_clock", "_idle", "_login", "_since", "_timer", "_visitor")

    def __init__(self, visitor: Visitor, manners: Manners, clock: IReactorTime) -> None:
        self._visitor = visitor
        self._login = manners.login_timeout
        self._idle = manners.idle_timeout
        self._clock = clock
        self._since = clock.seconds()
        self._timer: IDelayedCall | None = None
        self._look()

    def end(self) -> None:
        """Look no more."""
        if self._timer and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def settle(self) -> bool:
        """The newcomer has a name; whether there is anything more to watch."""
        self.end()
        self._look()
        return self._timer is not None

    def _look(self) -> None:
        is_newcomer = self._visitor.user.state is State.UNNAMED
        since = self._since if is_newcomer else max(self._since, self._visitor.user.last_input)
        limit = self._login if is_newcomer else self._idle
        left = since + limit - self._clock.seconds()
        if limit and left <= 0:
            self._visitor.turn_away(LoginTimedOut(limit) if is_newcomer else IdleTooLong(limit))
        elif times := [seconds for seconds in (limit and left, is_newcomer and self._idle) if seconds]:
            self._timer = self._clock.callLater(min(times), self._look)
