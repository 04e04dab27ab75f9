"""What the network can do to a screen: nothing."""

from unicodedata import category

import pytest
from hypothesis import given, strategies as st

from chatserver.client.text import decode

ODD = "\ufffd"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("alice: hello", "alice: hello"),
        ("zoë 你好 👩\u200d👩 می\u200c", "zoë 你好 👩\u200d👩 می\u200c"),
        ("\x1b]0;title\x07", f"{ODD}]0;title{ODD}"),
        ("a\rb\x9b31m\u202ec\u2028d", f"a{ODD}b{ODD}31m{ODD}c{ODD}d"),
        ("\U000e0001", ODD),
    ],
)
def test_what_is_shown(line, shown):
    assert decode(line.encode()) == shown


@given(st.binary())
def test_no_bytes_leave_a_control_character(line):
    assert not {c for c in decode(line) if category(c) in ("Cc", "Zl", "Zp")}
