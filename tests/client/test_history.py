"""The lines of earlier runs."""

import stat

from prompt_toolkit.history import FileHistory, InMemoryHistory

from chatserver.client import history


def test_lines_are_kept_in_a_file_that_only_the_user_can_read(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    opened = history.open_history()
    for line in ("hello", "two\nlines", "my Password is x", " a blank first"):
        opened.append_string(line)
    file = tmp_path / "chatserver" / "history"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(FileHistory(str(file)).load_history_strings()) == ["two\nlines", "hello"]


def test_a_history_that_cannot_be_read_is_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "chatserver" / "history").mkdir(parents=True)
    opened = history.open_history()
    opened.append_string("hello")
    assert list(opened.load_history_strings()) == []


def test_home_is_where_it_is_by_default(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert history.path() == tmp_path / ".local" / "state" / "chatserver" / "history"


def test_where_there_is_no_place_for_a_file_it_lasts_for_this_run(monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    assert isinstance(history.open_history(), InMemoryHistory)
