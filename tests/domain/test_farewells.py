"""Whatever is told last ends the connection."""

import pytest

from chatserver.domain.farewells import Farewell
from chatserver.domain.terms import State
from tests.people import EVENTS, House

FAREWELLS = [kind for kind in EVENTS if issubclass(kind, Farewell)]


@pytest.mark.parametrize("kind", FAREWELLS)
def test_a_farewell_is_the_last_thing_that_is_told(kind):
    (alice,) = House().enter("alice")
    farewell = kind(*[None] * len(kind.__dataclass_fields__))
    alice.dismiss(farewell)
    assert alice.audience.told == [farewell]
    assert alice.audience.dismissed == 1
    assert alice.state is State.GONE
