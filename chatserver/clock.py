"""The clock that durations go by."""

from __future__ import annotations

import time
from typing import Any


def measure_by_monotonic_time(reactor: Any) -> None:
    """Let everything that `reactor` schedules or is asked the time for go by a clock that nobody can set.

    Twisted's reactors go by the time of day. Set back by an hour, by NTP or on a machine that was asleep, that holds
    up for an hour whatever is to happen in a second; set forward, everybody's time is up at once. To be called before
    anything is scheduled, since what is scheduled by one clock never comes, or comes too soon, by the other.
    """
    reactor.seconds = time.monotonic
