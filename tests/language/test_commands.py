"""The command table holds together."""

import inspect

import pytest

from chatserver.domain import names
from chatserver.domain.terms import Refusal
from chatserver.language.commands import ALWAYS, BARE, BARE_IN_LOBBY, NAMED, ROWS, SLASH


def test_no_word_stands_twice():
    slash = [word for row in ROWS for word in row.slash]
    bare = [word for row in ROWS for word in row.bare + row.bare_in_lobby]
    assert len(set(slash)) == len(slash) == len(SLASH)
    assert len(set(bare)) == len(bare) == len(BARE_IN_LOBBY)
    assert set(BARE) < set(BARE_IN_LOBBY)


def test_every_bare_word_is_reserved_as_a_name():
    for word in BARE_IN_LOBBY:
        if names.objection(word) is not Refusal.BAD_NAME:
            assert names.objection(word) is Refusal.RESERVED_NAME, word


def test_bare_words_are_in_one_letter_case_and_get_only_in_capitals():
    assert all(word in (word.upper(), word.lower()) for word in BARE_IN_LOBBY)
    assert "get" not in BARE_IN_LOBBY
    assert all(word == word.casefold() for word in SLASH)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slash[0])
def test_an_action_takes_the_arguments_of_its_row(row):
    arguments = row.arguments.split()
    for action in filter(None, (row.action, row.otherwise)):
        inspect.signature(action).bind(None, *arguments)
        required = [argument for argument in arguments if not argument.startswith("[")]
        inspect.signature(action).bind(None, *required)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slash[0])
def test_a_command_that_does_not_always_count_says_why(row):
    assert (row.otherwise is None) == (row.when in (ALWAYS, NAMED))
    assert row.help
