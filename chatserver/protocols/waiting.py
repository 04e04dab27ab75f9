"""Who waits at which place, and for how long: asked and told without looking through them."""

from __future__ import annotations

from collections import OrderedDict
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

One = TypeVar("One")


class Waiting(Generic[One]):
    """Those who wait, each at one place, in the order in which they came.

    No method takes longer the more there are, but for a heap's few comparisons: where most wait is the top of a heap.
    What has changed there since it was put in is found out when it comes to the top.
    """

    def __init__(self) -> None:
        self._places: dict[One, str] = {}
        self._at: dict[str, OrderedDict[One, int]] = {}
        """Who waits at each place, in order, each with the number of their coming."""
        self._numbers = count()
        self._heap: list[tuple[int, int, str]] = []
        """How many there were at a place, negated, when the first of them had come, and the place."""

    def __len__(self) -> int:
        return len(self._places)

    def number_at(self, place: str) -> int:
        """How many wait there."""
        return len(self._at.get(place, ()))

    def longest_at(self, place: str) -> One:
        """Who has waited there for longest; somebody has to."""
        return next(iter(self._at[place]))

    def longest_where_most(self) -> One:
        """Who has waited for longest where most wait, or at all such places; somebody has to wait."""
        while self._heap[0] != self._standing(self._heap[0][2]):
            heappop(self._heap)
        return self.longest_at(self._heap[0][2])

    def add(self, one: One, place: str) -> None:
        """`one`, who waits nowhere, waits at `place` from now on."""
        self._places[one] = place
        self._at.setdefault(place, OrderedDict())[one] = next(self._numbers)
        self._note(place)

    def discard(self, one: One) -> None:
        """`one` does not wait any more, or never did."""
        place = self._places.pop(one, None)
        if place is not None:
            del self._at[place][one]
            if self._at[place]:
                self._note(place)
            else:
                del self._at[place]

    def _standing(self, place: str) -> tuple[int, int, str] | None:
        here = self._at.get(place)
        return (-len(here), next(iter(here.values())), place) if here else None

    def _note(self, place: str) -> None:
        standing = self._standing(place)
        if standing and len(self._heap) <= 2 * len(self._places):
            heappush(self._heap, standing)
        else:  # most of it is out of date
            self._heap = [standing for other in self._at if (standing := self._standing(other))]
            heapify(self._heap)
