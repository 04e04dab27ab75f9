"""The log says who was refused, and cannot be filled by it."""

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock
from twisted.logger import formatEvent, globalLogPublisher

from chatserver.domain.farewells import IdleTooLong, ServerFull
from chatserver.protocols import refusals as module
from chatserver.protocols.refusals import PERIOD_SECONDS, Refusals, reason_of


class Lines(list):
    """What an operator reads, and the events with their fields."""

    def __init__(self):
        self.events = []


@pytest.fixture
def logged():
    lines = Lines()

    def keep(event):
        lines.append(formatEvent(event))
        lines.events.append(event)

    globalLogPublisher.addObserver(keep)
    yield lines
    globalLogPublisher.removeObserver(keep)


def test_one_line_a_source_a_minute_and_a_count(logged):
    clock = Clock()
    refusals = Refusals(clock)
    for _ in range(1000):
        refusals.refuse("192.0.2.1", "too_many", "Too many.")
    refusals.refuse("192.0.2.2", "slow", "No name.")
    assert logged == ["refused 192.0.2.1: Too many.", "refused 192.0.2.2: No name."]
    clock.advance(PERIOD_SECONDS)
    assert logged[2:] == ["refused 192.0.2.1 999 more times"]
    refusals.refuse("192.0.2.1", "too_many", "Too many.")
    assert logged[3:] == ["refused 192.0.2.1: Too many."]
    clock.advance(PERIOD_SECONDS)
    assert len(logged) == 4
    assert clock.getDelayedCalls() == []


def test_many_sources_share_a_line(logged, monkeypatch):
    monkeypatch.setattr(module, "MOST_SOURCES", 3)
    refusals = Refusals(Clock())
    for number in range(100):
        refusals.refuse(f"192.0.2.{number}", "too_many", "Too many.")
    assert logged[2:] == ["refused 192.0.2.2: Too many.", "refused other addresses: Too many."]


def test_at_the_end_the_counts_are_said_and_nothing_is_left_scheduled(logged):
    clock = Clock()
    refusals = Refusals(clock)
    for _ in range(3):
        refusals.refuse("192.0.2.1", "too_many", "Too many.")
    refusals.close()
    assert logged[1:] == ["refused 192.0.2.1 2 more times"]
    assert clock.getDelayedCalls() == []


def test_braces_in_a_reason_are_text(logged):
    Refusals(Clock()).refuse("192.0.2.1", "odd", "{oops}")
    assert logged == ["refused 192.0.2.1: {oops}"]


def test_each_is_counted_by_its_reason(logged):
    refusals = Refusals(Clock())
    for _ in range(3):
        refusals.refuse("192.0.2.1", "too_many", "Too many.")
    for name in ("ann", "bob"):
        refusals.cut(SimpleNamespace(name=name, id=7), "192.0.2.1:5", "idle", "Nothing typed.")
    assert refusals.counts == {("refused", "too_many"): 3, ("cut", "idle"): 2}
    assert logged[1:] == [f"cut {name} (user 7) at 192.0.2.1:5: Nothing typed." for name in ("ann", "bob")]
    fields = {key: logged.events[1][key] for key in ("event", "user", "id", "address", "reason")}
    assert fields == {"event": "cut", "user": "ann", "id": 7, "address": "192.0.2.1:5", "reason": "idle"}


def test_a_reason_is_the_farewell_in_one_word():
    assert reason_of(ServerFull(5)) == "server_full"
    assert reason_of(IdleTooLong(5)) == "idle_too_long"
