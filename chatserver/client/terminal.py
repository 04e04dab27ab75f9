"""The face on a terminal: what is said scrolls above the line that is typed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from zlib import crc32

from prompt_toolkit.formatted_text import StyleAndTextTuples
from twisted.application.internet import backoffPolicy
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chatserver.client.completion import ChatCompleter
from chatserver.client.connection import ChatConnection
from chatserver.client.history import open_history
from chatserver.client.prompt import Prompt, lines_of
from chatserver.client.speech import FAREWELL, ONCE_MORE, QUESTION, TAKEN, Situation, split_speaker
from chatserver.client.text import decode

COLOURS = ("#af5f00", "#008700", "#0087af", "#5f5fd7", "#af00af", "#d7005f", "#878700", "#00875f")
"""Of a middle lightness: readable on a dark ground and on a light one."""
GHOST_SECONDS = 150.0
"""For so long a name that is taken after a reconnect may be held by one's own lost connection: the server takes up to
two minutes to notice that a peer is gone."""
GHOST_PAUSE_SECONDS = 5.0
GOODBYE_SECONDS = 2.0
"""A server gets so long to answer a goodbye."""


class TerminalFace:
    """Shows one connection after the other on one terminal, until the user leaves."""

    def __init__(self, name: str | None, bell: bool, history: bool, clock: IReactorTime) -> None:
        self._name = name
        self._bell = bell
        self._clock = clock
        self._situation = Situation()
        self._connection: ChatConnection | None = None
        self._named = self._asking = self._returning = self._leaving = False
        self._fruitless = 0
        self._ghost_until = 0.0
        self._timer: IDelayedCall | None = None
        self._gone: Deferred[None] = Deferred()
        self._backoff = backoffPolicy()
        self.prompt = Prompt(ChatCompleter(self._situation), open_history(history), self._label, self._entered, clock)

    async def run(self) -> None:
        """Until the user leaves, and the server has said goodbye."""
        with suppress(EOFError, OSError):  # the terminal is gone: that is leaving, too
            await self.prompt.run()
        self._leaving = True
        if self._connection:
            self._connection.say(b"/quit")
            self._timer = self._clock.callLater(GOODBYE_SECONDS, self._connection.transport.abortConnection)
            await self._gone
        self.prompt.flush()

    def retry_delay(self, attempts: int) -> float:
        """Seconds until the next attempt: longer with each that failed, or led to no name."""
        return self._backoff(max(attempts, self._fruitless))

    def leave(self) -> None:
        """End the prompt."""
        if self.prompt.app.is_running and not self.prompt.app.is_done:
            self.prompt.app.exit()

    # The connection.

    def opened(self, connection: ChatConnection) -> None:
        self._connection = connection

    def heard(self, line: str) -> None:
        rings = self._situation.hear(line)
        if self._named:
            self._name = self._situation.name
        if self._returning and line.endswith((QUESTION, ONCE_MORE)):
            return
        before, who, behind = split_speaker(line)
        style = f"bold {COLOURS[crc32(who.encode()) % len(COLOURS)]}" if who else ""
        self._show([("" if who else "class:server", before), (style, who), ("", behind)])
        if self._bell and (rings or (who and not self.prompt.focused)):
            self.prompt.bell()
        if line.startswith(FAREWELL):
            self.leave()

    def asked(self, again: bool, line: str) -> None:
        if self._connection is None or (self._timer and self._timer.active()):
            return
        if self._name is None:
            self._asking = True
        elif not again:
            self._connection.say(self._name.encode())
        elif self._returning and TAKEN in line and self._clock.seconds() < self._ghost_until:
            self._timer = self._clock.callLater(GHOST_PAUSE_SECONDS, self._connection.say, self._name.encode())
            self._notice(f"The name {self._name} is still taken, perhaps by your lost connection. Trying again.")
        else:
            self._name, self._asking, self._returning = None, True, False

    def named(self) -> None:
        self._named, self._asking, self._returning = True, False, False
        self._fruitless = 0
        self._name = self._situation.name
        if self._connection:
            self._connection.say(b"/users")

    def closed(self, why: str) -> None:
        self._connection = None
        self._asking = False
        self._fruitless += 1
        self._situation.forget()
        if self._named:
            self._named, self._returning = False, True
            self._ghost_until = self._clock.seconds() + GHOST_SECONDS
        if self._timer and self._timer.active():
            self._timer.cancel()
        if self._leaving:
            self._gone.callback(None)
        elif not self.prompt.app.is_done:
            self._notice(f"The connection is lost{f' ({why})' if why else ''}. Reconnecting; Ctrl-C leaves.")

    # The user.

    def _entered(self, text: str) -> bool:
        """Send what was typed; whether it has to stay in the prompt because there is nobody to send it to."""
        if self._connection is None or not (self._named or self._asking):
            self._notice("Not sent: there is no connection. Your line stays here; Enter tries again.")
            return True
        for line in lines_of(text):
            data = line.encode("utf-8", "replace")
            self._connection.say(data)
            self._show([("bold", self._situation.name or "name"), ("", f": {decode(data)}")])
        return False

    def _label(self) -> str:
        if self._named:
            return f"[{self._situation.partner or 'lobby'}] "
        return "name: " if self._asking else "[offline] "

    def _notice(self, text: str) -> None:
        self._show([("class:server", f"-- {text}")])

    def _show(self, fragments: StyleAndTextTuples) -> None:
        self.prompt.print([("class:time", f"{datetime.now():%H:%M} "), *fragments, ("", "\n")])
