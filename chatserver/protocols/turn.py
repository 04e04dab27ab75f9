"""What one turn of the reactor wants to tell everybody: broadcasts are joined once, and everybody is sent to once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
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
    take K x N; and the same bytes serve all of them.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self.number = 0
        """How many broadcasts there are in this turn up to now."""
        self._broadcasts: list[bytes] = []
        self._joined = b""
        self._ends = [0]
        """Where each of the joined broadcasts ends, behind the start of the first."""
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
        self._broadcasts.append(data)
        self.number += 1
        if not self._is_due:
            self._be_due()

    def touch(self, mailbox: Mailbox) -> None:
        """This one needs something else than exactly the broadcasts."""
        mailbox.is_touched = True
        self._touched.append(mailbox)
        if not self._is_due:
            self._be_due()

    def part(self, start: int, end: int) -> memoryview:
        """The broadcasts from number `start` up to `end`: a view of bytes that all share."""
        if len(self._ends) <= self.number:
            self._joined = b"".join(self._broadcasts)
            self._ends = [0, *accumulate(map(len, self._broadcasts))]
        return memoryview(self._joined)[self._ends[start] : self._ends[end]]

    def next(self, action: Callable[[], None]) -> None:
        """Do something in the next turn."""
        self._clock.callLater(0, action)

    def end(self) -> None:
        """Send all."""
        self._is_due = False
        touched, self._touched = self._touched, []
        if self.number:
            self.part(0, self.number)
            for mailbox in self._members:
                if not mailbox.is_touched:
                    mailbox.put(self._joined)
        for mailbox in touched:
            mailbox.flush()
        self._broadcasts.clear()
        self.number = 0
        self._joined = b""
        self._ends = [0]

    def _be_due(self) -> None:
        self._is_due = True
        self._clock.callLater(0, self.end)
