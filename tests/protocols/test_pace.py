"""A token bucket, against one that counts."""

import pytest
from hypothesis import given, strategies as st

from chatserver.protocols.pace import Pace


def test_a_burst_and_then_the_rate():
    pace = Pace(3, 2)
    for _ in range(3):
        assert pace.wait(100) == 0
        pace.spend(1, 100)
    assert pace.wait(100) == pytest.approx(0.5)
    assert pace.wait(100.5) == 0
    pace.spend(1, 100.5)
    assert pace.wait(100.5) == pytest.approx(0.5)
    assert not pace.is_full(101.9)
    assert pace.is_full(102)


def test_what_is_spent_too_much_is_waited_for():
    pace = Pace(2, 1)
    pace.spend(12, 0)
    assert pace.wait(0) == pytest.approx(11)


@given(
    st.integers(1, 30),
    st.sampled_from([1, 4, 8]),
    st.lists(st.tuples(st.integers(0, 64), st.integers(0, 9)), max_size=50),
)
def test_it_is_as_if_tokens_were_counted(burst, rate, events):
    pace, tokens, now = Pace(burst, rate), float(burst), 0.0
    for eighths, cost in events:
        now += eighths / 8
        tokens = min(burst, tokens + eighths / 8 * rate)
        assert (pace.wait(now) == 0) == (tokens >= 1)
        if tokens < 1:
            assert pace.wait(now) == (1 - tokens) / rate
        pace.spend(cost, now)
        tokens -= cost
        assert pace.is_full(now) == (tokens == burst)
