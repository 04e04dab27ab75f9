"""What a line does to everybody else, in kinds."""

from __future__ import annotations

from enum import Enum, auto


class Deed(Enum):
    """What was done about a line. How much of each is too much is for the protocols to say."""

    NOTHING = auto()
    """No line at all."""
    ORDINARY = auto()
    """Nobody but the speaker and one other heard of it."""
    TO_ALL = auto()
    """Everybody heard of it, by a command."""
    IN_LOBBY = auto()
    """Everybody heard of it, since there plain lines go to everybody."""
    BAD_NAME = auto()
    """It was meant as a name, and is none or is taken."""
    UNKNOWN = auto()
    """It looked like a command and is none."""
