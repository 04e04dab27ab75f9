"""What people did and read: the history that the checker looks at."""

import re
from dataclasses import dataclass, field
from functools import cached_property

MESSAGE = re.compile(r"(u\d+)( \(direct\)| \(all\))?: m(\d+)$")
CONNECTED = re.compile(r"\(server\): You are now connected to (u\d+)$")
PARTED = re.compile(
    r"\(server\): (?:You said goodbye to (u\d+)|(u\d+) (?:said goodbye|left|lost the connection))\. You are [A-Z]+\.$"
)
NEWS = re.compile(
    r"\(server\): (?:u\d+ (?:joined|left|lost the connection|is user \d+\. goodbye ends it)\.$|Welcome to |Hello, )"
)
FENCE = re.compile(r"\(server\): pong (\d+)$")
NOT_ASKED_FOR = (MESSAGE.match, NEWS.match, CONNECTED.match, lambda line: (match := PARTED.match(line)) and match[2])
KINDS = {None: "say", " (direct)": "dm", " (all)": "bc"}


def partner_after(line, partner):
    """Whom a reader is in a session with who has read `line`, and was with `partner` before."""
    if match := CONNECTED.match(line):
        return match[1]
    return None if PARTED.match(line) else partner


@dataclass
class Command:
    """Something that somebody sent whole, with a /ping behind it. `at` counts the steps of the crowd."""

    kind: str
    at: int
    target: str = ""
    message: int = 0
    lines: int = 1
    """More than one where several lines were pasted at once; each is a message."""

    @property
    def messages(self):
        """The numbers of the messages that were said."""
        return range(self.message, self.message + self.lines) if self.message else ()


@dataclass
class Window:
    """What was read between one answered /ping and the next, that is while one command was handled."""

    command: Command
    lines: list[str]
    partner: str | None
    """Whom the reader was in a session with at the beginning."""

    @cached_property
    def replies(self):
        """The lines that answer the command: nobody else has caused them."""
        return [line for line in self.lines if not any(news(line) for news in NOT_ASKED_FOR)]

    @cached_property
    def partners(self):
        """Everybody with whom the reader was in a session in this time, in order; None is nobody."""
        partners = [self.partner]
        for line in self.lines:
            partner = partner_after(line, partners[-1])
            if partner != partners[-1]:
                partners.append(partner)
        return partners


@dataclass
class Stay:
    """One connection from the name to the end."""

    name: str
    commands: list[Command] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    greeted_at: int | None = None
    stayed: bool = False
    """Whether it was there to the very end, and has read everything."""

    @cached_property
    def messages(self):
        """(sender, kind, message) of every line that somebody else spoke, in order."""
        found = (MESSAGE.match(line) for line in self.lines)
        return [(match[1], KINDS[match[2]], int(match[3])) for match in found if match]

    @cached_property
    def heard_in_sessions(self):
        """(partner, sender) of every line that was spoken in a session: with whom it was, and who spoke."""
        partner, heard = None, []
        for line in self.lines:
            partner = partner_after(line, partner)
            match = MESSAGE.match(line)
            if match and KINDS[match[2]] == "say":
                heard.append((partner, match[1]))
        return heard

    @cached_property
    def windows(self):
        """One for each command that is known to have been handled."""
        windows, lines, partner, number = [], [], None, 0
        for line in self.lines:
            match = FENCE.match(line)
            if not match:
                lines.append(line)
                continue
            if number < len(self.commands):
                windows.append(Window(self.commands[number], lines, partner))
                partner = windows[-1].partners[-1]
            number += 1
            lines = []
        return windows

    @property
    def partner(self):
        """Whom this one was in a session with in the end."""
        return self.windows[-1].partners[-1] if self.windows else None
