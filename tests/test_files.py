"""What the open-file limit leaves room for."""

import resource
import subprocess

import pytest
from hypothesis import given, strategies as st

from chatserver.files import LEAST_KEPT, MOST_KEPT, Files, TooFewFilesError, files_for
from tests.processes import LIMIT, ROOT, Guest, server, twistd


@pytest.fixture
def limits(monkeypatch):
    """The soft and the hard limit of this process, which it is given instead of its own."""
    limits = [100, 1000]
    monkeypatch.setattr(resource, "getrlimit", lambda what: tuple(limits))
    monkeypatch.setattr(resource, "setrlimit", lambda what, new: limits.__setitem__(slice(None), new))
    return limits


def test_the_limit_is_raised_as_far_as_the_system_allows(limits):
    assert files_for(0) == Files(1000)
    assert limits == [1000, 1000]


def test_a_limit_that_cannot_be_raised_is_what_there_is(limits, monkeypatch):
    def refuse(what, new):
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert files_for(0) == Files(100)


def test_no_limit_is_a_million(limits):
    limits[:] = [resource.RLIM_INFINITY] * 2
    assert files_for(0) == Files(1_000_000)


@pytest.mark.parametrize(
    ("most", "users", "refused"),
    [(20_000, 19_700, 60), (1200, 900, 60), (1000, 750, 50), (256, 192, 12), (128, 96, 6), (52, 20, 6), (20, 0, 6)],
)
def test_a_share_is_kept_back(most, users, refused):
    assert (Files(most).users, Files(most).refused) == (users, refused)


@given(st.integers(0, 1_000_000))
def test_who_is_refused_and_the_server_itself_find_room_in_what_is_kept_back(most):
    files = Files(most)
    assert LEAST_KEPT <= files.kept <= MOST_KEPT
    assert 0 <= files.users <= Files(most + 1).users
    assert files.refused + 20 < files.kept


@pytest.mark.parametrize(("most", "max_users"), [(52, 0), (52, 20), (52, 1000), (51, 19), (33, 1), (256, 5)])
def test_there_is_room_for_enough(most, max_users, limits):
    limits[1] = most
    assert files_for(max_users) == Files(most)


@pytest.mark.parametrize(("most", "max_users", "users"), [(51, 0, 19), (51, 20, 19), (33, 2, 1), (10, 1, 0)])
def test_there_is_room_for_too_few(most, max_users, users, limits):
    limits[1] = most
    with pytest.raises(TooFewFilesError, match=f"the open-file limit of {most} leaves room for {users} users: raise"):
        files_for(max_users)


def test_a_server_with_256_files_is_full_of_people_and_talks_on_whoever_else_comes(tmp_path):
    with server(tmp_path, "--quiet", files=256) as (process, port):
        process.log.until("open for 192 users; the open-file limit is 256")
        users = [Guest(port, f"user{number}") for number in range(192)]
        late = [Guest(port) for _ in range(100)]
        assert late[0].read_until("full") == "(server): The server is full (192 of 192 users). Please try again later."
        users[0].type("/dm user191 hello")
        assert users[191].read_until("hello") == "user0 (direct): hello"
        for guest in (*users, *late):
            guest.close()
        assert "Traceback" not in process.log.text


@pytest.mark.parametrize("background", [["-n"], []])
def test_a_limit_of_40_files_is_one_sentence_and_exit_1(tmp_path, background):
    command = ["sh", "-c", 'ulimit -n 40 && exec "$@"', "sh", *twistd(tmp_path, *background, "chat", "-p", "tcp:0")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "twistd chat: the open-file limit of 40 leaves room for 8 users: raise it (by ulimit -n, or systemd's"
        " LimitNOFILE), or let there be fewer (by --max-users)\n"
    )
