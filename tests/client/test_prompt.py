"""What Enter sends."""

import pytest

from chatserver.client.prompt import lines_of


@pytest.mark.parametrize(
    ("text", "lines"), [("a", ["a"]), ("", [""]), ("a\nb", ["a", "b"]), ("a\n\nb\n", ["a", "", "b"]), ("\n", [""])]
)
def test_the_lines_of_a_text(text, lines):
    assert lines_of(text) == lines
