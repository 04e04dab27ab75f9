"""A user: what a protocol holds, what a command acts on, what a session's machine moves about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chatserver.domain import names
from chatserver.domain.channel import Channel, Door, Lobby, Silence, Talk
from chatserver.domain.events import HelpAsked, Pong, Refused, SaidDirectly, StillConnected
from chatserver.domain.farewells import Farewell, Goodbye
from chatserver.domain.guard import Guard
from chatserver.domain.ports import Audience, Switchboard
from chatserver.domain.terms import Ending, Refusal, State

if TYPE_CHECKING:
    from chatserver.domain.session import Session


class User:
    """Somebody connected; `name` and `id` are given by the switchboard when the name is accepted.

    `clock` tells the seconds since some moment, and never goes back; `lobby` makes the channel that a user without a
    session speaks into. Made by `chatserver.domain.session.new_user`, which gives it its session.
    """

    __slots__ = (
        "_lobby", "audience", "channel", "clock", "id", "last_input", "name", "partner", "reply_to", "session",
        "since", "switchboard", "tell",
    )  # fmt: skip

    session: Session

    def __init__(
        self,
        audience: Audience,
        switchboard: Switchboard,
        clock: Callable[[], float],
        lobby: Callable[[User], Channel] = Lobby,
    ) -> None:
        self.id = 0
        self.name = ""
        self.audience = audience
        self.tell = audience.tell
        self.switchboard = switchboard
        self.clock = clock
        self.since = self.last_input = clock()
        self.partner: User | None = None
        self.reply_to = ""
        self._lobby = lobby
        self.channel: Channel = Door(self)

    @property
    def state(self) -> State:
        """Where this user stands."""
        return self.channel.state

    def answers_to(self, wanted: str) -> bool:
        """Whether `wanted` is this user's name or id."""
        return names.key(wanted) == names.key(self.name) or wanted == str(self.id)

    # What the session's machine does with its user.

    def enter_lobby(self) -> None:
        """Be in no session."""
        self.partner = None
        self._speak_into(self._lobby(self))

    def enter_talk(self, partner: User) -> None:
        """Be in a session with `partner`."""
        self.partner = partner
        if isinstance(self.channel, Guard):
            self.channel.let_through(partner)
        self._speak_into(Talk(self, partner))

    def put_guard(self, why: Refusal, name: str, id: int = 0) -> None:
        """Hold back lines that were meant for whoever is called `name`, and has `id` if somebody is."""
        if not isinstance(self.channel, Guard):
            self.channel = Guard(self)
        self.channel.hold_back(why, name, id)

    def lift_guard(self) -> None:
        """Let lines through again."""
        if isinstance(self.channel, Guard):
            self.channel = self.channel.behind

    def waited(self, seconds: float) -> None:
        """This user could not read, or not be heard, for so long: a guard's time stood still."""
        if isinstance(self.channel, Guard):
            self.channel.wait(seconds)

    def fall_silent(self) -> None:
        """Be gone."""
        self.partner = None
        self.channel = Silence()

    def _speak_into(self, channel: Channel) -> None:
        if isinstance(self.channel, Guard):
            self.channel.behind = channel
        else:
            self.channel = channel

    # What reaches a user.

    def refuse(self, why: Refusal, about: str = "") -> None:
        """Tell why something was not done; asks for the name again if there is none yet."""
        self.tell(Refused(why, about, ask_name=self.state is State.UNNAMED))

    def hear_direct(self, sender: User, text: str) -> None:
        """A direct message arrives, or several do, which have a line feed between each two."""
        self.reply_to = str(sender.id)
        self.tell(SaidDirectly(sender.name, text))

    def dismiss(self, farewell: Farewell) -> None:
        """Be told `farewell` and be cut off."""
        self.tell(farewell)
        self.session.quit(Ending.LOST)

    # What a user does: the actions of the command table.

    def say(self, text: str) -> None:
        """Speak `text` to whoever listens in the present state."""
        self.channel.say(text)

    def act(self, text: str) -> None:
        """Do as /me does."""
        self.channel.act(text)

    def call(self, wanted: str) -> None:
        """Ask for a session with the name or id `wanted`."""
        self.session.call(wanted)

    def refuse_call(self, wanted: str) -> None:
        """Already in a session."""
        if self.answers_to(wanted):
            self.refuse(Refusal.CALLING_YOURSELF, self.name)
        elif self.partner and self.partner.answers_to(wanted):
            self.tell(StillConnected(self.partner.name))
        elif self.partner:
            self.guard_call(wanted)
            self.refuse(Refusal.YOU_ARE_BUSY, self.partner.name)

    def guard_call(self, wanted: str) -> None:
        """Hold back lines that were meant for `wanted`, with whom there is no session, unless that is oneself."""
        if not any(user and user.answers_to(wanted) for user in (self, self.partner)):
            self.put_guard(Refusal.NOT_CONNECTED, wanted)

    def part(self) -> None:
        """End the session."""
        self.session.part()

    def refuse_part(self) -> None:
        """In no session."""
        self.refuse(Refusal.NO_SESSION)

    def rename(self, name: str) -> None:
        """Ask for another name."""
        why = names.objection(name)
        if why:
            self.refuse(why, name)
        else:
            self.switchboard.rename(self, name)

    def refuse_rename(self, name: str) -> None:
        """A partner has to be able to rely on who is speaking."""
        self.refuse(Refusal.NICK_IN_SESSION, name)

    def direct(self, wanted: str, text: str) -> None:
        """Send a direct message, or several, which have a line feed between each two."""
        self.switchboard.direct(self, wanted, text)

    def reply(self, text: str) -> None:
        """Send a direct message to whoever last sent one here. By id: the name may be another's by now."""
        if self.reply_to:
            self.switchboard.direct(self, self.reply_to, text)
        else:
            self.refuse(Refusal.NOBODY_TO_REPLY_TO)

    def shout(self, text: str) -> None:
        """Tell everybody."""
        self.switchboard.shout(self, text)

    def list_users(self, which: str = "") -> None:
        """Ask who is here: everybody, or `which` of them."""
        self.switchboard.list_users(self, which)

    def describe(self, wanted: str) -> None:
        """Ask about somebody."""
        self.switchboard.describe(self, wanted)

    def mark_away(self, why: str = "") -> None:
        """Be AWAY."""
        self.switchboard.mark_away(self, why)

    def mark_back(self) -> None:
        """Be back."""
        self.switchboard.mark_back(self)

    def ignore(self, wanted: str = "") -> None:
        """Hear nothing of somebody any more; of nobody in particular: ask whom one ignores."""
        if wanted:
            self.switchboard.ignore(self, wanted)
        else:
            self.switchboard.list_ignored(self)

    def unignore(self, wanted: str) -> None:
        """Hear somebody again."""
        self.switchboard.unignore(self, wanted)

    def ping(self, text: str = "") -> None:
        """Ask for an answer, which comes after everything that was asked before."""
        self.tell(Pong(text))

    def help(self, topic: str = "") -> None:
        """Ask how commands are typed."""
        self.tell(HelpAsked(topic))

    def quit(self) -> None:
        """Leave on purpose."""
        self.tell(Goodbye(self.name))
        self.session.quit(Ending.LEFT)
