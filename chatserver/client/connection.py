"""The connection to the server: lines in, lines out, and the question for a name."""

from __future__ import annotations

from typing import Any, Protocol

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure

from chatserver.client.speech import GREETING, ONCE_MORE, QUESTION
from chatserver.client.text import decode


class Face(Protocol):
    """Whoever shows what the server says, and says what the user types."""

    def opened(self, connection: ChatConnection) -> None:
        """There is a connection."""

    def heard(self, line: str) -> None:
        """A line of the server, harmless, without its end."""

    def asked(self, again: bool, line: str) -> None:
        """`line`, heard just now, asks for a name: for the first time, or `again`, since the one that was given cannot
        be had.
        """

    def named(self) -> None:
        """The server has accepted a name."""

    def closed(self, why: str) -> None:
        """The connection is gone; `why` is empty if there is nothing to say about it."""


class ChatConnection(LineReceiver):
    """One connection to a server. Lines are split at LF only."""

    delimiter = b"\n"
    MAX_LENGTH = 1 << 20
    """Bytes of a line of the server; one that is longer ends the connection."""
    transport: Any

    def __init__(self, face: Face) -> None:
        self._face = face
        self._asked = self._named = False

    def connectionMade(self) -> None:
        self._face.opened(self)

    def lineReceived(self, line: bytes) -> None:
        text = decode(line.removesuffix(b"\r"))
        self._face.heard(text)
        if self._named:
            return
        if text.startswith(GREETING):
            self._named = True
            self._face.named()
        elif text.endswith(QUESTION):
            again, self._asked = self._asked, True
            self._face.asked(again, text)
        elif text.endswith(ONCE_MORE):
            self._face.asked(False, text)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if rest := self.clearLineBuffer():
            self._face.heard(decode(rest))
        self._face.closed(_words(reason.value))

    def say(self, line: bytes) -> None:
        """Send a line, given without its end."""
        self.sendLine(line)


def _words(error: BaseException | None) -> str:
    """What `error`, with which a connection ended, has to say: an end that needs no reason says nothing."""
    if isinstance(error, (ConnectionDone, ConnectionLost)):
        return ""
    match error and error.args:
        case [[(*_, str(words)), *_]]:  # pyOpenSSL: a list of (library, function, reason)
            return words
    return str(error)


class ConnectionFactory(Factory):
    """Makes the connections of one face."""

    noisy = False

    def __init__(self, face: Face) -> None:
        self._face = face

    def buildProtocol(self, address: object) -> ChatConnection:
        return ChatConnection(self._face)
