"""Help, and the documentation of the commands, say what the table says."""

from pathlib import Path

import pytest

from chatserver.domain.user import User
from chatserver.language.commands import ROWS, Row, Theme
from chatserver.language.help import help_text, screen, summary, when

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.rst"
MORE = tuple(Row((f"command{number}",), User.ping, "does something", theme) for number in range(99) for theme in Theme)


def fits(text, rows=23):
    """Whether what `/help` answers is read on a screen of 80 x 24, with the prompt below it."""
    lines = text.split("\n")
    return len(lines) <= rows and all(len(f"(server): {line}") <= 79 for line in lines)


@pytest.mark.parametrize("more", [0, 1, 9, len(MORE)])
def test_help_fits_a_screen_whatever_commands_are_added(more):
    assert fits(screen(ROWS + MORE[:more]))
    assert help_text() == screen(ROWS)


def test_the_everyday_commands_are_said_to_do_something_and_the_others_named_once():
    text = help_text()
    for row in ROWS:
        for form in row.everyday:
            assert form in text
            assert form.split()[0].removeprefix("/") in (*row.slash, *row.bare, *row.bare_in_lobby)
        assert (row.help in text) == bool(row.everyday)
        assert row.everyday or text.count(f"/{row.slash[0]}") == 1


def test_the_everyday_commands_are_the_words_of_the_origins():
    words = "status GET /users connect CONNECT goodbye #GOODBYE# close #CLOSE# /dm /bc /bm /help /quit exit"
    assert {form.split()[0] for row in ROWS for form in row.everyday} == set(words.split())


def test_a_theme_with_too_many_commands_tells_how_many_more_there_are():
    line = screen(ROWS + MORE).split("\n")[-3]
    assert line.startswith("service: /ping, /command0, ")
    assert line.endswith(f" and {100 - line.count('/')} more")


@pytest.mark.parametrize("theme", Theme)
def test_a_theme_is_explained(theme):
    rows = [row for row in ROWS if row.theme is theme]
    assert rows
    assert help_text(f" {theme.value.upper()} ").split("\n") == [summary(row) for row in rows]
    assert fits(help_text(theme.value))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slash[0])
def test_each_command_is_explained_with_all_its_forms(row):
    for word in row.slash:
        assert f"/{word}" in summary(row)
    for topic in (*row.slash, *(f"/{word.upper()}" for word in row.slash), *row.bare, *row.bare_in_lobby):
        text = help_text(topic)
        assert all(form in text for form in row.forms)
        assert all(choice in text for choice in row.choices)
        assert f"It {row.help}." in text
        assert fits(text)


def test_no_theme_is_a_command():
    words = {word for row in ROWS for word in (*row.slash, *row.bare, *row.bare_in_lobby)}
    assert not words & {theme.value for theme in Theme}


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
