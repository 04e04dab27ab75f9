"""The guard: what was meant for one person reaches nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatserver.domain.channel import Channel
from chatserver.domain.terms import Refusal, State

if TYPE_CHECKING:
    from chatserver.domain.user import User

SECONDS = {
    Refusal.SESSION_ENDED: 15.0,  # a line takes so long to type, and its author may have looked at the keyboard
    Refusal.NOT_CONNECTED: 3.0,
}
"""For so long after a session ended, or did not begin, the first line is taken for one that was meant for it."""
MOST_CAUSES = 8
"""So many can be remembered: nobody types the name of one more within the time."""
PAUSE_SECONDS = 3.0
"""A line that comes within this time of a refused one was typed, or pasted, together with it."""


class Cause:
    """Why lines are held back, and `until` when: because of one who is called `name`, and has `id`, which is 0 where
    nobody is known to be called so.
    """

    __slots__ = ("_id", "name", "until", "why")

    def __init__(self, why: Refusal, name: str, id: int, now: float) -> None:
        self.why = why
        self.name = name
        self._id = id
        self.until = now + SECONDS[why]

    def is_about(self, partner: User) -> bool:
        """Whether `partner` is the one. By id: the name may be another's by now."""
        return partner.id == self._id if self._id else partner.answers_to(self.name)


class Guard:
    """Stands before the channel of `user` for a while, and refuses lines that were meant for somebody who would not
    hear them: for those whose session with the user has ended, or did not begin.
    """

    __slots__ = ("_causes", "_user", "behind")

    def __init__(self, user: User) -> None:
        self.behind: Channel = user.channel
        self._user = user
        self._causes: list[Cause] = []
        """The latest one last; it is the one that a refusal names."""

    @property
    def state(self) -> State:
        return self.behind.state

    @property
    def is_public(self) -> bool:
        return self.behind.is_public

    def hold_back(self, why: Refusal, name: str, id: int) -> None:
        """There is one more for whom lines may be meant."""
        self._causes = [*self._causes[1 - MOST_CAUSES :], Cause(why, name, id, self._user.clock())]

    def let_through(self, partner: User) -> None:
        """There is a session with `partner`, who hears from now on what was meant for them."""
        self._causes = [cause for cause in self._causes if not cause.is_about(partner)]
        if not self._causes:
            self._user.lift_guard()

    def say(self, text: str) -> None:
        if not text.strip() and self.state is State.FREE:
            return
        if not self._holds():
            self.behind.say(text)

    def act(self, text: str) -> None:
        if not self._holds():
            self.behind.act(text)

    def wait(self, seconds: float) -> None:
        """For so long the user could not read, or not be heard: such time does not count."""
        for cause in self._causes:
            cause.until += seconds

    def _holds(self) -> bool:
        """Refuse what was just said, or step aside for good."""
        now = self._user.clock()
        self._causes = [cause for cause in self._causes if now < cause.until]
        if not self._causes:
            self._user.lift_guard()
            return False
        for cause in self._causes:
            cause.until = now + PAUSE_SECONDS
        self._user.refuse(self._causes[-1].why, self._causes[-1].name)
        return True
