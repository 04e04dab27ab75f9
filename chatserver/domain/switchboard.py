"""Who is here and who talks with whom, in memory: the one truth of a single server.

Every method writes its tables first and tells afterwards, so that whoever reacts to being told finds them right.
"""

from __future__ import annotations

from collections.abc import Callable

from chatserver.domain.events import (
    Departed,
    Described,
    Entry,
    Event,
    IgnoreChanged,
    IgnoreList,
    Joined,
    MarkedAway,
    MarkedBack,
    MessageOfTheDay,
    Parted,
    Refused,
    Renamed,
    SaidToAll,
    Sent,
    SentToAll,
    Welcome,
    YouAreNow,
)
from chatserver.domain.farewells import ServerFull, ShuttingDown
from chatserver.domain.ignoring import Ignoring
from chatserver.domain.ports import Crowd
from chatserver.domain.register import Register
from chatserver.domain.roster import roster
from chatserver.domain.terms import Ending, Refusal, Status
from chatserver.domain.user import User


class LocalSwitchboard:
    """The `Switchboard` of one process.

    `now` tells the time of day in seconds since the epoch, which somebody may set; it is shown and never waited for.
    `name` is the server's; a `quiet` switchboard tells nobody who joins and leaves. What everybody reads on coming in,
    `motd`, and how many there can be, `max_users` (0: no limit), can be set at any time.
    """

    def __init__(
        self,
        crowd: Crowd,
        *,
        now: Callable[[], float],
        name: str = "chatserver",
        motd: tuple[str, ...] = (),
        max_users: int = 0,
        quiet: bool = False,
    ) -> None:
        self._crowd = crowd
        self._now = now
        self._name = name
        self.motd = motd
        self.max_users = max_users
        self._quiet = quiet
        self._register = Register()
        self._partners: dict[User, User] = {}
        self._away: dict[User, str] = {}
        self._ignoring = Ignoring()

    # Coming and going.

    def greet(self, newcomer: User) -> None:
        if self._full():
            newcomer.dismiss(ServerFull(self.max_users))
        else:
            newcomer.tell(Welcome(self._name))

    def admit(self, newcomer: User, name: str) -> None:
        if self._register.named(name):
            newcomer.session.refused(Refused(Refusal.TAKEN_NAME, name, ask_name=True))
        elif self._full():
            newcomer.dismiss(ServerFull(self.max_users))
        else:
            self._register.add(newcomer, name)
            newcomer.session.admitted()
            if self.motd:
                newcomer.tell(MessageOfTheDay(self.motd))
            if not self._quiet:
                self._crowd.announce(Joined(name), frozenset())
            self._crowd.join(newcomer)

    def rename(self, user: User, name: str) -> None:
        if self._register.named(name) not in (None, user):
            user.session.refused(Refused(Refusal.TAKEN_NAME, name))
            return
        old = user.name
        self._register.rename(user, name)
        user.tell(YouAreNow(name))
        if name != old:
            self._crowd.rename(user, old)
            self._crowd.announce(Renamed(old, name), {user})

    def leave(self, user: User, ending: Ending) -> None:
        if not self._register.remove(user):
            return
        partner = self._partners.pop(user, None)
        self._away.pop(user, None)
        self._ignoring.forget(user)
        self._crowd.leave(user, ending)
        if partner:
            del self._partners[partner]
            self._crowd.part(user, partner, ending)
            partner.session.parted(Parted(user.name, ending, by_you=False, status=self._status(partner)))
        if not self._quiet:
            self._crowd.announce(Departed(user.name, ending), {partner} if partner else frozenset())

    def close(self) -> None:
        self._away.clear()
        while self._partners:
            partner, user = self._partners.popitem()
            del self._partners[user]
            self._crowd.part(user, partner, Ending.STOPPED)
        for user in self._register.clear():
            self._crowd.leave(user, Ending.STOPPED)
            user.dismiss(ShuttingDown())

    def _full(self) -> bool:
        return 0 < self.max_users <= len(self._register)

    # The session.

    def place(self, caller: User, wanted: str) -> None:
        callee = self._register.find(wanted)
        if callee is None:
            caller.session.not_paired(Refused(Refusal.NOBODY, wanted), 0)
        elif callee is caller:
            caller.session.refused(Refused(Refusal.CALLING_YOURSELF, callee.name))
        elif why := self._obstacle(caller, callee):
            caller.session.not_paired(Refused(why, callee.name), callee.id)
        else:
            self._partners[caller] = callee
            self._partners[callee] = caller
            self._away.pop(caller, None)
            caller.session.paired(callee)
            callee.session.paired(caller)
            self._crowd.pair(caller, callee)

    def _obstacle(self, caller: User, callee: User) -> Refusal | None:
        if self._ignoring.holds(caller, callee):
            return Refusal.IGNORED_BY_YOU
        status = self._status(callee)
        if status is Status.BUSY:
            return Refusal.BUSY
        if status is Status.AWAY or self._ignoring.holds(callee, caller):
            return Refusal.AWAY
        return None

    def part(self, user: User) -> None:
        partner = self._partners.pop(user)
        del self._partners[partner]
        self._crowd.part(user, partner, Ending.GOODBYE)
        for one, other in ((user, partner), (partner, user)):
            one.session.parted(Parted(other.name, Ending.GOODBYE, by_you=one is user, status=self._status(one)))

    # Messages.

    def direct(self, sender: User, wanted: str, text: str) -> None:
        hearer = self._register.find(wanted)
        number = text.count("\n") + 1
        if hearer is None:
            for _ in range(number):
                sender.refuse(Refusal.NOBODY, wanted)
            return
        if not self._ignoring.holds(hearer, sender):
            hearer.hear_direct(sender, text)
        sender.tell(Sent(hearer.name, self._away_note(hearer), number))

    def broadcast(self, speaker: User, event: Event) -> None:
        self._crowd.announce(event, {speaker, *self._ignoring.ignorers_of(speaker)})

    def shout(self, speaker: User, text: str) -> None:
        self.broadcast(speaker, SaidToAll(speaker.name, text))
        speaker.tell(SentToAll(len(self._register) - 1))

    # Who is here, and how.

    @property
    def census(self) -> dict[Status, int]:
        """How many users there are of each status."""
        busy, away = len(self._partners), len(self._away.keys() - self._partners.keys())
        return {Status.FREE: len(self._register) - busy - away, Status.BUSY: busy, Status.AWAY: away}

    def list_users(self, asker: User, which: str) -> None:
        everybody = (Entry(user.id, user.name, self._status(user)) for user in self._register)
        asker.tell(roster(which, everybody, len(self._register)))

    def describe(self, asker: User, wanted: str) -> None:
        user = self._register.find(wanted)
        if user is None:
            asker.refuse(Refusal.NOBODY, wanted)
            return
        asker.tell(
            Described(
                user.name,
                user.id,
                self._status(user),
                away=self._away_note(user) or "",
                since=self._now() - (user.clock() - user.since),
                idle=user.clock() - user.last_input,
                secure=user.audience.secure,
            )
        )

    def mark_away(self, user: User, why: str) -> None:
        self._away[user] = why
        user.tell(MarkedAway(why, later=user in self._partners))

    def mark_back(self, user: User) -> None:
        was_away = self._away.pop(user, None) is not None
        user.tell(MarkedBack(was_away, self._status(user)))

    def _status(self, user: User) -> Status:
        if user in self._partners:
            return Status.BUSY
        return Status.AWAY if user in self._away else Status.FREE

    def _away_note(self, user: User) -> str | None:
        return self._away[user] if self._status(user) is Status.AWAY else None

    # Ignoring.

    def ignore(self, user: User, wanted: str) -> None:
        other = self._register.find(wanted)
        if other is None:
            user.refuse(Refusal.NOBODY, wanted)
        elif other is user:
            user.refuse(Refusal.IGNORING_YOURSELF)
        else:
            self._ignoring.start(user, other)
            user.tell(IgnoreChanged(other.name, on=True))
            if self._partners.get(user) is other:
                self.part(user)

    def unignore(self, user: User, wanted: str) -> None:
        other = self._register.find(wanted)
        if other is None:
            user.refuse(Refusal.NOBODY, wanted)
        elif not self._ignoring.holds(user, other):
            user.refuse(Refusal.NOT_IGNORED, other.name)
        else:
            self._ignoring.stop(user, other)
            user.tell(IgnoreChanged(other.name, on=False))

    def list_ignored(self, user: User) -> None:
        user.tell(IgnoreList(tuple(sorted(other.name for other in self._ignoring.ignored_by(user)))))
