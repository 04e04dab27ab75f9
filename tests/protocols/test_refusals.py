"""The log says who was refused, and cannot be filled by it."""

import pytest
from twisted.internet.task import Clock
from twisted.logger import formatEvent, globalLogPublisher

from chatserver.protocols import refusals as module
from chatserver.protocols.refusals import PERIOD_SECONDS, Refusals


@pytest.fixture
def logged():
    lines = []

    def keep(event):
        lines.append(formatEvent(event))

    globalLogPublisher.addObserver(keep)
    yield lines
    globalLogPublisher.removeObserver(keep)


def test_one_line_a_source_a_minute_and_a_count(logged):
    clock = Clock()
    refusals = Refusals(clock)
    for _ in range(1000):
        refusals.note("192.0.2.1", "too many")
    refusals.note("192.0.2.2", "no name")
    assert logged == ["refused 192.0.2.1: too many", "refused 192.0.2.2: no name"]
    clock.advance(PERIOD_SECONDS)
    assert logged[2:] == ["refused 192.0.2.1 999 more times"]
    refusals.note("192.0.2.1", "too many")
    assert logged[3:] == ["refused 192.0.2.1: too many"]
    clock.advance(PERIOD_SECONDS)
    assert len(logged) == 4
    assert clock.getDelayedCalls() == []


def test_many_sources_share_a_line(logged, monkeypatch):
    monkeypatch.setattr(module, "MOST_SOURCES", 3)
    refusals = Refusals(Clock())
    for number in range(100):
        refusals.note(f"192.0.2.{number}", "too many")
    assert logged[2:] == ["refused 192.0.2.2: too many", "refused other addresses: too many"]


def test_at_the_end_the_counts_are_said_and_nothing_is_left_scheduled(logged):
    clock = Clock()
    refusals = Refusals(clock)
    for _ in range(3):
        refusals.note("192.0.2.1", "too many")
    refusals.close()
    assert logged[1:] == ["refused 192.0.2.1 2 more times"]
    assert clock.getDelayedCalls() == []


def test_braces_in_a_reason_are_text(logged):
    Refusals(Clock()).note("192.0.2.1", "{oops}")
    assert logged == ["refused 192.0.2.1: {oops}"]
