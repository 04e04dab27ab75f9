"""The face on a pipe: a line filter that a script can use. Every line of stdin is sent, every line heard is printed."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import connectionDone
from twisted.internet.stdio import StandardIO
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from chatserver.client.connection import ChatConnection
from chatserver.client.options import Exit, Failed
from chatserver.client.speech import FAREWELL, SERVER


@implementer(IHalfCloseableProtocol)
class PipeFace(LineReceiver):
    """stdin and stdout on one side, a connection on the other; whichever is slow holds up the other."""

    delimiter = b"\n"
    MAX_LENGTH = 1 << 30
    transport: StandardIO

    def __init__(self, name: str | None) -> None:
        self._done: Deferred[None] = Deferred()
        self._name = name
        self._failure: Failed | None = Failed(Exit.LOST, "the connection was lost")
        self._stdout_closed = False

    def run(self) -> Deferred[None]:
        """Fires when the connection is closed and everything has been printed, or fails with `Failed`."""
        return self._done

    def leave(self) -> None:
        """Say goodbye."""
        self._failure = None
        self._connection.say(b"/quit")

    def retry_delay(self, attempts: int) -> float:
        """Seconds: long after the end. A filter that lost its connection has lost lines too, and does not go on."""
        return 86400.0

    # The connection.

    def opened(self, connection: ChatConnection) -> None:
        self._connection = connection
        StandardIO(self)
        self.pauseProducing()
        self.transport.registerProducer(connection.transport, True)
        if self._name is None:
            self._begin()

    def heard(self, line: str) -> None:
        self.sendLine(line.encode())
        if line.startswith(FAREWELL):
            self._failure = None

    def asked(self, again: bool, line: str) -> None:
        if self._name is not None and not again:
            self._connection.say(self._name.encode())
        elif self._name is not None:
            self._fail(Exit.NAME_REFUSED, f"the name was refused: {line.removeprefix(SERVER)}")

    def named(self) -> None:
        if self._name is not None:
            self._begin()

    def closed(self, why: str) -> None:
        if why and self._failure and self._failure.status is Exit.LOST:
            self._failure = Failed(Exit.LOST, f"the connection was lost: {why}")
        if self._stdout_closed:
            self._finish()
        else:
            self.transport.unregisterProducer()
            self.transport.loseConnection()

    def _begin(self) -> None:
        self._connection.transport.registerProducer(self, True)
        self.resumeProducing()

    # stdin and stdout.

    def lineReceived(self, line: bytes) -> None:
        self._connection.say(line)

    def readConnectionLost(self) -> None:
        """The end of stdin: an unfinished last line is sent too, and then goodbye."""
        self._connection.transport.unregisterProducer()
        if rest := self.clearLineBuffer():
            self._connection.say(rest)
        self._connection.say(b"/quit")

    def writeConnectionLost(self) -> None:
        self._stdout_closed = True
        if self._failure:
            self._fail(Exit.STDOUT_CLOSED, "stdout was closed")
        else:
            self._connection.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._finish()

    def _finish(self) -> None:
        if self._done.called:
            return
        if self._failure:
            self._done.errback(self._failure)
        else:
            self._done.callback(None)

    def _fail(self, status: Exit, sentence: str) -> None:
        self._failure = Failed(status, sentence)
        self._connection.transport.abortConnection()
