"""The programs that people have: telnet on a terminal, and netcat."""

import shutil
import subprocess

import pytest
from pytest_twisted import ensureDeferred

from tests.processes import LIMIT
from tests.terminal import CTRL_C, CTRL_D, ENTER, Terminal

needs_telnet = pytest.mark.skipif(not shutil.which("telnet"), reason="telnet is not installed (apt install telnet)")


def netcat_half_closes():
    """Whether there is OpenBSD's netcat, which closes its side with -N."""
    helps = shutil.which("nc") and subprocess.run(["nc", "-h"], capture_output=True, text=True, check=False)
    return bool(helps) and "-N" in helps.stderr + helps.stdout


@pytest.fixture
def ann(host, tmp_path):
    """Somebody at a telnet."""
    telnet = Terminal(["telnet", "127.0.0.1", str(host.port)], tmp_path)
    yield telnet
    if not telnet.ended.called:
        telnet.process.signalProcess("KILL")


@needs_telnet
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
@ensureDeferred
async def test_telnet_shows_the_goodbye(ann, key):
    await ann.until("What is your name\\?")
    ann.type(b"ann" + ENTER)
    await ann.until("Hello, ann")
    ann.type(key)
    await ann.until("\\(server\\): Goodbye, ann\\.\nConnection closed by foreign host\\.")
    await ann.ended


@needs_telnet
@ensureDeferred
async def test_telnet_goes_on_after_its_other_keys(ann):
    await ann.until("What is your name\\?")
    ann.type(b"ann" + ENTER)
    await ann.until("Hello, ann")
    ann.type(b"\x1c")
    ann.type(b"/ping after quit" + ENTER)
    await ann.until("\\(server\\): pong after quit")
    for command in (b"ayt", b"ao", b"synch", b"nop", b"brk", b"el"):
        ann.type(b"\x1dsend " + command + ENTER)
        ann.type(b"/ping after " + command + ENTER)
        await ann.until("\\(server\\): pong after " + command.decode())
    ann.type(b"/quit" + ENTER)
    await ann.ended


@pytest.mark.skipif(not netcat_half_closes(), reason="no netcat with -N is installed (apt install netcat-openbsd)")
def test_netcat_gets_every_answer_60_times(host):
    typed = b"ann\n" + b"/help\n" * 50 + b"/ping last\n"
    for _ in range(60):
        nc = ["nc", "-N", "127.0.0.1", str(host.port)]
        answers = subprocess.run(nc, input=typed, capture_output=True, timeout=LIMIT, check=True).stdout
        assert answers.count(b"close, #CLOSE#, /quit, exit  ends your visit") == 50
        assert answers.endswith(b"(server): pong last\r\n")
