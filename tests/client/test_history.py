"""The lines of earlier runs."""

import stat

import pytest
from prompt_toolkit.history import FileHistory

from chatserver.client.history import kept_of, open_history


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "chatserver" / "history"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("hello", ""),
        ("connect the red wire to ground", ""),
        ("connect bob", "connect bob"),
        ("status", "status"),
        (" /whois bob ", "/whois bob"),
        ("/users al*", "/users al*"),
        ("/dm bob the code is 1234", "/dm bob"),
        ("/W  bob hi\nthere", "/W  bob"),
        ("/dm bob", "/dm bob"),
        ("/bc to all", "/bc"),
        ("/reply yes", "/reply"),
        ("/away at lunch", "/away"),
        ("/dn bob mistyped", "/dn"),
        ("/me waves", ""),
        ("/say /quit", ""),
        ("//quit is a word", ""),
        ("/", ""),
        ("", ""),
    ],
)
def test_what_of_a_line_is_kept(line, kept):
    assert kept_of(line) == kept


def test_commands_are_kept_in_a_file_that_only_the_user_can_read(file):
    opened = open_history()
    said = ["/dm bob hello", "two\nlines"]
    for line in (*said, "/bc my Password is x", "/login ann", "/resume 7F3K-92QD-HM4X", " /ping a blank first"):
        opened.append_string(line)
    assert opened.get_strings() == said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(FileHistory(str(file)).load_history_strings()) == ["/dm bob"]
    assert list(open_history().load_history_strings()) == ["/dm bob"]


def test_what_an_older_file_has_of_what_was_said_is_not_shown(file):
    opened = open_history()
    FileHistory(str(file)).store_string("something that was said")
    FileHistory(str(file)).store_string("connect bob")
    assert list(opened.load_history_strings()) == ["connect bob"]


def test_nothing_is_kept_where_nothing_is_to_be(file):
    opened = open_history(keep=False)
    opened.append_string("/users")
    assert opened.get_strings() == ["/users"]
    assert not file.exists()


def test_a_file_that_goes_meanwhile_is_made_anew_for_the_user_alone(file):
    opened = open_history()
    file.unlink()
    opened.append_string("/users")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.unlink()
    file.mkdir()
    opened.append_string("/ping")
    assert opened.get_strings() == ["/users", "/ping"]


def test_where_there_is_no_place_for_a_file_it_lasts_for_this_run_and_no_secret_gets_in(monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    opened = open_history()
    for line in ("hello", "my Password is x"):
        opened.append_string(line)
    assert opened.get_strings() == ["hello"]
