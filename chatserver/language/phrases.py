"""Every word that a user reads, but for the help of a command, which stands in its row.

A phrase is one line or several, without line ends at its end. Every line says at its start who is speaking: nothing
that a user types can pass for the server or for somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from chatserver.domain import events, farewells
from chatserver.domain.events import Event
from chatserver.domain.terms import Ending, Refusal
from chatserver.language.help import help_text

SERVER = "(server): "
ASK_NAME = " What is your name?"
LONGEST_NOTE = 60
"""Characters shown of the note of somebody who is AWAY."""


def phrase(event: Event) -> str:
    """What a user who is told `event` reads."""
    return _PHRASES[type(event)](event)


REFUSALS = {
    Refusal.NAME_FIRST: "First your name, please.",
    Refusal.EMPTY_NAME: "Username can't be empty.",
    Refusal.BAD_NAME: "A name is 1 to 20 characters long: first a letter, a to z, then letters, digits, '-', '_', '.'.",
    Refusal.RESERVED_NAME: "The name {about} is reserved.",
    Refusal.TAKEN_NAME: "The name {about} is taken.",
    Refusal.NOBODY: "No user {about} is online.",
    Refusal.CALLING_YOURSELF: "You cannot connect to yourself.",
    Refusal.BUSY: "{about} is BUSY. Try again later, or send a direct message: /dm {about} text",
    Refusal.AWAY: "{about} is AWAY. Try again later, or send a direct message: /dm {about} text",
    Refusal.YOU_ARE_BUSY: "You are BUSY with {about}: end this session first (goodbye).",
    Refusal.NO_SESSION: "You are not in a session.",
    Refusal.NOT_SENT: "Not sent: you are in no session. connect NAME, or tell all: /bc text",
    Refusal.SESSION_ENDED: "Not sent: your session with {about} has ended.",
    Refusal.NOT_CONNECTED: "Not sent: you are in no session with {about}.",
    Refusal.UNFINISHED_LINE: "Not sent: your last line has no line end.",
    Refusal.NICK_IN_SESSION: "You cannot change your name in a session: end it first (goodbye).",
    Refusal.NOBODY_TO_REPLY_TO: "Nobody has sent you a direct message yet.",
    Refusal.IGNORING_YOURSELF: "You cannot ignore yourself.",
    Refusal.IGNORED_BY_YOU: "You ignore {about}: /unignore {about} first.",
    Refusal.NOT_IGNORED: "You do not ignore {about}.",
}

ENDINGS = {
    Ending.GOODBYE: "{name} said goodbye.",
    Ending.LEFT: "{name} left.",
    Ending.LOST: "{name} lost the connection.",
    Ending.STOPPED: "{name} left with the server.",
}


def _connected(event: events.Connected) -> str:
    plain = event.in_the_clear
    warning = f"{plain} is connected in the clear: what you two say can be read on its way.\n" if plain else ""
    return (
        f"You are now connected to {event.partner}\n{warning}"
        f"{event.partner} is user {event.partner_id}. goodbye ends it."
    )


def _refused(event: events.Refused) -> str:
    return REFUSALS[event.why].format(about=event.about) + (ASK_NAME if event.ask_name else "")


def _sent(event: events.Sent) -> str:
    away = "" if event.away is None else f" {event.name} is AWAY{_note(event.away)}"
    return "\n".join([f"Sent to {event.name}.{away}"] * event.count)


def _sent_to_all(event: events.SentToAll) -> str:
    return f"Sent to {_count(event.count, 'user')}{'.' if event.count else ': nobody else is here.'}"


def _departed(event: events.Departed) -> str:
    return ENDINGS[event.ending].format(name=event.name)


def _parted(event: events.Parted) -> str:
    how = f"You said goodbye to {event.partner}." if event.by_you else ENDINGS[event.ending].format(name=event.partner)
    return f"{how} You are {event.status.name}."


def _roster(event: events.Roster) -> str:
    wide_id = max((len(str(entry.id)) for entry in event.entries), default=0)
    wide_name = max((len(entry.name) for entry in event.entries), default=0)
    rows = (f"{entry.id:{wide_id}} {entry.name:{wide_name}} {entry.status.name}" for entry in event.entries)
    found = len(event.entries) + event.more
    some = "" if found == event.online else f"{found:,} of "
    more = f"{event.more:,} more: status PREFIX* narrows the list, /users all has them."
    return "\n".join((f"{some}{_count(event.online, 'user')} online:", *rows, *([more] if event.more else [])))


def _described(event: events.Described) -> str:
    since = datetime.fromtimestamp(event.since, tz=timezone.utc)
    return (
        f"{event.name} is user {event.id} and {event.status.name}{_note(event.away)}\n"
        f"{event.name} is here since {since:%Y-%m-%d %H:%M:%S} UTC, idle for {duration(event.idle)}, "
        f"connected {'by TLS' if event.secure else 'in the clear (plain)'}."
    )


def _marked_away(event: events.MarkedAway) -> str:
    return ("When this session ends, you will be" if event.later else "You are") + f" AWAY{_note(event.why)}"


def _marked_back(event: events.MarkedBack) -> str:
    return ("Welcome back." if event.was_away else "You were not AWAY.") + f" You are {event.status.name}."


def _ignore_changed(event: events.IgnoreChanged) -> str:
    return f"You ignore {event.name} now." if event.on else f"You do not ignore {event.name} any more."


def _ignore_list(event: events.IgnoreList) -> str:
    return f"You ignore {', '.join(event.names) or 'nobody'}."


def _unknown(event: events.UnknownCommand) -> str:
    hint = f"Did you mean {event.nearest}?" if event.nearest else "/help lists the commands."
    return f"Unknown command {event.word}. {hint}"


def _goodbye(event: farewells.Goodbye) -> str:
    return f"Goodbye, {event.name}." if event.name else "Goodbye."


def _wrong_protocol(event: farewells.WrongProtocol) -> str:
    programs = "chat-client --tls" if event.secure else "telnet, nc or chat-client"
    return f"This port speaks lines of text, not {event.spoken}. Connect with {programs}."


def _lines(head: str, text: str) -> str:
    """`text`, which may have several lines, each with `head` before it."""
    return head + text.replace("\n", f"\n{head}")


def _note(text: str) -> str:
    """What somebody has to say for being AWAY, marked as somebody's words: this stands in a line of the server."""
    short = text if len(text) <= LONGEST_NOTE else f"{text[:LONGEST_NOTE]}..."
    return f': "{short}"' if text else "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """A time in seconds, in its two largest units."""
    minutes, s = divmod(int(seconds), 60)
    hours, m = divmod(minutes, 60)
    days, h = divmod(hours, 24)
    units = [f"{number} {unit}" for number, unit in ((days, "d"), (h, "h"), (m, "min"), (s, "s")) if number]
    return " ".join(units[:2]) or "0 s"


Wording = str | Callable[[Any], str]

_SPEECH: dict[type[Event], Wording] = {
    events.Said: lambda event: _lines(f"{event.speaker}: ", event.text),
    events.Acted: lambda event: f"* {event.speaker} {event.text}",
    events.SaidDirectly: lambda event: _lines(f"{event.speaker} (direct): ", event.text),
    events.SaidToAll: lambda event: f"{event.speaker} (all): {event.text}",
    events.ActedToAll: lambda event: f"(all) * {event.speaker} {event.text}",
}

_NOTICES: dict[type[Event], Wording] = {
    events.Welcome: "Welcome to {0.server}." + ASK_NAME,
    events.Greeted: ("{0.word} is a greeting. What name shall the others see? {0.word} once more, if it is your name."),
    events.Hello: "Hello, {0.name}. You are user {0.id} and FREE. /help lists the commands.",
    events.MessageOfTheDay: lambda event: "\n".join(event.lines),
    events.Joined: "{0.name} joined.",
    events.Departed: _departed,
    events.Renamed: "{0.old} is now {0.new}.",
    events.YouAreNow: "You are now {0.name}.",
    events.Connected: _connected,
    events.StillConnected: "You are connected to {0.partner}.",
    events.Parted: _parted,
    events.Refused: _refused,
    events.Sent: _sent,
    events.SentToAll: _sent_to_all,
    events.Roster: _roster,
    events.Described: _described,
    events.MarkedAway: _marked_away,
    events.MarkedBack: _marked_back,
    events.IgnoreChanged: _ignore_changed,
    events.IgnoreList: _ignore_list,
    events.Pong: lambda event: f"pong {event.text}".rstrip(),
    events.HelpAsked: lambda event: help_text(event.topic),
    events.UnknownCommand: _unknown,
    events.Misused: "Usage: {0.usage}",
    events.LinesWait: "Your lines are waiting, and follow at {0.pace} a second. None is lost.",
    events.LineTooLong: "Not sent: a line has at most {0.limit} bytes.",
    farewells.Goodbye: _goodbye,
    farewells.ServerFull: "The server is full ({0.limit} of {0.limit} users). Please try again later.",
    farewells.TooManyHere: "There are {0.limit} connections from your address already. Please try again later.",
    farewells.TooManyLately: "More than {0.limit} connections a minute from your address. Please try again later.",
    farewells.TooManyNames: "{0.limit} names that cannot be had. Goodbye.",
    farewells.MadeRoom: "Too many are waiting without a name. Please connect again.",
    farewells.LoginTimedOut: "No name within {0.seconds:g} s. Goodbye.",
    farewells.IdleTooLong: "Nothing from you for {0.seconds:g} s. Goodbye.",
    farewells.WrongProtocol: _wrong_protocol,
    farewells.NoProxyHeader: "This port is for a proxy that sends a PROXY header first. Goodbye.",
    farewells.BadProxyHeader: "The PROXY header is wrong: {0.fault}. Goodbye.",
    farewells.LineNeverEnds: "No line end within {0.limit} bytes. Goodbye.",
    farewells.ShuttingDown: "The server is shutting down.",
    farewells.Faulted: "Something went wrong on our side. Please connect again.",
}


def _spoken(wording: Wording) -> Callable[[Event], str]:
    return wording.format if isinstance(wording, str) else wording


def _by_server(wording: Wording) -> Callable[[Event], str]:
    words = _spoken(wording)
    return lambda event: _lines(SERVER, words(event))


_PHRASES: dict[type[Event], Callable[[Event], str]] = {
    **{kind: _spoken(wording) for kind, wording in _SPEECH.items()},
    **{kind: _by_server(wording) for kind, wording in _NOTICES.items()},
}
