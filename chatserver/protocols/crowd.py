"""Everybody who is here, as readers: an announcement is put into words and bytes once for all of them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Protocol, cast

from chatserver.domain.events import Event
from chatserver.domain.ports import Audience
from chatserver.domain.terms import Ending
from chatserver.domain.user import User
from chatserver.protocols.journal import Journal
from chatserver.protocols.outbox import Outbox
from chatserver.protocols.text import encode
from chatserver.protocols.turn import Turn


class Reader(Audience, Protocol):
    """An audience that takes what it reads as bytes, too."""

    peer: str
    """The address and port that it reads at, as the log shows them."""

    outbox: Outbox
    """Where broadcasts are put in for this reader."""


class Crowd:
    """The `chatserver.domain.ports.Crowd` of readers at the end of a connection; the journal hears of all of it."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._readers: dict[User, Reader] = {}
        self._journal = Journal()

    def join(self, member: User) -> None:
        reader = self._readers[member] = cast(Reader, member.audience)
        reader.outbox.join()
        self._journal.joined(member, reader.peer, len(self._readers))

    def leave(self, member: User, ending: Ending) -> None:
        reader = self._readers.pop(member)
        reader.outbox.leave()
        self._journal.left(member, ending, reader.peer, len(self._readers))

    def rename(self, member: User, old: str) -> None:
        self._journal.renamed(member, old)

    def pair(self, member: User, partner: User) -> None:
        self._journal.paired(member, partner)

    def part(self, member: User, partner: User, ending: Ending) -> None:
        self._journal.parted(member, partner, ending)

    def announce(self, event: Event, omit: AbstractSet[User]) -> None:
        self._turn.broadcast(encode(event))
        for member in omit:
            self._readers[member].outbox.leave_out()
