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

    def __init__(
        self, user: User, manners: Manners, clock: IReactorTime, turn_away: Callable[[Farewell], None]
    ) -> None:
        self._user = user
        self._login = manners.login_timeout
        self._idle = manners.idle_timeout
        self._clock = clock
        self._turn_away = turn_away
        self._timer: IDelayedCall | None = None
        self._look_after(self._login or self._idle)

    def end(self) -> None:
        """Look no more."""
        if self._timer and self._timer.active():
            self._timer.cancel()

    def _look_after(self, seconds: float) -> None:
        if seconds:
            self._timer = self._clock.callLater(seconds, self._look)

    def _look(self) -> None:
        if self._user.state is State.UNNAMED and self._login:
            self._turn_away(LoginTimedOut(self._login))
        elif self._idle:
            left = self._user.last_input + self._idle - self._clock.seconds()
            if left > 0:
                self._look_after(left)
            else:
                self._turn_away(IdleTooLong(self._idle))
