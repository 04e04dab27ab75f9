"""What one turn of the reactor wants to tell everybody: broadcasts are joined once, and everybody is sent to once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.interfaces import IReactorTime


class Mailbox(Protocol):
    """What a user is to be sent, seen from the turn."""

    is_touched: bool
    """Whether it is to be sent something else than exactly the broadcasts."""

    def put(self, data: bytes) -> None:
        """Send this at once."""

    def flush(self) -> None:
        """Send what is to be sent."""


class Turn:
    """Shared by all outboxes of a server. Takes K + N steps for K broadcasts to N members, where telling each would
    take K x N; and the same bytes serve all that need nothing else.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self.broadcasts: list[bytes] = []
        self._members: dict[Mailbox, None] = {}
        self._touched: list[Mailbox] = []
        self._clock = clock
        self._is_due = False

    def join(self, mailbox: Mailbox) -> None:
        """From now on this one is sent the broadcasts."""
        self._members[mailbox] = None

    def leave(self, mailbox: Mailbox) -> None:
        """From now on no more."""
        self._members.pop(mailbox, None)

    def broadcast(self, data: bytes) -> None:
        """Send `data`, whole lines, to all members."""
        self.broadcasts.append(data)
        self._be_due()

    def touch(self, mailbox: Mailbox) -> None:
        """This one needs something else than exactly the broadcasts."""
        mailbox.is_touched = True
        self._touched.append(mailbox)
        self._be_due()

    def next(self, action: Callable[[], None]) -> None:
        """Do something in the next turn."""
        self._clock.callLater(0, action)

    def end(self) -> None:
        """Send all."""
        self._is_due = False
        if self.broadcasts:
            everything = b"".join(self.broadcasts)
            for mailbox in self._members:
                if not mailbox.is_touched:
                    mailbox.put(everything)
        touched, self._touched = self._touched, []
        for mailbox in touched:
            mailbox.flush()
        self.broadcasts.clear()

    def _be_due(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._clock.callLater(0, self.end)
