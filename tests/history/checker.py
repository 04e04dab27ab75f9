"""What must hold of every history, whatever people did and however their connections ended."""

import re
from collections import Counter
from itertools import pairwise

ROSTER = re.compile(r"\(server\): (\d+) users? online:$")
ENTRY = re.compile(r"\(server\): +\d+ (u\d+) +(FREE|BUSY|AWAY)$|\(server\): \d+ (u\d+) +(FREE|BUSY|AWAY)$")
ANSWERS = {
    "dm": r"Sent to u\d+\.|No user u\d+ is online\.",
    "bc": r"Sent to \d+ user",
    "connect": r"No user |You cannot connect to yourself|u\d+ is (BUSY|AWAY)\.|You are (connected to|BUSY with) u\d+",
    "goodbye": r"You said goodbye to |You are not in a session",
    "away": r"You are AWAY|When this session ends",
    "back": r"Welcome back|You were not AWAY",
}


def violations(stays):
    """A sentence for each thing that must not be."""
    sent = {message: (stay, command) for stay in stays for command in stay.commands for message in command.messages}
    by_name = {stay.name: stay for stay in stays}
    found = []
    for stay in stays:
        found += _read_what_was_sent(stay, sent)
        found += _spoken_by_partners(stay)
        found += _once_and_in_order(stay)
        found += _one_reply_each(stay)
        found += _rosters(stay)
        found += _nothing_lost(stay, stays, by_name)
    found += _one_order(stays)
    found += _pairs(stays, by_name)
    return found


def _read_what_was_sent(reader, sent):
    for sender, kind, message in reader.messages:
        author, command = sent.get(message, (None, None))
        if command is None:
            yield f"{reader.name} read m{message}, which nobody sent whole"
        elif (author.name, command.kind) != (sender, kind):
            yield f"{reader.name} read m{message} as {kind} of {sender}, it was {command.kind} of {author.name}"
        elif kind == "dm" and command.target != reader.name:
            yield f"{reader.name} read m{message}, which was for {command.target}"
        elif kind == "say" and not _may_hear(author, command, reader):
            yield f"{reader.name} read m{message} without being in a session with {sender}"


def _spoken_by_partners(reader):
    for partner, sender in reader.heard_in_sessions:
        if partner != sender:
            yield f"{reader.name} was spoken to by {sender} in a session with {partner}"


def _may_hear(author, command, reader):
    """Whether the reader was the author's partner when the line was handled, as far as the author can know."""
    window = next((window for window in author.windows if window.command is command), None)
    return window is None or reader.name in window.partners


def _once_and_in_order(reader):
    for message, times in Counter(message for *_, message in reader.messages).items():
        if times > 1:
            yield f"{reader.name} read m{message} {times} times"
    for sender in {sender for sender, *_ in reader.messages}:
        mine = [message for author, _, message in reader.messages if author == sender]
        if any(first > second for first, second in pairwise(mine)):
            yield f"{reader.name} read the lines of {sender} out of order: {mine}"


def _one_reply_each(stay):
    for window in stay.windows:
        kind, replies = window.command.kind, window.replies
        if kind == "users":
            header = ROSTER.match(replies[0]) if replies else None
            if header is None or len(replies) != 1 + int(header[1]):
                yield f"{stay.name} asked for the users and read {replies}"
        elif kind == "say":
            refused = [line for line in replies if line.startswith("(server): Not sent: ")]
            if len(replies) != len(refused) or len(refused) > window.command.lines:
                yield f"{stay.name} said something and read {replies}"
            elif not refused and set(window.partners) == {None}:
                yield f"{stay.name} said m{window.command.message} to nobody, and was not told so"
        elif kind == "connect" and not replies:
            if window.command.target not in window.partners[1:]:
                yield f"{stay.name} asked to be connected to {window.command.target} and read nothing"
        elif len(replies) != 1 or not re.match(rf"\(server\): ({ANSWERS[kind]})", replies[0]):
            yield f"{stay.name} asked for {kind} and read {replies}"


def _rosters(stay):
    for window in stay.windows:
        if window.command.kind == "users":
            statuses = [match[2] or match[4] for line in window.replies if (match := ENTRY.match(line))]
            if statuses.count("BUSY") % 2:
                yield f"{stay.name} saw an odd number of BUSY users"


def _nothing_lost(author, stays, by_name):
    for window in author.windows:
        command = window.command
        if command.kind == "bc":
            readers = [stay for stay in stays if stay.stayed and stay is not author and _was_there(stay, command)]
        elif command.kind == "dm" and any("Sent to" in line for line in window.replies):
            readers = [by_name[command.target]]
        elif command.kind == "say" and not window.replies and len(window.partners) == 1 and window.partner:
            readers = [by_name[window.partner]]
        else:
            readers = []
        for reader in (reader for reader in readers if reader.stayed):
            for message in command.messages:
                if (author.name, command.kind, message) not in reader.messages:
                    yield f"{reader.name} has not read m{message} of {author.name} ({command.kind})"


def _was_there(stay, command):
    return stay.greeted_at is not None and stay.greeted_at < command.at


def _one_order(stays):
    """All see the broadcasts in one order: who goes from one to the next, whoever's eyes, never comes back."""
    after = {}
    for stay in stays:
        broadcasts = [message for _, kind, message in stay.messages if kind == "bc"]
        for first, second in pairwise(broadcasts):
            after.setdefault(first, set()).add(second)
    done, path = set(), set()
    for start in after:
        stack = [(start, iter(after.get(start, ())))]
        path.add(start)
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.discard(node)
                done.add(node)
            elif following in path:
                yield f"m{following} comes before and behind m{node}"
                return
            elif following not in done:
                path.add(following)
                stack.append((following, iter(after.get(following, ()))))


def _pairs(stays, by_name):
    """In the end, who is in a session with whom is what both know and what all see."""
    for stay in stays:
        if not stay.stayed:
            continue
        if stay.partner and by_name[stay.partner].partner != stay.name:
            yield f"{stay.name} is in a session with {stay.partner}, who knows nothing of it"
        statuses = {match[1] or match[3]: match[2] or match[4] for line in stay.lines if (match := ENTRY.match(line))}
        for other in stays:
            if other.stayed and (statuses.get(other.name) == "BUSY") != (other.partner is not None):
                yield f"{stay.name} sees {other.name} {statuses.get(other.name)}, who is with {other.partner}"
