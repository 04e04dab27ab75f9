"""Where the user's files are, and what is in their place: unit by unit, then real runs on a terminal."""

import os
import stat
import sys

import pytest
from pytest_twisted import ensureDeferred

from chatserver.client.home import open_own, state_directory
from tests.client.screens import ChatClient
from tests.processes import server
from tests.terminal import CTRL_C, ENTER, Terminal


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with server(tmp_path_factory.mktemp("server")) as (_, port):
        yield port


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return tmp_path


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def tree(path):
    """All that is below `path`, with what it is and who can use it."""
    return {str(found): (found.lstat().st_mode, found.lstat().st_size) for found in path.rglob("*")}


def test_home_is_where_it_is_by_default(home):
    assert state_directory() == home / ".local" / "state" / "chatserver"


@pytest.mark.parametrize("state", ["", "relative", "./x", "~/state"])
def test_a_state_home_that_is_no_absolute_path_counts_for_nothing(home, monkeypatch, state):
    monkeypatch.setenv("XDG_STATE_HOME", state)
    assert state_directory() == home / ".local" / "state" / "chatserver"


@pytest.mark.parametrize("state", ["state", "not/yet"])
def test_a_state_home_of_the_users_choice(home, monkeypatch, state):
    (home / "state").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(home / state))
    assert state_directory() == home / state / "chatserver"


@pytest.mark.parametrize("where", ["", "relative", "/nonexistent/home"])
def test_a_home_that_is_none(home, monkeypatch, where):
    monkeypatch.setenv("HOME", where)
    assert state_directory() is None


def test_no_home(home, monkeypatch):
    monkeypatch.delenv("HOME")
    assert state_directory() is None


@pytest.mark.parametrize("variable", ["HOME", "XDG_STATE_HOME"])
def test_a_folder_of_somebody_else(home, monkeypatch, variable):
    monkeypatch.setenv(variable, str(home))
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid + 1)
    assert state_directory() is None


def test_a_file_is_made_for_the_user_alone_and_so_are_its_folders(home):
    file = home / "a" / "b" / "file"
    open_own(file).close()
    assert (mode(file), mode(file.parent), mode(file.parent.parent)) == (0o600, 0o700, 0o700)


def test_a_file_of_the_users_own_is_closed_to_others_and_kept(home):
    file = home / "file"
    file.write_text("kept\n")
    file.chmod(0o644)
    with open_own(file) as opened:
        opened.write(b"more\n")
    assert (file.read_text(), mode(file)) == ("kept\nmore\n", 0o600)


def test_what_is_no_file_of_the_users_own_stays_as_it_is(home, monkeypatch):
    (home / "folder").mkdir(mode=0o755)
    os.mkfifo(home / "fifo", 0o644)
    (home / "device").symlink_to("/dev/null")
    (home / "foreign").write_text("x")
    before, device = tree(home), os.stat("/dev/null").st_mode
    for name in ("folder", "fifo", "device", "foreign/below"):
        with pytest.raises(OSError, match=name.partition("/")[0]):
            open_own(home / name)
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid + 1)
    with pytest.raises(OSError, match="foreign"):
        open_own(home / "foreign")
    assert tree(home) == before
    assert os.stat("/dev/null").st_mode == device


class Unknown(Terminal):
    """The client of a user whom the list of users does not know."""

    PROGRAM = """
import pwd, sys
def unknown(*who): raise KeyError(who)
pwd.getpwuid = pwd.getpwnam = unknown
from chatserver.client.__main__ import main
main()
"""

    def __init__(self, home, *arguments, **environment):
        super().__init__([sys.executable, "-c", self.PROGRAM, *arguments], home, **environment)


async def talked(ann):
    """She came in, typed a line that is kept where there is a place, and left."""
    await ann.until(r"^\[lobby\]")
    ann.type(b"/ping x" + ENTER)
    await ann.until("pong x")
    ann.type(CTRL_C)
    return await ann.ended == 0


@ensureDeferred
@pytest.mark.parametrize(
    ("environment", "client"),
    [
        ({"HOME": None, "XDG_STATE_HOME": "relative"}, Unknown),
        ({"HOME": "/nonexistent/home"}, Unknown),
        ({"XDG_STATE_HOME": ""}, ChatClient),
        ({"XDG_STATE_HOME": "relative"}, ChatClient),
        (
            {"XDG_STATE_HOME": "/proc"},
            ChatClient,
        ),  # as a home that is read-only: nothing can be made there, not by root
    ],
    ids=str,
)
async def test_the_client_starts_and_leaves_nothing_where_it_should_not(
    port, tmp_path, monkeypatch, environment, client
):
    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    home.mkdir()
    monkeypatch.chdir(work)
    assert await talked(client(home, f"127.0.0.1:{port}", "--name", "ann", **environment))
    assert list(work.iterdir()) == []
    assert not os.path.exists("/nonexistent")
    assert bool(list(home.rglob("history"))) == (
        environment.get("XDG_STATE_HOME") in ("", "relative") and client is ChatClient
    )


@ensureDeferred
async def test_a_folder_in_the_place_of_the_history_is_let_be(port, tmp_path):
    folder = tmp_path / ".local/state/chatserver/history"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "mine").write_text("x")
    before = tree(tmp_path / ".local")
    assert await talked(ChatClient(tmp_path, f"127.0.0.1:{port}", "--name", "ann"))
    assert tree(tmp_path / ".local") == before
