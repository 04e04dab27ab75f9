"""`chatserver`'s options are those of `twistd chat`; what it says, it says in its own name."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from chatserver import foreground, tap
from chatserver.config import Config
from tests.processes import LIMIT, ROOT, Guest, as_a_shell_starts_it, chatserver, running

AS_A_MODULE = [sys.executable, "-m", "chatserver"]


def ended(command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, **options)


@pytest.fixture
def typed(monkeypatch):
    """Sets what is typed."""
    return lambda *words: monkeypatch.setattr(sys, "argv", ["chatserver", *words])


def test_it_is_twistd_in_the_foreground_without_a_pid_file(typed):
    typed("--name", "home", "-p", "0")
    twistd = foreground.parsed()
    assert twistd.subOptions.config == Config(name="home", port=("tcp:0",))
    assert (twistd["nodaemon"], twistd["pidfile"], twistd["no_save"]) == (1, "", 1)
    assert list(twistd.loadedPlugins) == ["chat"], "the plugins of others are not looked for"


def test_the_options_are_those_of_twistd_chat():
    ours, twistds = foreground.Options(), tap.Options()
    assert (ours.longOpt, ours.shortOpt, ours.docs) == (twistds.longOpt, twistds.shortOpt, twistds.docs)


def test_help_speaks_of_chatserver(typed, capsys):
    typed("--help")
    with pytest.raises(SystemExit) as end:
        foreground.parsed()
    text = capsys.readouterr().out
    assert end.value.code == 0
    assert text.startswith("Usage: chatserver [options]\n")
    assert "twistd" not in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--nonsense"], "option --nonsense not recognized"),
        (["-n"], "option -n not recognized"),
        (["chat"], "takes options only, not 'chat'"),
        (["--max-users", "x"], "--max-users: 'x' is no whole number from 0 to 1000000"),
    ],
)
@pytest.mark.parametrize("program", [chatserver(), AS_A_MODULE], ids=["script", "module"])
def test_a_wrong_option_is_one_sentence_and_exit_1(program, words, sentence):
    run = ended([*program, *words], cwd=ROOT)
    assert (run.returncode, run.stdout, run.stderr) == (1, "", f"chatserver: {sentence}\n")


def test_a_taken_port_is_one_sentence_and_exit_1(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = f"tcp:{listener.getsockname()[1]}:interface=127.0.0.1"
        run = ended(chatserver("-p", port), cwd=tmp_path)
    sentence = f"chatserver: cannot listen on {port!r}: Address already in use\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", sentence)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("program", [chatserver(), AS_A_MODULE], ids=["script", "module"])
def test_it_serves_until_it_is_stopped_and_leaves_no_file(tmp_path, program, number):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [*program, "-p", "tcp:0:interface=127.0.0.1"]
    with running(command, tmp_path, env=environment, preexec_fn=as_a_shell_starts_it) as process:
        guest = Guest(int(process.log.until(r"ChatFactory starting on (\d+)")[1]), "ann")
        assert list(tmp_path.iterdir()) == []
        process.send_signal(number)
        assert guest.read_until("(server): The server") == "(server): The server is shutting down."
        guest.close()
        log = process.log.whole()
        assert process.wait(LIMIT) in (0, -number)
    assert re.search(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ann \(user 1\) joined", log, re.M)
    assert "Traceback" not in log
    assert "plugin" not in log
    assert list(tmp_path.iterdir()) == []
