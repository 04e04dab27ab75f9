"""Who ignores whom."""

from hypothesis import given, strategies as st

from chatserver.domain.ignoring import Ignoring

PEOPLE = st.sampled_from("abcd")
STEPS = st.lists(st.tuples(st.sampled_from(["start", "stop", "forget"]), PEOPLE, PEOPLE))


@given(STEPS)
def test_it_is_a_relation(steps):
    ignoring, model = Ignoring(), set()
    for step, one, other in steps:
        if step == "start":
            ignoring.start(one, other)
            model.add((one, other))
        elif step == "stop" and (one, other) in model:
            ignoring.stop(one, other)
            model.remove((one, other))
        elif step == "forget":
            ignoring.forget(one)
            model = {pair for pair in model if one not in pair}
        for user in "abcd":
            assert ignoring.ignored_by(user) == {b for a, b in model if a == user}
            assert ignoring.ignorers_of(user) == {a for a, b in model if b == user}
            assert all(ignoring.holds(user, b) == ((user, b) in model) for b in "abcd")
    assert bool(ignoring._ignored) == bool(ignoring._ignorers) == bool(model)
