"""At the door: before the name a few commands count, and any other line is the name."""

from __future__ import annotations

from chatserver.domain.channel import Door
from chatserver.domain.events import Greeted
from chatserver.domain.terms import Refusal, State
from chatserver.domain.user import User
from chatserver.language.deeds import Deed
from chatserver.language.grammar import obey, parse, row_of


def knock(newcomer: User, line: str) -> Deed:
    """Do what `line`, typed by one who has no name yet, asks for, and say of what kind it was."""
    if parse(line, State.UNNAMED) is None:
        return _be_called(newcomer, line)
    row = row_of(line)
    if row and State.UNNAMED in row.when:
        return obey(newcomer, line)
    newcomer.refuse(Refusal.NAME_FIRST)
    return Deed.ORDINARY


def _be_called(newcomer: User, name: str) -> Deed:
    door = newcomer.channel
    if isinstance(door, Door) and door.doubts(name):
        newcomer.tell(Greeted(name.strip()))
        return Deed.ORDINARY
    newcomer.say(name)
    return Deed.ORDINARY if newcomer.state is State.FREE else Deed.BAD_NAME
