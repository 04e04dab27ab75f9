"""Events are values."""

import dataclasses

import pytest

from chatserver.domain.events import Said, SaidDirectly
from tests.people import EVENTS


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_is_frozen_and_small(kind):
    fields = dataclasses.fields(kind)
    event = kind(*[None] * len(fields))
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError, AttributeError)):
        setattr(event, fields[0].name if fields else "anything", 1)
    assert not hasattr(event, "__dict__")
    assert kind.__doc__
    assert not kind.__doc__.startswith(kind.__name__)


def test_the_same_words_said_in_another_way_are_another_event():
    assert Said("alice", "hi") == Said("alice", "hi")
    assert Said("alice", "hi") != SaidDirectly("alice", "hi")
