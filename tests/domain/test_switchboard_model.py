"""The switchboard against a model: people do anything, and the tables stay right."""

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chatserver.domain.events import (
    Connected,
    Parted,
    Refused,
    Said,
    SaidDirectly,
    SaidToAll,
    Sent,
    SentToAll,
)
from chatserver.domain.terms import Ending, Refusal, State, Status
from tests.people import House

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
TestAgainstAModel.settings = settings(max_examples=150, stateful_step_count=40)
