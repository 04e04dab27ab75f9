"""The closed sets of words that the whole program shares."""

from __future__ import annotations

from enum import Enum, auto


class State(Enum):
    """Where a user stands; what a typed line means depends on it."""

    UNNAMED = auto()
    """Has not been let in yet: the next line is a name."""
    FREE = auto()
    """Is here and in no session."""
    BUSY = auto()
    """Is in a session."""
    GONE = auto()
    """Has left; whatever still arrives is not for anybody."""


class Status(Enum):
    """What others see of a user in the list."""

    FREE = auto()
    BUSY = auto()
    AWAY = auto()


class Ending(Enum):
    """How a session, or a user's whole stay, came to its end."""

    GOODBYE = auto()
    """One of the two ended the session; both are still here."""
    LEFT = auto()
    """One left on purpose."""
    LOST = auto()
    """One lost the connection."""
    STOPPED = auto()
    """The server stopped."""


class Refusal(Enum):
    """Why something that a user asked for was not done. Each has a sentence of its own."""

    NAME_FIRST = auto()
    EMPTY_NAME = auto()
    BAD_NAME = auto()
    RESERVED_NAME = auto()
    TAKEN_NAME = auto()
    NOBODY = auto()
    CALLING_YOURSELF = auto()
    BUSY = auto()
    AWAY = auto()
    YOU_ARE_BUSY = auto()
    NO_SESSION = auto()
    NOT_SENT = auto()
    SESSION_ENDED = auto()
    NOT_CONNECTED = auto()
    UNFINISHED_LINE = auto()
    NICK_IN_SESSION = auto()
    NOBODY_TO_REPLY_TO = auto()
    IGNORING_YOURSELF = auto()
    IGNORED_BY_YOU = auto()
    NOT_IGNORED = auto()
