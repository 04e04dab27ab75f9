"""Who may come in: how many there can be, in all and from one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from twisted.internet.interfaces import IAddress, IReactorTime

from chatserver.domain.farewells import Farewell, MadeRoom, ServerFull, TooManyHere, TooManyLately
from chatserver.protocols.address import Network, source_of
from chatserver.protocols.manners import Manners
from chatserver.protocols.pace import Pace

MOST_REMEMBERED = 10_000
"""Places from which nobody is here any more, of which the gate remembers for a minute how many came."""


class Visitor(Protocol):
    """A connection, seen from the gate."""

    @property
    def address(self) -> IAddress:
        """Where it comes from."""

    def turn_away(self, why: Farewell) -> None:
        """Dismiss whoever is there."""


class _Place:
    """Who is here from one address, or one network."""

    __slots__ = ("newcomers", "number", "pace", "source")

    def __init__(self, source: str, per_minute: int) -> None:
        self.source = source
        self.number = 0
        self.newcomers = 0
        self.pace = Pace(per_minute, per_minute / 60) if per_minute else None


class Gate:
    """Counts connections. `capacity` is how many there can be in all; loopback, UNIX sockets and `trusted` networks are
    not counted by place.
    """

    def __init__(
        self, manners: Manners, clock: IReactorTime, capacity: int = 1_000_000, trusted: Iterable[Network] = ()
    ) -> None:
        self._manners = manners
        self._clock = clock
        self._capacity = capacity
        self._trusted = tuple(trusted)
        self._inside: dict[Visitor, _Place | None] = {}
        self._places: dict[str, _Place] = {}
        self._left: dict[str, None] = {}
        """Sources of places where nobody is any more, in the order in which they were left."""
        self._newcomers: dict[Visitor, _Place] = {}
        """Who has no name yet, in the order in which they came."""

    def enter(self, visitor: Visitor) -> Farewell | None:
        """Let a new connection in, or say why not; another one may have to make room for it."""
        if len(self._inside) >= self._capacity:
            return ServerFull(self._capacity)
        source = source_of(visitor.address, self._trusted)
        place = self._place(source) if source else None
        if place:
            if why := self._objection(place):
                return why
            self._make_room(place)
            self._count(visitor, place)
        self._inside[visitor] = place
        return None

    def name(self, visitor: Visitor) -> None:
        """A newcomer has a name now."""
        if place := self._newcomers.pop(visitor, None):
            place.newcomers -= 1

    def leave(self, visitor: Visitor) -> None:
        """A connection is gone, or was never let in."""
        self.name(visitor)
        if place := self._inside.pop(visitor, None):
            place.number -= 1
            self._forget(place)

    def _place(self, source: str) -> _Place:
        if source not in self._places:
            self._places[source] = _Place(source, self._manners.per_minute)
        return self._places[source]

    def _objection(self, place: _Place) -> Farewell | None:
        manners = self._manners
        if place.pace and place.pace.wait(self._clock.seconds()):
            return TooManyLately(manners.per_minute)
        if 0 < manners.per_address <= place.number:
            return TooManyHere(manners.per_address)
        return None

    def _make_room(self, place: _Place) -> None:
        """Where too many have no name yet, the longest-waiting one of the place with the most of them has to go."""
        if 0 < self._manners.newcomers_per_address <= place.newcomers:
            longest = next(visitor for visitor in self._newcomers if self._newcomers[visitor] is place)
        elif 0 < self._manners.newcomers <= len(self._newcomers):
            longest = max(self._newcomers, key=lambda visitor: self._newcomers[visitor].newcomers)
        else:
            return
        self.name(longest)
        longest.turn_away(MadeRoom())

    def _count(self, visitor: Visitor, place: _Place) -> None:
        if place.pace:
            place.pace.spend(1, self._clock.seconds())
        place.number += 1
        place.newcomers += 1
        self._newcomers[visitor] = place
        self._left.pop(place.source, None)

    def _forget(self, place: _Place) -> None:
        """Forget the places where nobody is and from which nobody came lately."""
        if not place.number:
            self._left[place.source] = None
        now = self._clock.seconds()
        while self._left:
            source = next(iter(self._left))
            pace = self._places[source].pace
            if pace and not pace.is_full(now) and len(self._left) <= MOST_REMEMBERED:
                break
            del self._left[source], self._places[source]
