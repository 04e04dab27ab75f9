"""What one user may do to the server and to everybody else on it: every limit, with its reason.

Each field of `Manners` is an option of `twistd chat`, its name with hyphens: see `docs/operating.rst`.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any

from chatserver.language.deeds import Deed

COST = {
    Deed.NOTHING: 0,
    Deed.ORDINARY: 1,
    Deed.IN_SESSION: 1,
    Deed.DIRECT: 1,
    Deed.TO_ALL: 5,  # everybody has to read it
    Deed.IN_LOBBY: 2,  # as well, but it is what a lobby is for
    Deed.NEW_NAME: 5,
    Deed.BAD_NAME: 1,
    Deed.UNKNOWN: 2,  # nobody types many of these; a program that speaks something else does
}
"""Tokens of the pace that a line costs."""
ANSWER_BYTES = 4096
"""Bytes of answers for which a line costs another token: a long list is more work than a short one."""
UNREAD_SOFT = 65536
"""Bytes that a transport is given at a time, as Twisted's own limit is; while more is kept a user's own lines wait."""
UNREAD_SECONDS = 0.5
"""Who has more unread than the limit is looked at so often: one who takes `UNREAD_SOFT` bytes in this time is reading,
and is not cut for a burst. What is kept of broadcasts is shared, and costs little."""
UNREAD_BURST = 16
"""So many times the limit may be unread by one who is reading."""
STUCK_SECONDS = 120.0
"""Who takes nothing of what is unread for so long is cut, however little it is: nobody reads there any more."""
PATIENCE = 65536
"""Bytes without a line end after which a peer is not taken for somebody who types."""
FLUSH_SECONDS = 2.0
"""A connection that is to be closed gets so long to read what was sent to it."""
LAST_ANSWERS_SECONDS = 60.0
"""A connection that its peer has half-closed (`nc -N`) gets so long, since the answers are all that the peer wants."""


def _limit(default: int, help: str, least: int = 0, most: int = 1_000_000) -> Any:
    return field(default=default, metadata={"help": help, "least": least, "most": most})


@dataclass(frozen=True)
class Manners:
    """The limits. 0 switches off those that can be off."""

    max_line: int = _limit(4096, "Bytes that a line can have.", 64, 65536)
    """Every command has to fit, and nobody can type more than the upper bound."""
    pace: int = _limit(5, "Lines a second that a user can send for long; 0: no limit.")
    """More than somebody types, less than hurts. With one client flooding, another one's round trip was 163 ms however
    fast the server was, and 0.3 ms with a pace that stops reading."""
    burst: int = _limit(20, "Lines that a user can send at once.", 1)
    """A pasted paragraph, or what a script has to say, goes through at once."""
    max_unread: int = _limit(262144, "Bytes that a user can leave unread beyond the first 64 KiB.", 65536, 1 << 30)
    """Everybody pasting at once is not so much, and one that never reads costs no more than this and 64 KiB."""
    login_timeout: int = _limit(30, "Seconds that a newcomer has to give a name; 0: no limit.")
    """A connection without a name is of no use to anybody, and holds a place."""
    bad_names: int = _limit(5, "Names that a newcomer can have refused; 0: no limit.")
    """Who tries more is trying out who is here."""
    newcomers_per_address: int = _limit(16, "Connections without a name from one address; 0: no limit.")
    """When there are more, the one that has waited for longest is closed: a class behind one router still gets in."""
    newcomers: int = _limit(512, "Connections without a name in all; 0: no limit.")
    """The same for all addresses together, at the cost of the one that has most: nobody can lock everybody out."""
    per_address: int = _limit(64, "Connections from one address; 0: no limit.")
    """A school behind one router; not one machine that takes every place."""
    per_minute: int = _limit(120, "New connections from one address a minute; 0: no limit.")
    """Logging in is the dearest thing that a connection can ask for."""
    idle_timeout: int = _limit(0, "Seconds of silence after which a user has to leave; 0: no limit.")
    """Off: one who reads along is welcome. A gone one is noticed by the keepalive."""


def limits() -> tuple[Field[int], ...]:
    """The fields of `Manners`: each with its help and its bounds, for the command line."""
    return fields(Manners)
