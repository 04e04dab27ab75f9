"""The states that a user goes through."""

from chatserver.domain.terms import State
from tests.people import House


def test_a_user_goes_through_every_state():
    house = House()
    house.enter("bob")
    alice = house.connect()
    states = [alice.state]
    for step in (lambda: alice.say("alice"), lambda: alice.call("bob"), alice.quit):
        step()
        states.append(alice.state)
    assert states == list(State)
