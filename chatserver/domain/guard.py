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
PAUSE_SECONDS = 3.0
"""A line that comes within this time of a refused one was typed, or pasted, together with it."""


class Guard:
    """Stands before the channel of `user` for a while, and refuses lines that were meant for somebody who would not
    hear them: for the one whose session with the user has ended, or did not begin (`why`).

    That one is called `name`, and has `id`, which is 0 where nobody is known to be called so. It takes the place of
    the guard that may stand there already, and stands at least for as long as that one would have.
    """

    __slots__ = ("_id", "_name", "_until", "_user", "_why", "behind")

    def __init__(self, user: User, why: Refusal, name: str, id: int) -> None:
        self._user = user
        self._why = why
        self._name = name
        self._id = id
        self._until = user.clock() + SECONDS[why]
        self.behind: Channel = user.channel
        if isinstance(self.behind, Guard):
            self._until = max(self._until, self.behind._until)
            self.behind = self.behind.behind

    @property
    def state(self) -> State:
        return self.behind.state

    @property
    def is_public(self) -> bool:
        return self.behind.is_public

    def is_about(self, partner: User) -> bool:
        """Whether `partner` is the one whom the lines were meant for. By id: the name may be another's by now."""
        return partner.id == self._id if self._id else partner.answers_to(self._name)

    def say(self, text: str) -> None:
        if not text.strip() and self.state is State.FREE:
            return
        if not self._holds():
            self.behind.say(text)

    def act(self, text: str) -> None:
        if not self._holds():
            self.behind.act(text)

    def wait(self, seconds: float) -> None:
        """For so long the user could not read, or not be heard: such time does not count, unless it was over before."""
        if self._until > self._user.clock() - seconds:
            self._until += seconds

    def _holds(self) -> bool:
        """Refuse what was just said, or step aside for good."""
        now = self._user.clock()
        if now < self._until:
            self._until = now + PAUSE_SECONDS
            self._user.refuse(self._why, self._name)
            return True
        self._user.lift_guard()
        return False
