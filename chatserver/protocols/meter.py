"""What a server has done since it started, in numbers; the metrics show them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IReactorTime

from chatserver.language.deeds import Deed
from chatserver.protocols.turn import Turn

if TYPE_CHECKING:
    from chatserver.protocols.inbox import Inbox

LOGIN_SECONDS = (0.01, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)
"""From the connection to the name: programs take milliseconds, people some seconds."""
FLUSH_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
"""A turn with one line takes some microseconds, a slice of a broadcast one or two milliseconds."""


class Histogram:
    """Counts what is observed by the first of `bounds` that it does not exceed."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        """One for each bound, and one for what is above all of them."""
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """There is one more."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


class Meter:
    """Counters that all connections of a server share."""

    __slots__ = ("lines", "logins", "received", "waiting")

    def __init__(self) -> None:
        self.lines = dict.fromkeys(Deed, 0)
        """Lines that were handled, by what was done about them."""
        self.logins = Histogram(LOGIN_SECONDS)
        """Seconds from the connection to the name."""
        self.received = 0
        """Bytes."""
        self.waiting: set[Inbox] = set()
        """Where lines wait."""


class TimedTurn(Turn):
    """A turn that takes the time."""

    def __init__(self, clock: IReactorTime, timer: Callable[[], float]) -> None:
        super().__init__(clock)
        self.flushes = Histogram(FLUSH_SECONDS)
        """Seconds that the end of a turn took: so long what was said in it waited to be sent."""
        self._timer = timer

    def end(self) -> None:
        began = self._timer()
        super().end()
        self.flushes.observe(self._timer() - began)
