"""Who waits at which place, held against looking through all of them."""

from hypothesis import given, strategies as st

from chatserver.protocols.waiting import Waiting


def test_nobody_waits():
    waiting = Waiting()
    waiting.discard("ann")
    assert not waiting
    assert waiting.number_at("here") == 0


def test_of_two_places_with_as_many_the_one_where_somebody_has_waited_for_longest():
    waiting = Waiting()
    for one, place in (("ann", "here"), ("bob", "there"), ("cal", "there"), ("dan", "here")):
        waiting.add(one, place)
    assert waiting.longest_where_most() == "ann"
    waiting.discard("ann")
    assert waiting.longest_where_most() == "bob"
    waiting.discard("cal")
    assert waiting.longest_where_most() == "bob"
    waiting.discard("bob")
    assert waiting.longest_where_most() == "dan"


STEPS = st.lists(st.tuples(st.sampled_from(["add", "add", "discard", "longest"]), st.integers(0, 5)), max_size=200)


@given(STEPS)
def test_it_is_as_if_all_were_looked_through(steps):
    waiting, there = Waiting(), []
    for number, (what, which) in enumerate(steps):
        if what == "add":
            waiting.add(number, f"place {which}")
            there.append((number, f"place {which}"))
        elif what == "discard" and there:
            one, _ = there.pop(which % len(there))
            waiting.discard(one)
        places = [place for _, place in there]
        assert len(waiting) == len(there)
        assert [waiting.number_at(place) for place in places] == [places.count(place) for place in places]
        if there and what == "longest":
            one, place = max(there, key=lambda pair: places.count(pair[1]))
            assert waiting.longest_where_most() == one
            assert waiting.longest_at(place) == one
        assert what != "add" or len(waiting._heap) <= 2 * len(there) + 1
    for one, _ in there:
        waiting.discard(one)
    assert not waiting._places
    assert not waiting._at
