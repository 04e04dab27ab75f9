"""What a line of the server says: who speaks, who is here, and with whom one is connected."""

from __future__ import annotations

import re

SERVER = "(server): "
GREETING = SERVER + "Hello, "
FAREWELL = SERVER + "Goodbye"
QUESTION = " What is your name?"
ONCE_MORE = " once more, if it is your name."
TAKEN = " is taken."

_NAME = r"([A-Za-z][\w.-]*)"
_SPEAKER = re.compile(rf"(?:\(all\) \* |\* )?{_NAME}(?: \((?:direct|all)\))?(?:: | |:$)", re.ASCII)
_DIRECT = re.compile(rf"{_NAME} \(direct\): ", re.ASCII)
_CONNECTED = re.compile(rf"\(server\): You are now connected to {_NAME}", re.ASCII)
_PARTED = re.compile(
    rf"\(server\): (You said goodbye to {_NAME}|{_NAME} (said goodbye|left|lost the connection))\. You are [A-Z]+\.",
    re.ASCII,
)
_CAME = re.compile(rf"\(server\): (?:{_NAME} joined\.| *\d+ {_NAME} +[A-Z]+)", re.ASCII)
_WENT = re.compile(rf"\(server\): {_NAME} (?:left|lost the connection)\..*", re.ASCII)
_RENAMED = re.compile(rf"\(server\): {_NAME} is now {_NAME}\.", re.ASCII)
_HELLO = re.compile(rf"\(server\): (?:Hello, {_NAME}\. You are user .*|You are now {_NAME}\.)", re.ASCII)


def split_speaker(line: str) -> tuple[str, str, str]:
    """`line` in three: what stands before the name of its speaker, the name (none for the server), and the rest."""
    match = _SPEAKER.match(line)
    return (line[: match.start(1)], match[1], line[match.end(1) :]) if match else (line, "", "")


class Situation:
    """What the lines heard so far say: one's own name, the partner, and who is here."""

    def __init__(self) -> None:
        self.name = ""
        self.partner = ""
        self.users: set[str] = set()

    def hear(self, line: str) -> bool:
        """Take note of `line`; whether it is worth a bell: a direct message, or a session that begins."""
        if not line.startswith(SERVER):
            return _DIRECT.match(line) is not None
        if match := _CONNECTED.fullmatch(line):
            self.partner = match[1]
            return True
        if _PARTED.fullmatch(line):
            self.partner = ""
        if match := _CAME.fullmatch(line):
            self.users.add(match[1] or match[2])
        elif match := _WENT.fullmatch(line):
            self.users.discard(match[1])
        elif match := _RENAMED.fullmatch(line):
            self.users.discard(match[1])
            self.users.add(match[2])
        elif match := _HELLO.fullmatch(line):
            self.users.discard(self.name)
            self.name = match[1] or match[2]
            self.users.add(self.name)
        return False

    def forget(self) -> None:
        """The connection is gone, and with it the session and everybody."""
        self.partner = ""
        self.users.clear()
