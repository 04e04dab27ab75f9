"""What has arrived from one user and is not handled yet: cut into lines and handled as the user's pace allows."""

from __future__ import annotations

from typing import Protocol

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chatserver.domain.events import Event, LinesWait
from chatserver.language.deeds import Deed
from chatserver.protocols.framer import Found, Framer
from chatserver.protocols.manners import ANSWER_BYTES, COST, PATIENCE, Manners
from chatserver.protocols.meter import Meter
from chatserver.protocols.outbox import Outbox
from chatserver.protocols.pace import Pace
from chatserver.protocols.sockets import is_gone
from chatserver.protocols.transport import IConnection

LOOK_SECONDS = 0.1
"""While lines wait nothing is read; so often it is looked whether there is still somebody there."""


class Owner(Protocol):
    """Whose inbox it is."""

    outbox: Outbox
    """Where the answers go."""

    def handle_lines(self, lines: bytes) -> Deed | None:
        """Do what lines ask for that each end with a line feed, and of which nobody but one other hears, at once, and
        say of what kind it was; None if that cannot be done.
        """

    def handle(self, found: Found) -> Deed:
        """Do what is asked, and say of what kind it was."""

    def go_on(self, waited: float) -> None:
        """The time has come to call `Inbox.go_on` again; lines have waited for so many seconds."""

    def tell(self, event: Event) -> None:
        """Tell the user."""


class Inbox:
    """Stops reading while lines wait, so that a flooder costs nobody anything; nothing is lost, and order is kept.

    What waits is what one read brought, as raw bytes; behind it TCP pushes back.
    """

    __slots__ = (
        "_clock",
        "_framer",
        "_lines_a_second",
        "_meter",
        "_open",
        "_owner",
        "_pace",
        "_reading",
        "_rest",
        "_told",
        "_transport",
    )

    def __init__(
        self, transport: IConnection, owner: Owner, manners: Manners, clock: IReactorTime, meter: Meter
    ) -> None:
        self._transport = transport
        self._owner = owner
        self._clock = clock
        self._meter = meter
        self._framer = Framer(manners.max_line, PATIENCE)
        self._set_pace(manners)
        self._rest: IDelayedCall | None = None
        self._reading = True
        self._told = False
        """Whether the user has been told that lines wait, and has not been quiet since."""
        self._open = True

    def follow(self, manners: Manners) -> None:
        """Have other limits from now on."""
        self._framer.longest = manners.max_line
        self._set_pace(manners)

    @property
    def unfinished(self) -> bool:
        """Whether there is the beginning of a line that has not ended."""
        return self._open and self._framer.unfinished

    def feed(self, data: bytes) -> None:
        """More has arrived."""
        if self._open:
            if self._told and self._pace and self._pace.is_full(self._clock.seconds()):
                self._told = False
            self._framer.feed(data)
            self._meter.received += len(data)
            self.go_on()

    def go_on(self) -> None:
        """Handle what has arrived, until it has to wait: for the pace, or for the answers to be read."""
        if self._rest and self._rest.active():
            return
        outbox, framer, pace = self._owner.outbox, self._framer, self._pace
        while self._open and framer.has_next():
            if outbox.is_full:
                self._stop_reading()
                return
            if pace and (wait := pace.wait(self._clock.seconds())):
                self._wait(wait)
                return
            sent = outbox.sent
            cost = self._handle_lines()
            if cost is None:
                deed = self._owner.handle(framer.next())
                self._meter.lines[deed] += 1
                cost = COST[deed]
            if pace:
                pace.spend(cost + (outbox.sent - sent) // ANSWER_BYTES, self._clock.seconds())
        if self._open:
            self._start_reading()

    @property
    def waiting_lines(self) -> int:
        """How many lines wait, more or less."""
        return self._framer.waiting_lines

    def close(self) -> None:
        """Handle nothing more."""
        self._open = False
        self._meter.waiting.discard(self)
        self._framer.forget()
        if self._rest and self._rest.active():
            self._rest.cancel()

    def discard(self) -> None:
        """Handle nothing more, but read on."""
        self.close()
        self._start_reading()

    def _set_pace(self, manners: Manners) -> None:
        self._lines_a_second = manners.pace
        self._pace = Pace(manners.burst, manners.pace) if manners.pace else None

    def _handle_lines(self) -> int | None:
        """Handle all that is at hand at once, if the pace allows it and it can be done: what it costs, or else None."""
        number = self._framer.lines_at_hand
        if not number or (self._pace and self._pace.wait(self._clock.seconds(), number)):
            return None
        deed = self._framer.take_lines(self._owner.handle_lines)
        if deed is None:
            return None
        self._meter.lines[deed] += number
        return number * COST[deed]

    def _wait(self, seconds: float) -> None:
        self._stop_reading()
        if is_gone(self._transport):
            self._transport.abortConnection()
            return
        self._rest = self._clock.callLater(min(seconds, LOOK_SECONDS), self._waited, self._clock.seconds())
        if not self._told:
            self._told = True
            self._owner.tell(LinesWait(self._lines_a_second))

    def _waited(self, since: float) -> None:
        self._owner.go_on(self._clock.seconds() - since)

    def _stop_reading(self) -> None:
        if self._reading:
            self._reading = False
            self._meter.waiting.add(self)
            self._transport.pauseProducing()

    def _start_reading(self) -> None:
        if not self._reading:
            self._reading = True
            self._meter.waiting.discard(self)
            self._transport.resumeProducing()
