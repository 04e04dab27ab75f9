"""A turn ends once, when all of it has happened."""

from twisted.internet.task import Clock

from chatserver.protocols.turn import Turn


class Mailbox:
    """Keeps what it is sent."""

    def __init__(self):
        self.is_touched = False
        self.got = []

    def put(self, data):
        self.got.append(data)

    def flush(self):
        self.got.append(b"own")
        self.is_touched = False


def test_a_turn_is_due_once_and_sends_to_members_and_to_the_touched():
    clock = Clock()
    turn = Turn(clock)
    member, touched, gone, stranger = (Mailbox() for _ in range(4))
    for mailbox in (member, touched, gone):
        turn.join(mailbox)
    turn.leave(gone)
    turn.broadcast(b"1")
    turn.touch(touched)
    turn.touch(stranger)
    turn.broadcast(b"2")
    assert len(clock.getDelayedCalls()) == 1
    clock.advance(0)
    assert [mailbox.got for mailbox in (member, touched, gone, stranger)] == [[b"12"], [b"own"], [], [b"own"]]
    assert clock.getDelayedCalls() == []
    assert turn.number == 0
    turn.broadcast(b"3")
    clock.advance(0)
    assert member.got == [b"12", b"3"]


def test_a_leave_without_a_join_is_nothing():
    Turn(Clock()).leave(Mailbox())
