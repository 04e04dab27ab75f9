"""What is told in one turn of the reactor: everybody is sent to once, and what all are told is joined once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Protocol

from twisted.internet.interfaces import IReactorTime

from chatserver.protocols.outlet import Bytes

SLICE = 256
"""Members who are sent a batch at a time: a millisecond or so. Then whoever has said something meanwhile is heard."""
MOST_WAITS = 8
"""Turns that a batch for a large crowd waits for more while more comes; without any a turn takes some microseconds."""


class Mailbox(Protocol):
    """What a user is to be sent, seen from the turn."""

    is_touched: bool
    """Whether there are lines of the user's own in this turn."""
    woven: int
    """How many of the broadcasts that are collected the user has got, or is not to get; the turn sets it back to 0."""

    def put(self, data: Bytes) -> None:
        """Send this at once."""

    def flush(self) -> None:
        """Send what is the user's own, and the broadcasts up to now with it."""


class Turn:
    """Shared by all outboxes of a server. Takes K + N steps for K broadcasts to N members, where telling each would
    take K x N; and the same bytes serve all of them.

    At the end of a turn of the reactor the lines of users' own are sent, and the broadcasts become a batch, which is
    sent to all members, a slice of them in each turn; what is broadcast meanwhile is collected for the next batch.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self.number = 0
        """How many broadcasts are collected."""
        self.sent = 0
        """Bytes for all users together, since the server started."""
        self._broadcasts: list[bytes] = []
        self._joined = b""
        self._ends = [0]
        """Where each of the joined broadcasts ends, behind the start of the first."""
        self._members: dict[Mailbox, None] = {}
        self._touched: list[Mailbox] = []
        self._ahead: dict[Mailbox, None] = {}
        """Who has got some of the broadcasts that are collected."""
        self._seen = self._waited = 0
        """How many were collected a turn ago, and for how many turns they have waited for more."""
        self._batch: dict[Mailbox, Bytes] = {}
        """Who is still to be sent the batch, and what of it."""
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
        """This one is to be sent something of its own; what was told before that, is sent before it."""
        mailbox.is_touched = True
        self._touched.append(mailbox)
        if self._batch and mailbox in self._batch:
            mailbox.put(self._batch.pop(mailbox))
        if not self._is_due:
            self._be_due()

    def part(self, start: int, end: int) -> memoryview:
        """The broadcasts from number `start` up to `end`: a view of bytes that all share."""
        if len(self._ends) <= self.number:
            more = self._broadcasts[len(self._ends) - 1 :]
            self._joined += b"".join(more)
            self._ends += [*accumulate(map(len, more), initial=self._ends[-1])][1:]
        return memoryview(self._joined)[self._ends[start] : self._ends[end]]

    def next(self, action: Callable[[], None]) -> None:
        """Do something in the next turn."""
        self._clock.callLater(0, action)

    def end(self) -> None:
        """Send all that is anybody's own, and a slice of the batch."""
        self._is_due = False
        touched, self._touched = self._touched, []
        for mailbox in touched:
            mailbox.flush()
            if mailbox.woven:
                self._ahead[mailbox] = None
        if self.number and not self._batch and self._is_time():
            self._make_batch()
        batch = self._batch
        for _ in range(min(SLICE, len(batch))):
            mailbox, data = batch.popitem()
            mailbox.put(data)
        if (batch or self.number) and not self._is_due:
            self._be_due()

    def _is_time(self) -> bool:
        """Whether to send what is collected: to a large crowd once nothing more comes, since that costs least."""
        if len(self._members) <= SLICE or self.number == self._seen or self._waited == MOST_WAITS:
            return True
        self._seen = self.number
        self._waited += 1
        return False

    def _make_batch(self) -> None:
        self.part(0, self.number)
        self._batch = dict.fromkeys(self._members, self._joined)
        for mailbox in self._ahead:
            rest = self.part(mailbox.woven, self.number) if mailbox in self._members else None
            if rest:
                self._batch[mailbox] = rest
            else:
                self._batch.pop(mailbox, None)
            mailbox.woven = 0
        self._ahead.clear()
        self._broadcasts.clear()
        self.number = self._seen = self._waited = 0
        self._joined = b""
        self._ends = [0]

    def _be_due(self) -> None:
        self._is_due = True
        self._clock.callLater(0, self.end)
