"""How often something may happen: a token bucket, kept as one number."""

from __future__ import annotations


class Pace:
    """`burst` tokens at once, then `rate` new ones a second; more may be spent than there are, and is waited for later.

    The generic cell rate algorithm (ITU-T I.371): all that is kept is when the bucket will be full again. Times are in
    seconds of one clock, tokens are whole or not.
    """

    __slots__ = ("_full_at", "_rate", "_slack")

    def __init__(self, burst: float, rate: float) -> None:
        self._rate = rate
        self._slack = (burst - 1) / rate
        self._full_at = 0.0

    def spend(self, tokens: float, now: float) -> None:
        """Take `tokens` out at the time `now`."""
        self._full_at = max(self._full_at, now) + tokens / self._rate

    def wait(self, now: float, tokens: int = 1) -> float:
        """Seconds from `now` until there are so many `tokens`; 0 if there are."""
        return max(0.0, self._full_at - self._slack + (tokens - 1) / self._rate - now)

    def is_full(self, now: float) -> bool:
        """Whether nothing is left of what was spent."""
        return self._full_at <= now
