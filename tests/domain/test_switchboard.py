"""Who is here and who talks with whom: by example, and against a model."""

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chatserver.domain.events import (
    Connected,
    Departed,
    Described,
    Entry,
    Hello,
    IgnoreChanged,
    IgnoreList,
    Joined,
    MarkedAway,
    MarkedBack,
    MessageOfTheDay,
    Parted,
    Refused,
    Renamed,
    Roster,
    Said,
    SaidDirectly,
    SaidToAll,
    Sent,
    SentToAll,
    ServerFull,
    ShuttingDown,
    Welcome,
    YouAreNow,
)
from chatserver.domain.terms import Ending, Refusal, State, Status
from tests.people import House


def heard(*users):
    return [user.audience.since() for user in users]


def test_coming_in():
    house = House(name="home", motd=("be nice", ""))
    (bob,) = house.enter("bob")
    alice = house.connect()
    assert heard(alice) == [[Welcome("home")]]
    alice.say("alice")
    assert heard(alice, bob) == [[Hello("alice", 2), MessageOfTheDay(("be nice", ""))], [Joined("alice")]]


def test_a_quiet_house_tells_nobody_who_comes_and_goes():
    alice, bob = House(quiet=True).enter("alice", "bob")
    bob.quit()
    assert heard(alice) == [[]]


def test_a_taken_name_is_refused_in_any_case():
    house = House()
    house.enter("alice")
    newcomer = house.connect()
    heard(newcomer)
    newcomer.say("ALICE")
    assert heard(newcomer) == [[Refused(Refusal.TAKEN_NAME, "ALICE", ask_name=True)]]
    assert newcomer.state is State.UNNAMED


def test_a_full_house_turns_away_at_the_door_and_at_the_name():
    house = House(max_users=2)
    early = house.connect()
    house.enter("alice", "bob")
    heard(early)
    late = house.connect()
    early.say("early")
    assert heard(early, late) == [[ServerFull(2)], [ServerFull(2)]]
    assert early.audience.dismissed == late.audience.dismissed == 1


def test_there_is_room_again_when_somebody_left():
    house = House(max_users=1)
    (alice,) = house.enter("alice")
    alice.quit()
    (bob,) = house.enter("bob")
    assert bob.state is State.FREE


def test_each_refusal_of_connect_is_another_one():
    house = House()
    alice, bob, carol, dave = house.enter("alice", "bob", "carol", "dave")
    bob.call("carol")
    dave.mark_away()
    heard(alice)
    for wanted in ("zoe", "alice", "bob", "dave"):
        alice.call(wanted)
    bob.refuse_call("CAROL")
    bob.refuse_call("3")
    bob.refuse_call("alice")
    assert heard(alice)[0] == [
        Refused(Refusal.NOBODY, "zoe"),
        Refused(Refusal.CALLING_YOURSELF, "alice"),
        Refused(Refusal.BUSY, "bob"),
        Refused(Refusal.AWAY, "dave"),
    ]
    assert heard(bob)[0][-3:] == [
        Refused(Refusal.ALREADY_CONNECTED, "carol"),
        Refused(Refusal.ALREADY_CONNECTED, "carol"),
        Refused(Refusal.YOU_ARE_BUSY, "carol"),
    ]
    assert carol.partner is bob


def test_both_are_told_of_a_session_and_of_its_end():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    alice.call("2")
    assert heard(alice, bob) == [[Connected("bob", 2)], [Connected("alice", 1)]]
    bob.part()
    assert heard(alice, bob) == [
        [Parted("bob", Ending.GOODBYE, by_you=False, status=Status.FREE)],
        [Parted("alice", Ending.GOODBYE, by_you=True, status=Status.FREE)],
    ]
    assert heard(carol) == [[]]


def test_the_partner_of_one_who_leaves_reads_it_once_and_all_others_too():
    for leave, ending in ((lambda u: u.quit(), Ending.LEFT), (lambda u: u.session.quit(Ending.LOST), Ending.LOST)):
        alice, bob, carol = House().enter("alice", "bob", "carol")
        alice.call("bob")
        heard(alice, bob)
        leave(alice)
        assert heard(bob, carol) == [
            [Parted("alice", ending, by_you=False, status=Status.FREE)],
            [Departed("alice", ending)],
        ]
        assert bob.state is State.FREE


def test_direct_messages():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    alice.direct("BOB", "hi")
    alice.direct("zoe", "hi")
    assert heard(alice, bob, carol) == [
        [Sent("bob", None), Refused(Refusal.NOBODY, "zoe")],
        [SaidDirectly("alice", "hi")],
        [],
    ]


def test_a_reply_goes_to_who_wrote_last_under_any_name_and_never_to_a_namesake():
    house = House()
    alice, bob, carol = house.enter("alice", "bob", "carol")
    alice.reply("hm")
    bob.direct("alice", "1")
    bob.rename("robert")
    heard(alice, bob, carol)
    alice.reply("2")
    assert heard(bob) == [[SaidDirectly("alice", "2")]]
    bob.quit()
    (namesake,) = house.enter("robert")
    alice.reply("3")
    assert heard(alice)[0][-1] == Refused(Refusal.NOBODY, "2")
    assert heard(namesake) == [[]]


def test_a_reply_goes_to_the_last_of_several():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    bob.direct("alice", "1")
    carol.direct("alice", "2")
    heard(alice, bob, carol)
    alice.reply("3")
    assert heard(bob, carol) == [[], [SaidDirectly("alice", "3")]]


def test_an_ignored_caller_reads_what_a_caller_of_somebody_away_reads():
    alice, bob, _ = House().enter("alice", "bob", "carol")
    alice.ignore("bob")
    bob.call("alice")
    alice.call("carol")
    bob.call("alice")
    assert heard(bob) == [[Refused(Refusal.AWAY, "alice"), Refused(Refusal.BUSY, "alice")]]
    alice.mark_away()
    bob.mark_away()
    bob.ignore("carol")
    bob.call("carol")
    assert heard(bob)[0][-1] == Refused(Refusal.IGNORED_BY_YOU, "carol")


def test_nobody_to_reply_to():
    (alice,) = House().enter("alice")
    alice.reply("hm")
    assert heard(alice) == [[Refused(Refusal.NOBODY_TO_REPLY_TO)]]


def test_telling_everybody():
    alice, bob, carol = House().enter("alice", "bob", "carol")
    alice.shout("hi")
    assert heard(alice, bob, carol) == [[SentToAll(2)], [SaidToAll("alice", "hi")], [SaidToAll("alice", "hi")]]


def test_away():
    house = House()
    alice, bob = house.enter("alice", "bob")
    alice.mark_away("lunch")
    bob.direct("alice", "hi")
    bob.list_users()
    alice.mark_back()
    alice.mark_back()
    assert heard(alice, bob) == [
        [
            MarkedAway("lunch", later=False),
            SaidDirectly("bob", "hi"),
            MarkedBack(was_away=True, status=Status.FREE),
            MarkedBack(was_away=False, status=Status.FREE),
        ],
        [Sent("alice", "lunch"), Roster((Entry(1, "alice", Status.AWAY), Entry(2, "bob", Status.FREE)))],
    ]


def test_a_connect_of_ones_own_ends_away():
    alice, bob = House().enter("alice", "bob")
    alice.mark_away("")
    alice.call("zoe")
    alice.call("bob")
    alice.part()
    assert heard(alice)[0][-1] == Parted("bob", Ending.GOODBYE, by_you=True, status=Status.FREE)
    assert heard(bob)[0][0] == Connected("alice", 1)


def test_away_in_a_session_counts_when_it_ends():
    alice, bob = House().enter("alice", "bob")
    alice.call("bob")
    heard(alice, bob)
    alice.mark_away("tired")
    bob.direct("alice", "hi")
    alice.list_users()
    bob.part()
    bob.call("alice")
    assert heard(alice, bob) == [
        [
            MarkedAway("tired", later=True),
            SaidDirectly("bob", "hi"),
            Roster((Entry(1, "alice", Status.BUSY), Entry(2, "bob", Status.BUSY))),
            Parted("bob", Ending.GOODBYE, by_you=False, status=Status.AWAY),
        ],
        [
            Sent("alice", None),
            Parted("alice", Ending.GOODBYE, by_you=True, status=Status.FREE),
            Refused(Refusal.AWAY, "alice"),
        ],
    ]


def test_a_new_name():
    alice, bob = House().enter("alice", "bob")
    for name in ("BOB", "9", "root", "alice", "Alice", "zoe"):
        alice.rename(name)
    assert heard(alice, bob) == [
        [
            Refused(Refusal.TAKEN_NAME, "BOB"),
            Refused(Refusal.BAD_NAME, "9"),
            Refused(Refusal.RESERVED_NAME, "root"),
            YouAreNow("alice"),
            YouAreNow("Alice"),
            YouAreNow("zoe"),
        ],
        [Renamed("alice", "Alice"), Renamed("Alice", "zoe")],
    ]


def test_what_is_told_of_somebody():
    house = House()
    alice, bob = house.enter("alice", "bob")
    house.clock.advance(5)
    dave = house.connect()
    house.clock.advance(10)
    dave.say("dave")
    heard(alice, dave)
    alice.describe("dave")
    (told,) = heard(alice)[0]
    assert (told.since, told.idle) == (15.0, 10.0)
    house.clock.advance(75)
    bob.last_input = house.clock.seconds()
    house.clock.advance(5)
    bob.mark_away("tea")
    alice.describe("bob")
    alice.describe("zoe")
    assert heard(alice) == [
        [
            Described("bob", 2, Status.AWAY, away="tea", since=0.0, idle=5.0, secure=False),
            Refused(Refusal.NOBODY, "zoe"),
        ]
    ]


def test_nothing_of_an_ignored_user_arrives_and_the_user_cannot_tell():
    alice, bob = House().enter("alice", "bob")
    alice.ignore("bob")
    bob.direct("alice", "hi")
    bob.shout("hi")
    bob.call("alice")
    assert heard(alice, bob) == [
        [IgnoreChanged("bob", on=True)],
        [Sent("alice", None), SentToAll(1), Refused(Refusal.AWAY, "alice")],
    ]
    alice.call("bob")
    alice.ignore()
    assert heard(alice, bob) == [[Refused(Refusal.IGNORED_BY_YOU, "bob"), IgnoreList(("bob",))], []]
    alice.unignore("2")
    bob.shout("again")
    assert heard(alice) == [[IgnoreChanged("bob", on=False), SaidToAll("bob", "again")]]


def test_ignoring_follows_a_new_name_and_ends_when_either_leaves():
    house = House()
    alice, bob = house.enter("alice", "bob")
    alice.ignore("bob")
    bob.rename("robert")
    bob.direct("alice", "hi")
    alice.ignore()
    assert heard(alice)[0][-1] == IgnoreList(("robert",))
    bob.quit()
    (again,) = house.enter("robert")
    again.direct("alice", "hi")
    assert heard(alice) == [[SaidDirectly("robert", "hi")]]


def test_ignoring_the_partner_ends_the_session():
    alice, bob = House().enter("alice", "bob")
    alice.call("bob")
    heard(alice, bob)
    alice.ignore("bob")
    assert heard(alice, bob) == [
        [
            IgnoreChanged("bob", on=True),
            Parted("bob", Ending.GOODBYE, by_you=True, status=Status.FREE),
        ],
        [Parted("alice", Ending.GOODBYE, by_you=False, status=Status.FREE)],
    ]


def test_what_cannot_be_ignored():
    alice, _ = House().enter("alice", "bob")
    alice.ignore("alice")
    alice.ignore("zoe")
    alice.unignore("zoe")
    alice.unignore("bob")
    assert heard(alice) == [
        [
            Refused(Refusal.IGNORING_YOURSELF),
            Refused(Refusal.NOBODY, "zoe"),
            Refused(Refusal.NOBODY, "zoe"),
            Refused(Refusal.NOT_IGNORED, "bob"),
        ]
    ]


def test_closing_tells_everybody_once_and_nothing_else():
    house = House()
    alice, bob, carol = house.enter("alice", "bob", "carol")
    alice.call("bob")
    heard(alice, bob)
    house.switchboard.close()
    assert heard(alice, bob, carol) == [[ShuttingDown()]] * 3
    assert [user.audience.dismissed for user in (alice, bob, carol)] == [1, 1, 1]
    assert house.crowd.members == []
    board = house.switchboard
    assert (board._partners, board._away, len(board._register)) == ({}, {}, 0)


NAMES = ("ann", "bea", "cal", "dov", "eve")
PERSON = st.sampled_from(NAMES)


class AgainstAModel(RuleBasedStateMachine):
    """People do anything; a model says who is here, who talks with whom, and who hears what."""

    def __init__(self):
        super().__init__()
        self.house = House()
        self.here = {}
        self.pairs = set()
        self.away = set()
        self.ignored = set()
        self.count = 0

    def partner(self, name):
        return next((other for pair in self.pairs if name in pair for other in pair - {name}), None)

    def unpair(self, name):
        self.pairs = {pair for pair in self.pairs if name not in pair}

    def heard(self):
        return {name: told for name, user in self.here.items() if (told := user.audience.since())}

    @rule(name=PERSON)
    def enter(self, name):
        if name in self.here:
            newcomer = self.house.connect()
            newcomer.say(name.upper())
            assert newcomer.state is State.UNNAMED
        else:
            (self.here[name],) = self.house.enter(name)
            self.count += 1
            assert self.here[name].id == self.count

    @precondition(lambda self: self.here)
    @rule(name=PERSON, ending=st.sampled_from([Ending.LEFT, Ending.LOST]))
    def leave(self, name, ending):
        if name in self.here:
            self.here.pop(name).session.quit(ending)
            self.unpair(name)
            self.away.discard(name)
            self.ignored = {pair for pair in self.ignored if name not in pair}
            self.heard()

    @precondition(lambda self: len(self.here) > 1)
    @rule(caller=PERSON, callee=PERSON)
    def call(self, caller, callee):
        if caller not in self.here or self.partner(caller):
            return
        possible = (
            callee in self.here
            and caller != callee
            and not self.partner(callee)
            and callee not in self.away
            and not {(caller, callee), (callee, caller)} & self.ignored
        )
        self.here[caller].call(callee)
        told = self.heard()
        if possible:
            self.pairs.add(frozenset({caller, callee}))
            self.away.discard(caller)
            assert {name: [type(event) for event in events] for name, events in told.items()} == {
                caller: [Connected],
                callee: [Connected],
            }
        else:
            assert list(told) == [caller]
            assert isinstance(told[caller][0], Refused)

    @precondition(lambda self: self.pairs)
    @rule(name=PERSON)
    def part(self, name):
        partner = self.partner(name)
        if partner:
            self.here[name].part()
            self.unpair(name)
            told = self.heard()
            assert set(told) == {name, partner}
            assert told[name] == [Parted(partner, Ending.GOODBYE, True, self.status(name))]
            assert told[partner] == [Parted(name, Ending.GOODBYE, False, self.status(partner))]

    @precondition(lambda self: self.here)
    @rule(name=PERSON, text=st.text(min_size=1))
    def say(self, name, text):
        if name in self.here:
            self.house.clock.advance(20)
            self.here[name].say(text)
            partner, told = self.partner(name), self.heard()
            if partner:
                assert told == {partner: [Said(name, text)]}
            else:
                assert told == ({name: [Refused(Refusal.NOT_SENT)]} if text.strip() else {})

    @precondition(lambda self: self.here)
    @rule(name=PERSON, to=PERSON)
    def direct(self, name, to):
        if name in self.here:
            self.here[name].direct(to, "psst")
            told = self.heard()
            receipt = told[name].pop()
            assert isinstance(receipt, Sent if to in self.here else Refused)
            reaches = to in self.here and (to, name) not in self.ignored
            assert {k: v for k, v in told.items() if v} == ({to: [SaidDirectly(name, "psst")]} if reaches else {})

    @precondition(lambda self: self.here)
    @rule(name=PERSON)
    def shout(self, name):
        if name in self.here:
            self.here[name].shout("all!")
            told = self.heard()
            assert told.pop(name) == [SentToAll(len(self.here) - 1)]
            hearers = {other for other in self.here if other != name and (other, name) not in self.ignored}
            assert told == {other: [SaidToAll(name, "all!")] for other in hearers}

    @precondition(lambda self: self.here)
    @rule(name=PERSON, away=st.booleans())
    def mark(self, name, away):
        if name in self.here:
            user = self.here[name]
            (user.mark_away if away else user.mark_back)()
            (self.away.add if away else self.away.discard)(name)
            assert set(self.heard()) == {name}

    @precondition(lambda self: len(self.here) > 1)
    @rule(name=PERSON, other=PERSON, on=st.booleans())
    def ignore(self, name, other, on):
        if name in self.here and other in self.here and name != other:
            (self.here[name].ignore if on else self.here[name].unignore)(other)
            (self.ignored.add if on else self.ignored.discard)((name, other))
            if on and self.partner(name) == other:
                self.unpair(name)
            self.heard()

    @precondition(lambda self: self.here)
    @rule(name=PERSON, new=PERSON)
    def rename(self, name, new):
        if name in self.here and not self.partner(name):
            self.here[name].rename(new)
            if new not in self.here:
                self.here[new] = self.here.pop(name)
                self.away = {new if n == name else n for n in self.away}
                self.ignored = {(new if a == name else a, new if b == name else b) for a, b in self.ignored}
            self.heard()

    def status(self, name):
        return Status.BUSY if self.partner(name) else Status.AWAY if name in self.away else Status.FREE

    @invariant()
    def the_list_tells_the_truth(self):
        for user in self.here.values():
            user.list_users()
            (roster,) = user.audience.since()
            assert {entry.name: entry.status for entry in roster.entries} == {n: self.status(n) for n in self.here}
            assert [entry.id for entry in roster.entries] == sorted({user.id for user in self.here.values()})
            break

    @invariant()
    def pairing_is_symmetric_and_of_two(self):
        for name, user in self.here.items():
            partner = self.partner(name)
            assert user.partner is (self.here[partner] if partner else None)
            assert user.state is (State.BUSY if partner else State.FREE)
            assert not user.partner or user.partner.partner is user

    @invariant()
    def nothing_is_kept_of_who_has_left(self):
        board, here = self.house.switchboard, set(self.here.values())
        assert set(board._partners) | set(board._away) | set(board._ignoring._ignored) <= here
        assert set(self.house.crowd.members) == set(board._register) == here


TestAgainstAModel = AgainstAModel.TestCase
TestAgainstAModel.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
