"""The guard: what was meant for one person reaches nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatserver.domain.channel import Channel
from chatserver.domain.terms import Refusal, State

if TYPE_CHECKING:
    from chatserver.domain.user import User


class Guard:
    """Stands before the next channel after the other side ended a session.

    A line that was on its way to the lost partner must not reach anybody else: it is refused, and so is what follows
    close behind it.
    """

    SECONDS = 15.0
    """For so long after the end the first line is taken for one that was meant for the partner."""
    PAUSE_SECONDS = 3.0
    """A line that comes within this time of a refused one was typed, or pasted, together with it."""

    def __init__(self, user: User, partner: User, behind: Channel) -> None:
        self.behind = behind
        self.partner = partner
        self._user = user
        self._until = user.clock() + self.SECONDS

    @property
    def state(self) -> State:
        return self.behind.state

    @property
    def is_public(self) -> bool:
        return self.behind.is_public

    def say(self, text: str) -> None:
        if not text.strip() and self.behind.state is State.FREE:
            return
        if not self._holds():
            self.behind.say(text)

    def act(self, text: str) -> None:
        if not self._holds():
            self.behind.act(text)

    def _holds(self) -> bool:
        """Refuse what was just said, or step aside for good."""
        now = self._user.clock()
        if now < self._until:
            self._until = now + self.PAUSE_SECONDS
            self._user.refuse(Refusal.SESSION_ENDED, self.partner.name)
            return True
        self._user.lift_guard()
        return False
