"""Who takes too long."""

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock

from chatserver.domain.farewells import IdleTooLong, LoginTimedOut
from chatserver.protocols.manners import Manners
from chatserver.protocols.watch import Watch
from tests.people import House


def watched(login=30, idle=0):
    house = House()
    house.clock = Clock()
    user, away = house.connect(), []
    visitor = SimpleNamespace(user=user, turn_away=away.append)
    return Watch(visitor, Manners(login_timeout=login, idle_timeout=idle), house.clock), user, house.clock, away


def test_no_name_in_time():
    _, _, clock, away = watched(login=30, idle=600)
    clock.advance(29)
    assert away == []
    clock.advance(1)
    assert away == [LoginTimedOut(30)]


@pytest.mark.parametrize("login", [0, 30])
def test_silence_counts_from_the_last_line(login):
    _, user, clock, away = watched(login=login, idle=600)
    user.say("alice")
    for _ in range(5):
        clock.advance(599)
        user.last_input = clock.seconds()
    assert away == []
    clock.advance(600)
    assert away == [IdleTooLong(600)]
    assert clock.getDelayedCalls() == []


def test_a_user_is_not_idle_before_the_idle_time_although_it_is_shorter_than_that_for_a_name():
    _, user, clock, away = watched(login=30, idle=10)
    clock.advance(25)
    user.last_input = clock.seconds()
    user.say("alice")
    clock.pump([1] * 9)
    assert away == []
    clock.pump([1] * 10)
    assert away == [IdleTooLong(10)]


def test_a_newcomer_has_all_the_time_for_a_name_however_short_the_idle_time():
    _, _, clock, away = watched(login=30, idle=10)
    clock.pump([1] * 29)
    assert away == []
    clock.advance(1)
    assert away == [LoginTimedOut(30)]


def test_without_limits_there_is_no_timer():
    _, user, clock, away = watched(login=0, idle=0)
    assert clock.getDelayedCalls() == []
    _, user, clock, away = watched(login=30, idle=0)
    user.say("alice")
    clock.advance(30)
    assert (clock.getDelayedCalls(), away) == ([], [])


def test_it_ends():
    watch, _, clock, away = watched()
    watch.end()
    watch.end()
    clock.advance(100)
    assert (clock.getDelayedCalls(), away) == ([], [])
