"""Options to Config; what is wrong ends with one sentence."""

import os
import resource
import socket
import subprocess
import time
from ipaddress import ip_network

import pytest
from twisted.internet import reactor

from chatserver.config import SETTINGS, Config
from chatserver.protocols.manners import Manners, limits
from chatserver.settings import ConfigError
from chatserver.tap import Options, makeService
from tests.processes import LIMIT, ROOT, twistd


@pytest.fixture(autouse=True)
def seconds(monkeypatch):
    """makeService gives the reactor another clock: here it is that of all tests."""
    monkeypatch.setattr(reactor, "seconds", reactor.seconds)


def parsed(*typed):
    options = Options()
    options.parseOptions(list(typed))
    return options


def test_the_defaults():
    assert parsed().config == Config()


def test_every_option(tmp_path):
    motd = tmp_path / "motd"
    motd.write_text("be nice\n")
    typed = "-p 0 --port tcp:0:interface=127.0.0.1 --name home --max-users 5 --lobby --quiet"
    typed += f" --motd {motd} --login-timeout 7 --max-line 100 --burst 3 --trusted 10.0.0.0/8 --trusted ::2"
    assert parsed(*typed.split()).config == Config(
        port=("tcp:0", "tcp:0:interface=127.0.0.1"),
        name="home",
        motd=("be nice",),
        max_users=5,
        lobby=True,
        quiet=True,
        trusted=(ip_network("10.0.0.0/8"), ip_network("::2")),
        manners=Manners(login_timeout=7, max_line=100, burst=3),
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["-p", "x"], "--port: cannot listen on 'x': "),
        (["--max-users", "-1"], "--max-users: '-1' is no whole number from 0 to 1000000"),
        (["--max-line", "5"], "--max-line: '5' is no whole number from 64 to 65536"),
        (["--login-timeout", ""], "--login-timeout: '' is no whole number from 0 to 1000000"),
        (["--name", ""], "--name: '' does not have 1 to 60 characters"),
        (["--motd", "/nowhere"], "--motd: cannot read '/nowhere': No such file or directory"),
        (["--motd", ""], "--motd: cannot read "),
        (["--config", "/nowhere"], "cannot read '/nowhere': No such file or directory"),
        (["--trusted", "10.0.0.1/8"], "--trusted: '10.0.0.1/8' is no network and no address"),
        (["--nonsense"], "option --nonsense not recognized"),
        (["--port"], "option --port requires argument"),
        (["55555"], "takes options only, not '55555'"),
    ],
)
def test_a_wrong_option_is_one_sentence(typed, words):
    with pytest.raises(SystemExit) as refusal:
        parsed(*typed)
    assert str(refusal.value).startswith(f"twistd chat: {words}")
    assert "\n" not in str(refusal.value)


def test_a_taken_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = f"tcp:{listener.getsockname()[1]}:interface=127.0.0.1"
        with pytest.raises(SystemExit) as refusal:
            makeService(parsed("-p", port))
    assert str(refusal.value) == f"twistd chat: cannot listen on {port!r}: Address already in use"


def test_the_service_listens_only_when_it_is_started():
    service = makeService(parsed("-p", "0", "-p", "0"))
    assert [part.port for part in service] == [None, None]


def test_the_reactor_measures_time_by_a_clock_that_nobody_sets():
    makeService(parsed("-p", "0"))
    assert reactor.seconds is time.monotonic


def test_help_names_every_option_and_its_default():
    text = str(parsed())
    for option in ("--port=", "--name=", "--motd=", "--max-users=", "--trusted=", "--lobby", "--quiet"):
        assert option in text
    for default in ("55555", "chatserver"):
        assert default in text
    words = " ".join(text.split())
    for limit in limits():
        option = "--" + limit.name.replace("_", "-")
        assert f"{option}= {limit.metadata['help']} [default: {limit.default}]" in words
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_version(capsys):
    with pytest.raises(SystemExit):
        parsed("--version")
    assert capsys.readouterr().out.startswith("chatserver ")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "chat.toml"
    path.write_text('name = "file"\nport = [1, 2]\nlobby = true\npace = 7\nburst = 3\n')
    return path


def test_the_command_line_wins_over_the_file(file):
    config = parsed("--config", str(file), "--name", "typed", "-p", "0", "--quiet", "--burst", "20").config
    assert config == Config(name="typed", port=("tcp:0",), lobby=True, quiet=True, manners=Manners(pace=7, burst=20))


def test_what_is_read_again_is_the_same_file_and_the_same_command_line(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "motd").write_text("one\n")
    options = parsed("--config", "chat.toml", "--burst", "5", "--motd", "motd")
    monkeypatch.chdir("/")
    file.write_text("pace = 9\nburst = 4\n")
    (tmp_path / "motd").write_text("two\n")
    assert options.read_again() == Config(motd=("two",), manners=Manners(pace=9, burst=5))


def test_a_pipe_is_read_once(capsys):
    reader, writer = os.pipe()
    with open(writer, "w") as end:
        end.write("pace = 7\n")
    with open(reader), pytest.raises(SystemExit):
        parsed("--check", "--config", f"/dev/fd/{reader}")
    assert "\npace = 7\n" in capsys.readouterr().out


def test_nor_is_a_message_of_the_day_that_comes_by_a_pipe_read_again(file):
    reader, writer = os.pipe()
    with open(writer, "w") as end:
        end.write("be nice\n")
    with open(reader):
        options = parsed("--config", str(file), "--motd", f"/dev/fd/{reader}")
        assert options.config.motd == ("be nice",)
        with pytest.raises(ConfigError, match=f"cannot read '/dev/fd/{reader}' again: it is no regular file"):
            options.read_again()


def test_what_a_reload_reads_is_tried_where_twistd_goes(file, tmp_path):
    options = Options()
    options.parent = {"rundir": str(tmp_path)}
    options.parseOptions(["--config", str(file), "-p", "unix:nowhere/chat"])
    with pytest.raises(ConfigError, match="cannot listen on 'unix:nowhere/chat': nowhere is no directory"):
        options.rehearse()
    (tmp_path / "nowhere").mkdir()
    options.rehearse()
    file.write_text("")
    with pytest.raises(ConfigError, match=f"under --rundir {tmp_path} a reload would fail: '{file}' is empty"):
        options.rehearse()


@pytest.mark.parametrize("typed", [["--config"], ["--config", "chat.toml", "--motd"]])
def test_what_comes_by_a_pipe_is_not_tried_again(file, tmp_path, monkeypatch, typed):
    monkeypatch.chdir(tmp_path)
    reader, writer = os.pipe()
    with open(writer, "w") as end:
        end.write("# one line\n")
    with open(reader):
        options = Options()
        options.parent = {"rundir": "/"}
        options.parseOptions(["-p", "0", *typed, f"/dev/fd/{reader}"])
        options.rehearse()


def test_check_prints_a_file_that_says_the_same_and_exits(file, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        parsed("--config", str(file), "--check", "--pace", "8", "-p", "tcp:0:interface=127.0.0.1")
    assert end.value.code == 0
    copy = tmp_path / "copy.toml"
    copy.write_text(capsys.readouterr().out)
    config = parsed("--config", str(copy)).config
    assert config == Config(
        name="file", port=("tcp:0:interface=127.0.0.1",), lobby=True, manners=Manners(pace=8, burst=3)
    )
    assert "Just now" not in copy.read_text()


def test_check_says_that_a_port_is_taken_which_may_be_by_the_server_itself(capsys):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = f"tcp:{listener.getsockname()[1]}:interface=127.0.0.1"
        with pytest.raises(SystemExit) as end:
            parsed("--check", "-p", port)
    assert end.value.code == 0
    assert f"\n# Just now: cannot listen on {port!r}: Address already in use\n" in capsys.readouterr().out


def test_check_refuses_what_is_wrong(file):
    file.write_text("pase = 5")
    with pytest.raises(SystemExit) as refusal:
        parsed("--check", "--config", str(file))
    assert str(refusal.value) == f"twistd chat: {file}: there is no option 'pase'; is it pace?"


def test_only_a_server_with_a_file_reads_again(file):
    assert makeService(parsed("-p", "0"))._read is None
    options = parsed("-p", "0", "--config", str(file))
    assert makeService(options)._read == options.read_again


def test_check_refuses_a_port_that_cannot_be_anywhere():
    with pytest.raises(SystemExit) as refusal:
        parsed("--check", "-p", "70000")
    assert str(refusal.value).endswith("cannot listen on 'tcp:70000': a port is a number from 0 to 65535")


@pytest.mark.parametrize("command", [["--check"], []])
def test_the_metrics_at_the_port_of_the_chat_are_refused_whoever_has_it_now(command):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(SystemExit) as refusal:
            makeService(parsed(*command, "-p", str(port), "--metrics", f"tcp:{port}:interface=127.0.0.1"))
    assert str(refusal.value).endswith("127.0.0.1': they are in each other's way")


def test_check_says_so_of_the_metrics_too(capsys):
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(SystemExit):
        parsed("--check", "-p", "0", "--metrics", f"tcp:{listener.getsockname()[1]}")
    before, after = capsys.readouterr().out.split("# Just now: ")
    assert before.rpartition("#")[2].startswith(f" {SETTINGS['metrics'].help}")
    assert "\nmetrics = " in after


def test_check_says_where_there_is_room_for_too_few(capsys, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda what: (40, 40))
    for typed in ([], ["--max-users", "8"]):
        with pytest.raises(SystemExit) as end:
            parsed("--check", "-p", "0", *typed)
        assert end.value.code == 0
    first, second = capsys.readouterr().out.split("max-users = 0\n")
    assert first.splitlines()[-1].startswith("# Just now: the open-file limit of 40 leaves room for 8 users")
    assert "Just now" not in second


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_check_prints_utf_8_whatever_the_terminal_has(tmp_path, encoding):
    command = twistd(tmp_path, "chat", "--check", "--name", "Café", "-p", "0")
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=LIMIT, check=True)
    assert 'name = "Café"'.encode() in run.stdout


def test_check_into_a_full_disk_is_a_sentence(tmp_path):
    with open("/dev/full", "wb") as full:
        command = twistd(tmp_path, "chat", "--check", "-p", "0")
        run = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=LIMIT, check=False)
    assert (run.returncode, run.stderr) == (1, b"twistd chat: cannot print: No space left on device\n")
