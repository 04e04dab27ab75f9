"""Who was refused and why, in the log, without letting anybody fill it."""

from __future__ import annotations

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

PERIOD_SECONDS = 60.0
"""Each source has one line in this time, and then one that counts the others."""
MOST_SOURCES = 1000
"""Sources that have a line of their own at a time; the others share one."""


class Refusals:
    """Logs one line a source a minute, with a count."""

    _log = Logger()

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._more: dict[str, int] = {}
        self._periods: dict[str, IDelayedCall] = {}

    def note(self, source: str, why: str) -> None:
        """Somebody at `source` was refused, or cut. Neither text has anything in it that a user typed."""
        if source not in self._more and len(self._more) >= MOST_SOURCES:
            source = "other addresses"
        if source in self._more:
            self._more[source] += 1
            return
        self._log.warn("refused {address}: {reason}", event="refused", address=source, reason=why)
        self._more[source] = 0
        self._periods[source] = self._clock.callLater(PERIOD_SECONDS, self._sum_up, source)

    def close(self) -> None:
        """Say what is left to say."""
        for source, period in tuple(self._periods.items()):
            period.cancel()
            self._sum_up(source)

    def _sum_up(self, source: str) -> None:
        del self._periods[source]
        if number := self._more.pop(source):
            self._log.warn("refused {address} {number} more times", event="refused", address=source, number=number)
