"""An announcement is put into bytes once."""

import pytest
from twisted.internet.task import Clock

from chatserver.domain.events import Joined
from chatserver.domain.session import new_user
from chatserver.domain.terms import Ending
from chatserver.protocols.crowd import Crowd
from chatserver.protocols.outbox import Outbox
from chatserver.protocols.turn import Turn
from tests.people import Ear
from tests.protocols.test_outbox import Drain


class Reader(Ear):
    """An audience that keeps the bytes that it is sent."""

    def __init__(self, peer, turn):
        super().__init__()
        self.peer = peer
        self.drain = Drain()
        self.outbox = Outbox(turn, self.drain, None)


@pytest.fixture
def turn():
    return Turn(Clock())


def somebody(turn, name, number):
    user = new_user(Reader(f"192.0.2.1:{number}", turn), None, lambda: 0.0)
    user.name, user.id = name, number
    return user


def test_all_but_the_omitted_read_the_same_bytes_object(turn):
    crowd = Crowd(turn)
    users = [somebody(turn, name, number) for number, name in enumerate(("alice", "bob", "carol", "dave"))]
    for user in users:
        crowd.join(user)
    crowd.leave(users[3], Ending.LEFT)
    turn.end()
    crowd.announce(Joined("eve"), {users[0]})
    turn.end()
    sent = [user.audience.drain.written for user in users]
    assert sent == [[], [b"(server): eve joined.\r\n"], [b"(server): eve joined.\r\n"], []]
    assert sent[1][0] is sent[2][0]
