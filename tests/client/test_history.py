"""The lines of earlier runs."""

import stat

from prompt_toolkit.history import FileHistory

from chatserver.client.history import open_history


def test_lines_are_kept_in_a_file_that_only_the_user_can_read(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    opened = open_history()
    for line in ("hello", "two\nlines", "my Password is x", " a blank first"):
        opened.append_string(line)
    file = tmp_path / "chatserver" / "history"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(FileHistory(str(file)).load_history_strings()) == ["two\nlines", "hello"]


def test_a_file_that_goes_meanwhile_is_made_anew_for_the_user_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    opened = open_history()
    file = tmp_path / "chatserver" / "history"
    file.unlink()
    opened.append_string("hello")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.unlink()
    file.mkdir()
    opened.append_string("again")
    assert opened.get_strings() == ["hello", "again"]


def test_where_there_is_no_place_for_a_file_it_lasts_for_this_run_and_no_secret_gets_in(monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    opened = open_history()
    for line in ("hello", "my Password is x"):
        opened.append_string(line)
    assert opened.get_strings() == ["hello"]
