"""A turn ends once, when all of it has happened; a large crowd is sent to in several turns."""

from chatserver.protocols.turn import MOST_WAITS, Turn


class Turns:
    """A clock that passes turn by turn of the reactor."""

    def __init__(self):
        self.calls = []

    def callLater(self, seconds, action):
        assert seconds == 0
        self.calls.append(action)

    def one(self):
        """What is due is done; what that makes due, is due in the next one."""
        calls, self.calls = self.calls, []
        for action in calls:
            action()

    def all(self):
        """Until nothing is due any more."""
        while self.calls:
            self.one()


class Mailbox:
    """Keeps what it is sent; with its own lines it takes all broadcasts up to then."""

    def __init__(self, turn):
        self.is_touched = False
        self.woven = 0
        self.turn = turn
        self.got = []

    def put(self, data):
        self.got.append(bytes(data))

    def flush(self):
        self.got.append(b"own+" + bytes(self.turn.part(self.woven, self.turn.number)))
        self.woven = self.turn.number
        self.is_touched = False


def test_a_turn_is_due_once_and_sends_to_members_and_to_the_touched():
    clock = Turns()
    turn = Turn(clock)
    member, touched, gone, stranger = (Mailbox(turn) for _ in range(4))
    for mailbox in (member, touched, gone):
        turn.join(mailbox)
    turn.leave(gone)
    turn.broadcast(b"1")
    turn.touch(touched)
    turn.broadcast(b"2")
    turn.touch(stranger)
    assert len(clock.calls) == 1
    clock.one()
    assert [mailbox.got for mailbox in (member, touched, gone)] == [[b"12"], [b"own+12"], []]
    assert clock.calls == []
    assert turn.number == 0
    turn.broadcast(b"3")
    clock.one()
    assert [mailbox.got for mailbox in (member, touched)] == [[b"12", b"3"], [b"own+12", b"3"]]


def crowd_of(number, monkeypatch):
    """A crowd that is large, since a slice is two, and its turn and clock."""
    monkeypatch.setattr("chatserver.protocols.turn.SLICE", 2)
    clock = Turns()
    turn = Turn(clock)
    crowd = [Mailbox(turn) for _ in range(number)]
    for mailbox in crowd:
        turn.join(mailbox)
    return crowd, turn, clock


def test_a_large_crowd_is_sent_to_in_slices_and_own_lines_do_not_wait(monkeypatch):
    crowd, turn, clock = crowd_of(7, monkeypatch)
    turn.broadcast(b"1")
    clock.one()
    assert [mailbox.got for mailbox in crowd] == [[]] * 7
    clock.one()
    assert sorted(mailbox.got for mailbox in crowd) == [[]] * 5 + [[b"1"]] * 2
    waiting = next(mailbox for mailbox in crowd if not mailbox.got)
    turn.touch(waiting)
    assert waiting.got == [b"1"]
    turn.broadcast(b"2")
    clock.one()
    assert waiting.got == [b"1", b"own+2"]
    turn.broadcast(b"3")
    clock.all()
    assert sorted(mailbox.got for mailbox in crowd) == [[b"1", b"23"]] * 6 + [[b"1", b"own+2", b"3"]]


def test_a_batch_for_a_large_crowd_waits_for_more_while_more_comes_but_not_for_ever(monkeypatch):
    crowd, turn, clock = crowd_of(3, monkeypatch)
    for number in range(MOST_WAITS + 1):
        assert not any(mailbox.got for mailbox in crowd)
        turn.broadcast(b"%d" % number)
        clock.one()
    assert sorted(mailbox.got for mailbox in crowd) == [[], [b"012345678"], [b"012345678"]]
    clock.all()
    assert [mailbox.got for mailbox in crowd] == [[b"012345678"]] * 3


def test_a_leave_without_a_join_is_nothing():
    turn = Turn(Turns())
    turn.leave(Mailbox(turn))
