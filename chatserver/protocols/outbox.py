"""What one user is to be sent: their own lines and the broadcasts, in the order of the telling."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from twisted.python.failure import Failure

from chatserver.protocols.manners import UNREAD_SOFT
from chatserver.protocols.outlet import Bytes, Outlet
from chatserver.protocols.turn import Turn


class Owner(Protocol):
    """Whose outbox it is."""

    def go_on(self) -> None:
        """It has been full, by what it collected, and is not any more."""

    def fail(self, bug: Failure) -> None:
        """There is a bug in sending."""


class Outbox:
    """Collects; the end of the turn sends. Who only reads along has nothing here and costs nothing but the sending.

    A bug in sending to this user is this user's alone.
    """

    __slots__ = ("_flushed", "_is_member", "_outlet", "_owner", "_pieces", "_turn", "is_touched", "sent", "woven")

    def __init__(self, turn: Turn, outlet: Outlet, owner: Owner) -> None:
        self.is_touched = False
        self.sent = 0
        """Bytes of this user's own lines, in all."""
        self._flushed = 0
        self._owner = owner
        self._turn = turn
        self._outlet = outlet
        self._pieces: list[bytes | tuple[int, int]] = []
        """Lines of this user's own, and from which to which broadcast of the turn."""
        self.woven = 0
        """How many of the turn's broadcasts are among the pieces, or sent, or left out."""
        self._is_member = False

    @property
    def is_full(self) -> bool:
        """Whether so much is unread, or waits for the end of the turn, that nothing more should be asked for."""
        return self._outlet.is_full or self.sent - self._flushed > UNREAD_SOFT

    def allow(self, unread: int) -> None:
        """Let so many bytes be unread from now on."""
        self._outlet.allowance = unread

    def send(self, data: bytes) -> None:
        """Send whole lines to this user."""
        if not self.is_touched or self._turn.number:
            self._weave(self._turn.number)
        self._pieces.append(data)
        self.sent += len(data)

    def join(self) -> None:
        """From now on the broadcasts, too."""
        self._weave(0)
        self.woven = self._turn.number
        self._is_member = True
        self._turn.join(self)

    def leave(self) -> None:
        """From now on no broadcasts."""
        self._weave(self._turn.number)
        self._is_member = False
        self._turn.leave(self)

    def leave_out(self) -> None:
        """All but the latest broadcast."""
        self._weave(self._turn.number - 1)
        self.woven = self._turn.number

    def put(self, data: Bytes) -> None:
        """Send this at once."""
        self._turn.sent += len(data)
        try:
            self._outlet.write(data)
        except Exception:
            self._fail()

    def flush(self) -> None:
        """Send what was collected: the turn is over."""
        try:
            self._weave(self._turn.number)
            self._write()
        except Exception:
            self._fail()
        self.is_touched = False
        collected, self._flushed = self.sent - self._flushed, self.sent
        if collected > UNREAD_SOFT and not self._outlet.is_full:
            self._turn.next(self._owner.go_on)

    def close(self) -> None:
        """Send what was collected, and then nothing more."""
        self._write()
        self._outlet.close()

    def _fail(self) -> None:
        """What is just being handled is a bug: it costs this user the connection, once all others are sent to."""
        self._turn.next(partial(self._owner.fail, Failure()))  # type: ignore[no-untyped-call]  # in Twisted

    def _write(self) -> None:
        collected, self._pieces = self._pieces, []
        pieces = [piece if isinstance(piece, bytes) else self._turn.part(*piece) for piece in collected]
        if len(pieces) > 1 and sum(map(len, pieces)) <= UNREAD_SOFT:
            pieces = [b"".join(pieces)]
        for piece in pieces:
            if piece:
                self._turn.sent += len(piece)
                self._outlet.write(piece)

    def _weave(self, number: int) -> None:
        """Take in the first `number` broadcasts of the turn, as far as they are not in yet."""
        if not self.is_touched:
            self._turn.touch(self)
        if self._is_member and self.woven < number:
            self._pieces.append((self.woven, number))
            self.woven = number
