"""`twistd` with a server that has a fault: what the checker has to see. The first word names the fault."""

import re
import sys
from itertools import count

from twisted.scripts.twistd import run

from chatserver.domain.switchboard import LocalSwitchboard
from chatserver.protocols.line import ChatProtocol
from chatserver.protocols.outbox import Outbox

EVERY = 7
"""Each so many-th message meets the fault."""

send, direct, place = Outbox.send, LocalSwitchboard.direct, LocalSwitchboard.place
numbers = count(1)
held = {}


def is_next(data):
    return re.search(rb"m\d+\r\n$", data) and next(numbers) % EVERY == 0


def lose(outbox, data):
    if not is_next(data):
        send(outbox, data)


def double(outbox, data):
    send(outbox, data + data if is_next(data) else data)


def reorder(outbox, data):
    """A message of somebody comes behind the next one of theirs."""
    late = held.pop(outbox, b"")
    if late and late.split()[0] != data.split()[0]:
        send(outbox, late)
        late = b""
    if not late and is_next(data):
        held[outbox] = data
    else:
        send(outbox, data + late)


def misdeliver(switchboard, sender, wanted, text):
    other = sender.partner if sender.partner and next(numbers) % 3 == 0 else None
    if other:
        other.hear_direct(sender, text)
    else:
        direct(switchboard, sender, wanted, text)


def pair_one_sidedly(switchboard, caller, wanted):
    callee = switchboard._register.find(wanted)
    if callee and next(numbers) % 5 == 0 and not switchboard._obstacle(caller, callee):
        caller.session.paired(callee)
    else:
        place(switchboard, caller, wanted)


def relay_half_a_line(protocol):
    protocol._inbox.feed(b"\n")
    ended(protocol)


ended = ChatProtocol.readConnectionLost
FAULTS = {
    "lose": (Outbox, "send", lose),
    "double": (Outbox, "send", double),
    "reorder": (Outbox, "send", reorder),
    "misdeliver": (LocalSwitchboard, "direct", misdeliver),
    "pair-one-sidedly": (LocalSwitchboard, "place", pair_one_sidedly),
    "relay-half-a-line": (ChatProtocol, "readConnectionLost", relay_half_a_line),
}

if __name__ == "__main__":
    setattr(*FAULTS[sys.argv.pop(1)])
    run()
