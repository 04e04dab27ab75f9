"""The pairing state machine of one user: the only place where a user enters or leaves a session.

It changes the user's channel; it never carries a line. Its states and what is possible in each:

    new      admitted -> free       refused -> new                     quit -> gone
    free     call     -> free       refused, not_paired -> free        paired -> talking    quit -> gone
    talking  part     -> talking    refused, not_paired -> talking     parted -> free       quit -> gone
    gone     admitted, refused, not_paired, paired, parted, quit -> gone: what comes too late

Everything else is a bug and raises `automat.NoTransition` before anything changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from automat import TypeMachineBuilder

from chatserver.domain.channel import Channel, Lobby
from chatserver.domain.events import Connected, Hello, Parted, Refused
from chatserver.domain.ports import Audience, Switchboard
from chatserver.domain.terms import Ending, Refusal
from chatserver.domain.user import User


class Session(Protocol):
    """The inputs: facts that the switchboard tells both sides, and what the user asks for."""

    def admitted(self) -> None:
        """The name is accepted."""

    def call(self, wanted: str) -> None:
        """The user wants a session with the name or id `wanted`."""

    def paired(self, partner: User) -> None:
        """There is a session with `partner` now."""

    def not_paired(self, why: Refused, callee_id: int) -> None:
        """There is no session with the one whom the user called, and who has `callee_id`; 0 is nobody."""

    def refused(self, why: Refused) -> None:
        """Something else that the user asked for was not done."""

    def part(self) -> None:
        """The user wants to end the session."""

    def parted(self, how: Parted) -> None:
        """The session is over."""

    def quit(self, ending: Ending) -> None:
        """The user leaves, or is lost."""


def _build() -> Callable[[User], Session]:
    machine = TypeMachineBuilder(Session, User)

    new = machine.state("new")
    free = machine.state("free")
    talking = machine.state("talking")
    gone = machine.state("gone")

    gone.upon(Session.admitted).loop().returns(None)
    gone.upon(Session.paired).loop().returns(None)
    gone.upon(Session.not_paired).loop().returns(None)
    gone.upon(Session.refused).loop().returns(None)
    gone.upon(Session.parted).loop().returns(None)
    gone.upon(Session.quit).loop().returns(None)

    @new.upon(Session.admitted).to(free)
    def greet(session: Session, user: User) -> None:
        user.since = user.clock()
        user.enter_lobby()
        user.tell(Hello(user.name, user.id))

    @free.upon(Session.call).loop()
    def place(session: Session, user: User, wanted: str) -> None:
        user.switchboard.place(user, wanted)

    @free.upon(Session.paired).to(talking)
    def connect(session: Session, user: User, partner: User) -> None:
        user.enter_talk(partner)
        plain = [one.name for one in (user, partner) if not one.audience.secure]
        user.tell(Connected(partner.name, partner.id, in_the_clear=plain[0] if len(plain) == 1 else ""))

    @talking.upon(Session.part).loop()
    def hang_up(session: Session, user: User) -> None:
        user.switchboard.part(user)

    @talking.upon(Session.parted).to(free)
    def disconnect(session: Session, user: User, how: Parted) -> None:
        partner = user.partner
        user.enter_lobby()
        if partner and not how.by_you:
            user.put_guard(Refusal.SESSION_ENDED, partner.name, partner.id)
        user.tell(how)

    @free.upon(Session.not_paired).loop()
    @talking.upon(Session.not_paired).loop()
    def hold_back(session: Session, user: User, why: Refused, callee_id: int) -> None:
        user.put_guard(Refusal.NOT_CONNECTED, why.about, callee_id)
        user.tell(why)

    @new.upon(Session.refused).loop()
    @free.upon(Session.refused).loop()
    @talking.upon(Session.refused).loop()
    def explain(session: Session, user: User, why: Refused) -> None:
        user.tell(why)

    @new.upon(Session.quit).to(gone)
    @free.upon(Session.quit).to(gone)
    @talking.upon(Session.quit).to(gone)
    def vanish(session: Session, user: User, ending: Ending) -> None:
        user.fall_silent()
        user.switchboard.leave(user, ending)
        user.audience.dismiss()

    return machine.build()


_machine = _build()


def new_user(
    audience: Audience,
    switchboard: Switchboard,
    clock: Callable[[], float],
    lobby: Callable[[User], Channel] = Lobby,
) -> User:
    """A user who has just connected, with a session of their own."""
    user = User(audience, switchboard, clock, lobby)
    user.session = _machine(user)
    return user
