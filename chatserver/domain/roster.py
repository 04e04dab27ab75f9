"""The list of users: all of them or some, and never so many that nobody can read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from chatserver.domain import names
from chatserver.domain.events import Entry, Roster
from chatserver.domain.terms import Status

MOST = 200
"""So many are listed; who wants more of them asks for `all`."""
ALL = "all"


def roster(which: str, everybody: Iterable[Entry], online: int) -> Roster:
    """The list of those of `everybody`, who are `online` in number, that `which` asks for, in any letter case: the name
    of a status, or the beginning of a name with a star behind it. Empty or `all`: everybody; `all` lists every one.
    """
    asked = names.key(which)
    chosen = filter(_choice(asked), everybody)
    shown = tuple(chosen) if asked == ALL else tuple(islice(chosen, MOST))
    more = sum(1 for _ in chosen) if asked else online - len(shown)
    return Roster(shown, online, more)


def _choice(asked: str) -> Callable[[Entry], bool]:
    if asked in ("", ALL):
        return lambda entry: True
    if asked.endswith("*"):
        return lambda entry: names.key(entry.name).startswith(asked[:-1])
    return lambda entry: entry.status is Status[asked.upper()]
