"""A server that twistd takes elsewhere, or that becomes another user, is known to find its files there."""

import os
import pwd
import signal
import subprocess
from pathlib import Path

import pytest
from twisted.scripts.twistd import ServerOptions

from chatserver.elsewhere import Elsewhere
from chatserver.settings import ConfigError
from tests.processes import LIMIT, ROOT, running, twistd

HERE = "tcp:0:interface=127.0.0.1"
NOBODY = pwd.getpwnam("nobody").pw_uid
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def refusal_of(read=None, **options):
    with pytest.raises(ConfigError) as refusal:
        Elsewhere(options).rehearse(read)
    return str(refusal.value)


def test_what_twistd_does_by_itself_leads_nowhere():
    assert not Elsewhere(ServerOptions())
    assert not Elsewhere({})


@pytest.mark.parametrize("option", [["--chroot", "/"], ["--rundir", "/"], ["--uid", "root"], ["--gid", "root"]])
def test_what_leads_elsewhere(option):
    options = ServerOptions()
    options.parseOptions([*option, "chat", "--check"][:2])
    assert Elsewhere(options)


def test_there_and_back(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    seen = []
    Elsewhere({"rundir": str(tmp_path)}).rehearse(lambda: seen.append(os.getcwd()))
    assert seen == [str(tmp_path)]
    assert os.getcwd() == str(ROOT)


def test_back_also_if_a_reload_would_fail(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)

    def read():
        raise ConfigError("what is wrong")

    assert refusal_of(read, rundir=str(tmp_path)) == f"under --rundir {tmp_path} a reload would fail: what is wrong"
    assert os.getcwd() == str(ROOT)


def test_a_folder_that_is_not_there():
    assert refusal_of(rundir="/nowhere") == "--rundir /nowhere: No such file or directory: '/nowhere'"


def test_a_user_that_is_not_there():
    assert refusal_of(uid=2**31 - 7) == f"--uid {2**31 - 7}: there is no such user"


def test_who_may_not_become_somebody_else_is_told_so(monkeypatch):
    def refuse(*arguments):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "initgroups", refuse)
    monkeypatch.setattr(os, "setegid", lambda gid: None)
    uid = NOBODY if os.geteuid() != NOBODY else 0
    assert refusal_of(uid=uid) == f"--uid {uid}: Operation not permitted"


@needs_root
def test_another_user_and_back(tmp_path):
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    before = os.geteuid(), os.getegid(), os.getgroups()
    seen = []

    def look():
        with pytest.raises(PermissionError):
            secret.read_bytes()
        seen.append((os.geteuid(), os.getegid()))

    Elsewhere({"uid": NOBODY}).rehearse(look)
    assert seen == [(NOBODY, pwd.getpwuid(NOBODY).pw_gid)]
    Elsewhere({"uid": 0, "gid": 4711}).rehearse(lambda: seen.append((os.geteuid(), os.getegid())))
    assert seen[1] == (0, 4711)
    assert (os.geteuid(), os.getegid(), os.getgroups()) == before
    assert secret.read_bytes() == b""


@needs_root
def test_another_root_and_back(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (tmp_path / "inside").mkdir()
    assert refusal_of(chroot=str(tmp_path)) == f"--chroot {tmp_path}: No such file or directory: '/dev/null'"
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/null").touch()
    seen = []
    for folder in (".", "inside"):
        Elsewhere({"chroot": str(tmp_path), "rundir": folder}).rehearse(
            lambda: seen.append((os.getcwd(), os.listdir("/")))
        )
    assert [where for where, _ in seen] == ["/", "/inside"]
    assert set(seen[0][1]) == {"dev", "inside"}
    assert os.getcwd() == str(ROOT)
    assert Path(__file__).is_file()


def test_relative_paths_work_elsewhere(tmp_path):
    """The file and the message of the day are where they were typed, a UNIX socket is where the server runs."""
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "chat.toml").write_text('port = "unix:chat"\nmotd = "motd"\npace = 7\n')
    (tmp_path / "motd").write_text("be nice\n")
    command = twistd(tmp_path, "-n", "--rundir", "run", "chat", "--config", "chat.toml")
    with running(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}) as process:
        process.log.until("open for .* pace 7,")
        assert (folder / "chat").is_socket()
        (tmp_path / "chat.toml").write_text('port = "unix:chat"\nmotd = "motd"\npace = 8\n')
        process.send_signal(signal.SIGHUP)
        process.log.until("read again: .* pace 8,")


@needs_root
@pytest.mark.parametrize("background", [["-n"], []])
def test_a_file_that_the_user_cannot_read_is_one_sentence_and_exit_1(tmp_path, background):
    file = tmp_path / "chat.toml"
    file.write_text(f'port = "{HERE}"\n')
    file.chmod(0o600)
    command = twistd(tmp_path, *background, "--uid", "nobody", "chat", "--config", str(file))
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        f"twistd chat: under --uid {NOBODY} a reload would fail: cannot read '{file}': Permission denied\n"
    )
