"""What a line does to everybody else, in kinds."""

from __future__ import annotations

from enum import IntEnum, auto


class Deed(IntEnum):
    """What was done about a line. How much of each is too much is for the protocols to say.

    A number only because that is looked up faster, which is done for each line.
    """

    NOTHING = auto()
    """No line at all."""
    ORDINARY = auto()
    """Nobody but the speaker heard of it, or one other heard that something has changed."""
    IN_SESSION = auto()
    """The partner heard it."""
    DIRECT = auto()
    """It was meant for one user, who heard it if there is one."""
    TO_ALL = auto()
    """Everybody heard it, by a command."""
    IN_LOBBY = auto()
    """Everybody heard of it, since there plain lines go to everybody."""
    NEW_NAME = auto()
    """It asked for another name, of which everybody hears."""
    BAD_NAME = auto()
    """It was meant as a name, and is none or is taken, or there is no room."""
    UNKNOWN = auto()
    """It looked like a command and is none."""
