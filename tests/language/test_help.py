"""Help, and the documentation of the commands, say what the table says."""

from pathlib import Path

import pytest

from chatserver.language.commands import ROWS
from chatserver.language.help import help_text, summary, when

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.rst"
WIDTH = 80 - len("(server): ")


def test_help_has_a_line_for_each_command_and_fits_a_screen():
    lines = help_text().split("\n")
    assert len(lines) == len(ROWS) + 1 <= 24
    assert all(len(line) <= WIDTH for line in lines), [line for line in lines if len(line) > WIDTH]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slash[0])
def test_each_command_is_explained_with_all_its_forms(row):
    for word in row.slash:
        assert f"/{word}" in summary(row)
    for topic in (*row.slash, *(f"/{word.upper()}" for word in row.slash), *row.bare, *row.bare_in_lobby):
        text = help_text(topic)
        assert all(form in text for form in row.forms)
        assert row.help in text
        assert text.endswith(f"When: {when(row)}.")


def test_what_is_no_command_is_said_to_be_none():
    assert help_text("xyzzy") == "There is no command xyzzy. /help lists them."
    assert len(help_text("x" * 4000)) < 100


def table():
    """The command table of docs/protocol.rst, as the rows want it."""
    lines = [".. list-table::", "   :header-rows: 1", "", "   * - typed", "     - counts when", "     - does"]
    for row in ROWS:
        lines += [
            f"   * - {', '.join(f'``{form}``' for form in row.forms)}",
            f"     - {when(row)}",
            f"     - {row.help}",
        ]
    return "\n".join(lines)


def test_the_documented_table_is_the_table():
    assert table() in PROTOCOL.read_text(), f"docs/protocol.rst should have this table:\n\n{table()}\n"
