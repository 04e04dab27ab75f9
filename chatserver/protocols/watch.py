"""Whether somebody takes too long: for a name, or between two lines."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chatserver.domain.farewells import Farewell, IdleTooLong, LoginTimedOut
from chatserver.domain.terms import State
from chatserver.domain.user import User
from chatserver.protocols.manners import Manners


class Watch:
    """Calls `turn_away` when the time of `user` is up. Has one timer at a time, however much the user types."""

    __slots__ = ("_clock", "_idle", "_login", "_since", "_timer", "_turn_away", "_user")

    def __init__(
        self, user: User, manners: Manners, clock: IReactorTime, turn_away: Callable[[Farewell], None]
    ) -> None:
        self._user = user
        self._login = manners.login_timeout
        self._idle = manners.idle_timeout
        self._clock = clock
        self._turn_away = turn_away
        self._since = clock.seconds()
        self._timer: IDelayedCall | None = None
        self._look()

    def end(self) -> None:
        """Look no more."""
        if self._timer and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def settle(self) -> None:
        """The newcomer has a name."""
        self.end()
        self._look()

    def _look(self) -> None:
        is_newcomer = self._user.state is State.UNNAMED
        limit, since = (self._login, self._since) if is_newcomer else (self._idle, self._user.last_input)
        left = since + limit - self._clock.seconds()
        if limit and left <= 0:
            self._turn_away(LoginTimedOut(limit) if is_newcomer else IdleTooLong(limit))
        elif times := [seconds for seconds in (limit and left, is_newcomer and self._idle) if seconds]:
            self._timer = self._clock.callLater(min(times), self._look)
