"""A port is open while its service runs; one that cannot be had any more is a sentence."""

import re
import socket
import subprocess
import sys

import pytest
from pytest_twisted import ensureDeferred
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.protocol import Factory

from chatserver.listening import CannotOpenError, Port
from tests.processes import LIMIT, chatserver, twistd

HERE = "127.0.0.1"
NO_SOCKET_OF_SYSTEMD = """
import os, sys
os.dup2(os.open("/dev/null", os.O_RDONLY), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="chat.socket")
os.execv(sys.argv[1], sys.argv[1:])
"""
"""What systemd hands over is looked at when it is opened, and not before."""


@ensureDeferred
async def test_it_is_open_until_it_is_stopped_and_can_be_opened_again():
    service = Port("5", TCP4ServerEndpoint(reactor, 0, interface=HERE), Factory(), "chatd")
    service.privilegedStartService()
    number = service.port.getHost().port
    service.startService()
    assert service.port.getHost().port == number
    for _ in range(2):
        service.startService()
        address = (HERE, service.port.getHost().port)
        socket.create_connection(address, LIMIT).close()
        await service.stopService()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, LIMIT)


@ensureDeferred
async def test_one_that_was_never_open_is_closed_too():
    await Port("5", TCP4ServerEndpoint(reactor, 0, interface=HERE), Factory(), "chatd").stopService()


def test_a_port_that_is_taken_by_now():
    with socket.create_server((HERE, 0)) as listener:
        service = Port("5", TCP4ServerEndpoint(reactor, listener.getsockname()[1], interface=HERE), Factory(), "chatd")
        with pytest.raises(CannotOpenError) as refusal:
            service.startService()
    assert str(refusal.value) == "chatd: cannot listen on '5': Address already in use"


def start(tmp_path, program):
    """The program is handed what is no socket."""
    command = [sys.executable, "-c", NO_SOCKET_OF_SYSTEMD, *program, "-p", "systemd:domain=INET:index=0"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT, check=False)


@pytest.mark.parametrize("name", ["twistd chat", "chatserver"])
def test_it_is_a_sentence_in_the_log(tmp_path, name):
    run = start(tmp_path, chatserver() if name == "chatserver" else twistd(tmp_path, "-n", "chat"))
    assert run.returncode == 1
    sentence = f"{name}: cannot listen on 'systemd:domain=INET:index=0': Socket operation on non-socket$"
    assert re.search(sentence, run.stdout, re.M)
    assert "Traceback" not in run.stdout
    assert not (tmp_path / "pid").exists()


def test_who_starts_it_in_the_background_is_told(tmp_path):
    run = start(tmp_path, twistd(tmp_path, "chat"))
    assert run.returncode == 1
    assert "cannot listen on 'systemd:domain=INET:index=0'" in run.stderr
