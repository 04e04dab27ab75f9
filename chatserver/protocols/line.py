"""The line protocol: a connection on one side, a user of the domain on the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from chatserver.domain.events import Event, LineTooLong, Refused
from chatserver.domain.farewells import Farewell, Faulted, LineNeverEnds, ShuttingDown
from chatserver.domain.terms import Ending, Refusal, State
from chatserver.language.deeds import Deed
from chatserver.language.door import knock
from chatserver.language.grammar import obey, obey_at_once
from chatserver.language.phrases import SERVER, phrase
from chatserver.protocols.address import shown
from chatserver.protocols.closing import Closing
from chatserver.protocols.framer import Found, Overrun
from chatserver.protocols.inbox import Inbox
from chatserver.protocols.manners import PATIENCE, Manners
from chatserver.protocols.newcomer import Newcomer
from chatserver.protocols.outbox import Outbox
from chatserver.protocols.outlet import outlet_for
from chatserver.protocols.proxy import awaits_header
from chatserver.protocols.refusals import reason_of
from chatserver.protocols.sockets import tune
from chatserver.protocols.telnet import WONT_TIMING_MARK, Reply, Signal
from chatserver.protocols.text import decode, decode_lines, encode
from chatserver.protocols.transport import IConnection
from chatserver.protocols.watch import Watch

if TYPE_CHECKING:
    from chatserver.protocols.factory import ChatFactory

_log = Logger()


@implementer(IHalfCloseableProtocol)
class ChatProtocol(LineReceiver):
    """One connection and its user: what arrives is obeyed, what the user is told is sent.

    Lines are cut by a Framer in the place of LineReceiver's own loop, which is quadratic and lets long lines run.
    """

    factory: ChatFactory
    transport: IConnection

    def connectionMade(self) -> None:
        try:
            self._make_parts()
        except Exception:
            self.transport.abortConnection()
            self.factory.refusals.fail("refused", self.peer)
            return
        with self._own_risk():
            self.factory.read_for(self.transport)
            self._come(self.factory.gate.enter(self, may_move=awaits_header(self.transport)))

    def _make_parts(self) -> None:
        """Up to the last line nothing has to be undone: what has a timer comes last."""
        factory, manners, clock = self.factory, self.factory.manners, self.factory.clock
        self.secure = ISSLTransport.providedBy(self.transport)
        self._closed: Deferred[None] | None = None
        tune(self.transport)
        self._inbox = Inbox(self.transport, self, manners, clock, factory.meter)
        outlet = outlet_for(self.transport, self, manners.max_unread, clock)
        self.outbox = Outbox(factory.turn, outlet, self)
        self._closing = Closing(self.transport, clock)
        self.user = factory.user_of(self)
        self._newcomer: Newcomer | None = Newcomer(manners.bad_names, self.secure, clock.seconds())
        self._watch: Watch | None = Watch(self, manners, clock)
        factory.connections[self] = None

    @property
    def address(self) -> IAddress:
        """Where the other side is; until a proxy has said so, that is the proxy."""
        return self.transport.getPeer()

    @property
    def peer(self) -> str:
        """The same, as the log shows it."""
        return shown(self.address)

    def located(self) -> None:
        """The proxy has said where the other side is; nothing has been said to it up to now."""
        with self._own_risk():
            if not self._closing.has_begun:
                self._closing.peer_has_spoken = True
                self._come(self.factory.gate.look_again(self))

    def dataReceived(self, data: bytes) -> None:
        if self._closing.has_begun:
            return
        try:  # as _own_risk does, at less cost: this is called for every read
            if self._newcomer:
                self._closing.peer_has_spoken = True
                if why := self._newcomer.speaks(data):
                    self.turn_away(why)
            self._inbox.feed(data)
        except Exception:
            self.fail()

    def lineReceived(self, line: bytes) -> Deed:
        """Do what `line` asks for, and say of what kind it was."""
        return (knock if self._newcomer else obey)(self.user, decode(line))

    def readConnectionLost(self) -> None:
        """The peer has nothing more to say, but may still read: it gets every answer before the close.

        A last line without an end may be half a line, and is not run.
        """
        with self._own_risk():
            self._closing.peer_closed()
            if self._inbox.unfinished:
                self.tell(Refused(Refusal.UNFINISHED_LINE))
            self.user.session.quit(Ending.LOST)

    def writeConnectionLost(self) -> None:
        """All is sent, and the peer knows that no more will come; its own close is what we wait for now."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self not in self.factory.connections:
            return  # it broke off before it had begun
        del self.factory.connections[self]
        for step in (
            self._closing.end,
            self._inbox.close,
            self._end_watch,
            partial(self.factory.gate.leave, self),
            partial(self.user.session.quit, Ending.LOST),
        ):
            with self._own_risk():
                step()
        if self._closed:
            self._closed.callback(None)

    def follow(self, manners: Manners) -> None:
        """Have other limits from now on; waiting begins anew, so that nobody has to leave by that."""
        if self._closing.has_begun:
            return
        with self._own_risk():
            self._inbox.follow(manners)
            self.outbox.allow(manners.max_unread)
            if self._newcomer:
                self._newcomer.most_names = manners.bad_names
            self._end_watch()
            self._watch = Watch(self, manners, self.factory.clock)
            if not self._newcomer:
                self._named()

    def when_closed(self) -> Deferred[None]:
        """Fires when the connection, which is open now, is closed."""
        self._closed = self._closed or Deferred()
        return self._closed

    # The user's audience.

    def tell(self, event: Event) -> None:
        """Send what `event` is in words."""
        self.outbox.send(encode(event))

    def dismiss(self) -> None:
        """Close the connection once all is sent, in the way of `Closing`."""
        if not self._closing.has_begun:
            try:
                self._end_watch()
                self.factory.gate.settle(self)
                self._inbox.discard()
                self.outbox.close()
            finally:
                self._closing.begin()

    # What the inbox and the outbox ask for.

    def go_on(self, waited: float = 0.0) -> None:
        """Handle the lines that have been waiting; for so many seconds they had to, or answers had no room."""
        with self._own_risk():
            self.user.waited(waited)
            self._inbox.go_on()

    def handle_lines(self, lines: bytes) -> Deed | None:
        """Do what several lines ask for at once, if that can be done; others are handled one by one."""
        text = decode_lines(lines)
        return None if text is None else obey_at_once(self.user, text)

    def handle(self, found: Found) -> Deed:
        """Do what is asked, and say of what kind it was."""
        deed = Deed.ORDINARY
        match found:
            case bytes():
                deed = self.lineReceived(found)
            case Reply():
                self.outbox.send(found.data)
                deed = Deed.NOTHING
            case Signal.TIMING_MARK:
                self.outbox.send(WONT_TIMING_MARK)
            case Overrun.TOO_LONG:
                self.tell(LineTooLong(self.factory.manners.max_line))
            case Overrun.NEVER_ENDING:
                self.turn_away(LineNeverEnds(PATIENCE))
            case Signal.ARE_YOU_THERE:
                self.user.ping()
            case Signal.LEAVE:
                self.user.quit()
        if self._newcomer:
            self._newcomer_did(deed, self._newcomer)
        return deed

    def was_cut(self, why: str) -> None:
        """So much was left unread, or for so long, that the connection was cut."""
        self._inbox.close()
        self._note("unread", why)

    # Ends.

    def turn_away(self, why: Farewell) -> None:
        """Dismiss the user for bad manners; the log has a line of it."""
        with self._own_risk():
            self._note(reason_of(why), phrase(why).removeprefix(SERVER))
            self._closing.peer_has_spoken |= awaits_header(self.transport)  # the wrapper has read what is no header
            self.user.dismiss(why)

    def stop(self) -> None:
        """The server stops: be told, and be gone soon."""
        with self._own_risk():
            if self._closing.has_begun:
                self._closing.hurry()
            else:
                self.user.dismiss(ShuttingDown())
                self.dismiss()

    def _come(self, why_not: Farewell | None) -> None:
        if why_not:
            self.turn_away(why_not)
            if len(self.factory.connections) > self.factory.gate.most:
                self.transport.abortConnection()
        elif not awaits_header(self.transport):
            self.factory.switchboard.greet(self.user)
            if self._closing.has_begun:
                self._note_full()

    def _note(self, reason: str, text: str) -> None:
        """Have this counted, and in the log."""
        self.factory.refusals.note(self.user, self.address, reason, text)

    def _note_full(self) -> None:
        self._note("server_full", "The server is full.")

    def _newcomer_did(self, deed: Deed, newcomer: Newcomer) -> None:
        if self._closing.has_begun:
            if deed is Deed.BAD_NAME:
                self._note_full()
        elif self.user.state is not State.UNNAMED:
            self.factory.gate.settle(self)
            self.factory.meter.logins.observe(self.factory.clock.seconds() - newcomer.since)
            self._newcomer = None
            self._named()
        elif why := newcomer.tries(deed):
            self.turn_away(why)

    def _named(self) -> None:
        """There is nobody to watch any more, perhaps."""
        if not (self._watch and self._watch.settle()):
            self._watch = None

    def _end_watch(self) -> None:
        if self._watch:
            self._watch.end()

    @contextmanager
    def _own_risk(self) -> Iterator[None]:
        """A bug in here costs this connection and nobody else anything."""
        try:
            yield
        except Exception:
            self.fail()

    def fail(self, bug: Failure | None = None) -> None:
        """Log the bug, or else what is just being handled, and be gone from everywhere, however little still works."""
        self.factory.refusals.fail("cut" if self.user.name else "refused", self.peer, bug)
        for step in (
            partial(self.user.dismiss, Faulted()),
            partial(self.factory.switchboard.leave, self.user, Ending.LOST),
            self.dismiss,
        ):
            with _log.failuresHandled("a bug in dismissing {peer}", peer=self.peer):
                step()
