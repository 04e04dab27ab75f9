"""What has no peer to be compared with: memory, in bytes, of our server alone."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.servers import OURS, free_port
from benchmarks.works import Work

LONGEST_LINE = 4000
BELOW = 65_536
"""Bytes that the transport of one who reads nothing holds; what is above that is shared by all."""


@dataclass(frozen=True)
class Own:
    """One figure of ours, in bytes, and the most that it should be."""

    title: str
    value: float
    goal: float


def alone(generator: Path) -> list[Own]:
    """Measure all of them."""
    print("ours alone ...", file=sys.stderr)
    many = Work("many", ("log in",), "--mode idle --users 10000", ()).measure(generator, OURS)
    return [
        Own("10,000 users, the whole process", many["server_bytes"], 80e6),
        *_tls_connections(300),
        Own("200 who read nothing of broadcasts of 6 MB: growth", _stalled(200, 6_000_000), 6_000_000 + 200 * BELOW),
    ]


def _tls_connections(number: int) -> list[Own]:
    """What each of `number` more connections by TLS takes."""
    if shutil.which("openssl") is None:
        print("openssl is not installed: connections by TLS are left out.", file=sys.stderr)
        return []
    with TemporaryDirectory() as folder:
        pem, port = f"{folder}/certificate.pem", free_port()
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{folder}/key.pem"]
        certificate = ["openssl", "req", "-x509", *key, "-subj", "/CN=localhost", "-out", pem]
        subprocess.run(certificate, check=True, capture_output=True)
        context = ssl.create_default_context(cafile=pem)
        way_in = f"tls:{folder}:{port}:interface=127.0.0.1"
        with OURS.running("-p", way_in) as (pid, _), ExitStack() as guests:

            def connect(names: Iterable[int]) -> None:
                for name in names:
                    plain = socket.create_connection(("127.0.0.1", port))
                    guest = guests.enter_context(context.wrap_socket(plain, server_hostname="localhost"))
                    _log_in(guest, f"u{name}")

            connect(range(20))
            before = _memory(pid)
            connect(range(20, 20 + number))
            return [Own("a connection by TLS", (_memory(pid) - before) / number, 32 * 1024)]


def _stalled(readers: int, size: int) -> float:
    """How much the server grows at most while so many leave a broadcast of `size` bytes unread."""
    with OURS.running() as (pid, port), ExitStack() as guests:
        for number in range(readers):
            guest = guests.enter_context(socket.socket())
            guest.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            guest.connect(("127.0.0.1", port))
            _log_in(guest, f"u{number}")
        speaker = guests.enter_context(socket.create_connection(("127.0.0.1", port)))
        _log_in(speaker, "speaker")
        before = most = _memory(pid)
        line = b"/bc " + b"x" * LONGEST_LINE + b"\n"
        for _ in range(size // LONGEST_LINE):
            speaker.sendall(line)
            _read_until(speaker, b"Sent to")
            most = max(most, _memory(pid))
        return most - before


def _log_in(guest: socket.socket, name: str) -> None:
    guest.settimeout(30)
    guest.sendall(f"{name}\n".encode())
    _read_until(guest, b"Hello")


def _read_until(guest: socket.socket, words: bytes) -> None:
    read = b""
    while words not in read:
        data = guest.recv(4096)
        if not data:
            raise RuntimeError(f"the server has closed a connection; last words: {read[-200:]!r}")
        read += data


def _memory(pid: int) -> int:
    """Bytes of main memory that the process has: proc(5)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
