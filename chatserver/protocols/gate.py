"""Who may come in: how many there can be, in all and from one place.

What is done for one connection takes no longer the more others there are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Protocol

from twisted.internet.interfaces import IAddress, IReactorTime

from chatserver.domain.farewells import Farewell, MadeRoom, ServerFull, TooManyHere, TooManyLately
from chatserver.protocols.address import Network, source_of
from chatserver.protocols.manners import Manners
from chatserver.protocols.pace import Pace
from chatserver.protocols.waiting import Waiting

MOST_REMEMBERED = 10_000
"""Places from which nobody is here any more, of which the gate remembers for a minute how many came."""


class Visitor(Protocol):
    """A connection, seen from the gate. Behind a proxy its address is that of the proxy at first."""

    @property
    def address(self) -> IAddress:
        """Where it comes from."""

    def turn_away(self, why: Farewell) -> None:
        """Dismiss whoever is there."""


class _Place:
    """Who is here from one address, or one network."""

    __slots__ = ("number", "pace", "source")

    def __init__(self, source: str, per_minute: int) -> None:
        self.source = source
        self.number = 0
        self.set_pace(per_minute)

    def set_pace(self, per_minute: int) -> None:
        self.pace = Pace(per_minute, per_minute / 60) if per_minute else None


class Gate:
    """Counts connections. `capacity` is how many there can be in all; loopback, UNIX sockets and `trusted` networks are
    not counted by place. Beyond the capacity there can be `refused` connections, which are told why they cannot stay;
    those beyond these are cut without a word.
    """

    def __init__(
        self,
        manners: Manners,
        clock: IReactorTime,
        capacity: int = 1_000_000,
        trusted: Iterable[Network] = (),
        refused: int = 60,
    ) -> None:
        self._manners = manners
        self._clock = clock
        self.most = capacity + refused
        """Connections that there should ever be."""
        self._capacity = capacity
        self._trusted = tuple(trusted)
        self._inside: dict[Visitor, _Place | None] = {}
        self._places: dict[str, _Place] = {}
        self._left: OrderedDict[str, None] = OrderedDict()
        """Sources of places where nobody is any more, in the order in which they were left."""
        self._newcomers: Waiting[Visitor] = Waiting()
        """Who has no name yet, by the source of their place."""
        self._unplaced: set[Visitor] = set()
        """Whose proxy has not said yet where they are from."""

    def follow(self, manners: Manners, trusted: Iterable[Network]) -> None:
        """Let in by other limits from now on. Who is inside stays, and is counted as before."""
        if manners.per_minute != self._manners.per_minute:
            for place in self._places.values():
                place.set_pace(manners.per_minute)
        self._manners = manners
        self._trusted = tuple(trusted)

    def enter(self, visitor: Visitor, *, may_move: bool = False) -> Farewell | None:
        """Let a new connection in, or say why not; another one may have to make room for it.

        One that `may_move` comes by a proxy which has not said yet where it is from.
        """
        source = source_of(visitor.address, self._trusted)
        if source:
            return self._let_in(visitor, self._place(source))
        if len(self._inside) >= self._capacity and not self._make_room():
            return ServerFull(self._capacity)
        self._inside[visitor] = None
        if may_move:
            self._unplaced.add(visitor)
        return None

    def look_again(self, visitor: Visitor) -> Farewell | None:
        """A proxy has said where a visitor is from; perhaps they cannot stay."""
        if visitor not in self._unplaced:
            return None
        self._unplaced.discard(visitor)
        source = source_of(visitor.address, self._trusted)
        return self._let_in(visitor, self._place(source)) if source else None

    def settle(self, visitor: Visitor) -> None:
        """One that is no newcomer any more: it has a name, or is to go."""
        self._unplaced.discard(visitor)
        self._newcomers.discard(visitor)

    def leave(self, visitor: Visitor) -> None:
        """A connection is gone, or was never let in."""
        self.settle(visitor)
        if place := self._inside.pop(visitor, None):
            place.number -= 1
            self._forget(place)

    def _let_in(self, visitor: Visitor, place: _Place) -> Farewell | None:
        if why := self._objection(place):
            return why
        is_full = visitor not in self._inside and len(self._inside) >= self._capacity
        if 0 < self._manners.newcomers_per_address <= self._newcomers.number_at(place.source):
            self._turn_away(self._newcomers.longest_at(place.source))
        elif (is_full or 0 < self._manners.newcomers <= len(self._newcomers)) and not self._make_room():
            return ServerFull(self._capacity)
        if place.pace:
            place.pace.spend(1, self._clock.seconds())
        place.number += 1
        self._places[place.source] = self._inside[visitor] = place
        self._newcomers.add(visitor, place.source)
        self._left.pop(place.source, None)
        return None

    def _place(self, source: str) -> _Place:
        return self._places.get(source) or _Place(source, self._manners.per_minute)

    def _objection(self, place: _Place) -> Farewell | None:
        manners = self._manners
        if place.pace and place.pace.wait(self._clock.seconds()):
            return TooManyLately(manners.per_minute)
        if 0 < manners.per_address <= place.number:
            return TooManyHere(manners.per_address)
        return None

    def _make_room(self) -> bool:
        """Turn away the newcomer, if there is one, that has waited for longest at the place with most of them: no place
        can take the room of all others.
        """
        if self._newcomers:
            self._turn_away(self._newcomers.longest_where_most())
            return True
        return False

    def _turn_away(self, newcomer: Visitor) -> None:
        self.settle(newcomer)
        newcomer.turn_away(MadeRoom())

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
