"""What a name may be, and when two names are the same.

Names are ASCII: with other scripts beside Latin, two names could look the same and one speaker pass for another; and a
name has to be typed by everybody who wants to connect to it.
"""

from __future__ import annotations

import re

from chatserver.domain.terms import Refusal

LONGEST = 20
"""The longest name, in characters."""

RESERVED = frozenset(
    {"server", "admin", "root", "system", "all", "everyone", "lobby", "direct", "you", "me", "nobody"}
    | {"status", "get", "connect", "goodbye", "close", "exit", "help"}
)
"""Names that would read as the server, as everybody, or as a command that is a bare word."""
GREETINGS = frozenset({"hello", "hi", "hey", "yes", "no"})
"""What people say to somebody who speaks first, and hardly ever a name."""

_WELL_FORMED = re.compile(rf"[A-Za-z][A-Za-z0-9._-]{{0,{LONGEST - 1}}}")


def key(name: str) -> str:
    """What two names have in common when they are the same name: names are compared without regard to case.

    What is not ASCII is no name, and stays different from every name also where its small letters are the same.
    """
    small = name.lower() if name.isascii() else name
    return name if name == small else small  # the same object: most names need no second one


def objection(name: str) -> Refusal | None:
    """Why nobody can be called this, or None if somebody can."""
    if not name:
        return Refusal.EMPTY_NAME
    if not _WELL_FORMED.fullmatch(name):
        return Refusal.BAD_NAME
    if key(name) in RESERVED:
        return Refusal.RESERVED_NAME
    return None
