"""The servers that are measured: how each is started, and how its users speak.

Limits on how fast and how many users may be are off in all of them: they would be what is measured. Users hear who
joins in IRC channels only, so ours is told to be quiet about it.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from tempfile import TemporaryDirectory
from typing import Any

PATIENCE_SECONDS = 20.0
NGIRCD = """
[Global]
Name = irc.example.net
Info = a benchmark
Listen = 127.0.0.1
Ports = {port}
MotdPhrase = "hi"
ServerUID = nobody
ServerGID = nogroup
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 3600
PongTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
"""
INSPIRCD = """
<config format="xml">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}">
<server name="irc.example.net" description="a benchmark" network="Benchmark">
<admin name="nobody" nick="nobody" email="nobody@example.net">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="main" allow="*" timeout="120" threshold="1000000" commandrate="100000000" fakelag="no" pingfreq="3600"
    hardsendq="104857600" softsendq="104857600" recvq="10485760" localmax="1000000" globalmax="1000000" limit="1000000"
    maxconnwarn="no" resolvehostnames="no" usednsbl="no" useconnflood="no" useident="no">
<dns server="127.0.0.1" timeout="1">
<performance quietbursts="yes" softlimit="19000" somaxconn="4096" netbuffersize="65534" clonesonconnect="no">
<whowas groupsize="0" maxgroups="0" maxkeep="0">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="inspircd.log">
"""


@dataclass(frozen=True)
class Server:
    """One of those that are compared; the words are templates of the load generator."""

    name: str
    program: str
    command: Callable[[Path, int], list[str]]
    words: dict[str, list[str]]
    version: str = ""
    """What `--version` of a peer prints before the number."""

    @property
    def path(self) -> str | None:
        """Where its program is, beside this Python or where programs are; None if it is not installed."""
        beside = Path(sys.executable).with_name(self.program)
        return str(beside) if beside.exists() else shutil.which(self.program, path=f"{os.environ['PATH']}:/usr/sbin")

    def __str__(self) -> str:
        """Its name and version."""
        said = subprocess.run([str(self.path), "--version"], capture_output=True, text=True).stdout
        found = re.search(rf"{self.version}([\d.]+\d)", said)
        return f"{self.name} {found[1] if found else ''}".rstrip()

    @contextmanager
    def running(self, *options: str) -> Iterator[tuple[int, int]]:
        """A fresh one, alone on the first processor, with more `options`: its process id and its port."""
        with TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            port = free_port()
            command = [str(self.path), *self.command(Path(folder), port), *options]
            with subprocess.Popen(
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=lambda: _on_processor(0),
                cwd=Path(__file__).parents[1],
                **_not_as_root(self.program),
            ) as process:
                try:
                    _wait_for(port)
                    yield process.pid, port
                finally:
                    process.terminate()
                    try:
                        process.wait(PATIENCE_SECONDS)
                    except subprocess.TimeoutExpired:
                        process.kill()


def _ours(folder: Path, port: int) -> list[str]:
    chat = ["chat", "-p", f"tcp:{port}:interface=127.0.0.1", "--pace", "0", "--quiet"]
    return ["-n", f"--pidfile={folder}/pid", f"--logfile={folder}/log", *chat]


def _ngircd(folder: Path, port: int) -> list[str]:
    (folder / "ngircd.conf").write_text(NGIRCD.format(port=port))
    return ["-n", "-f", f"{folder}/ngircd.conf"]


def _inspircd(folder: Path, port: int) -> list[str]:
    (folder / "inspircd.conf").write_text(INSPIRCD.format(port=port, folder=folder))
    return [f"--config={folder}/inspircd.conf", "--nofork", "--nopid"]


_OURS = {
    "log in": ["--login", r"%n\n", "--ready", "FREE"],
    "all": ["--message", r"/bc %m\n"],
    "pair": ["--stage-of", "even", "--stage", r"connect %p\n", "--stage-ready", "now connected", "--message", r"%m\n"],
    "direct": ["--message", r"/dm %p %m\n"],
}
_IRC = {
    "all": ["--stage", r"JOIN #c\r\n", "--stage-ready", " 366 ", "--message", r"PRIVMSG #c :%m\r\n"],
    "pair": ["--message", r"PRIVMSG %p :%m\r\n"],
    "direct": ["--message", r"PRIVMSG %p :%m\r\n"],
}
_IRC_LOGIN = ["--login", r"NICK %n\r\nUSER u 0 * :u\r\n"]
_FEW = [*_IRC_LOGIN, "--ready", " 376 ", "--at-a-time", "6"]  # it reads new connections in small batches
_MANY = [*_IRC_LOGIN, "--ready", " 422 ", "--at-a-time", "2000"]  # it lets them in once a second

OURS = Server("chatserver", "twistd", _ours, _OURS)
PEERS = (
    Server("ngircd", "ngircd", _ngircd, {"log in": _FEW, **_IRC}, "ngIRCd "),
    Server("inspircd", "inspircd", _inspircd, {"log in": _MANY, **_IRC}, "InspIRCd-"),
)


def on_processor(number: int, command: list[str]) -> subprocess.Popen[str]:
    """Start a program that has this processor, and as many open files as the system allows."""
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: _on_processor(number),
    )


def _on_processor(number: int) -> None:
    available = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {available[number % len(available)]})
    hard = getrlimit(RLIMIT_NOFILE)[1]
    setrlimit(RLIMIT_NOFILE, (hard, hard))


def _not_as_root(program: str) -> dict[str, Any]:
    """One of the peers refuses to run as root."""
    if program != "inspircd" or os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("a server does not listen on its port")
