"""What is measured: each work, what the load generator has to do for it, and what may be concluded."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import Server, on_processor

Result = dict[str, float]


@dataclass(frozen=True)
class Figure:
    """One number of a work. `sign` is 1 if more is better, -1 if less is; `goals` are ratios to the peers."""

    title: str
    unit: str
    of: Callable[[Result], float]
    sign: int
    goals: dict[str, float]

    def reaches(self, ratio: float, peer: str) -> bool:
        """Whether `ratio` is as good as it should be against `peer`."""
        return self.sign * ratio >= self.sign * self.goals[peer]


def _more(title: str, unit: str, of: Callable[[Result], float], **goals: float) -> Figure:
    return Figure(title, unit, of, 1, goals)


def _less(title: str, unit: str, of: Callable[[Result], float], **goals: float) -> Figure:
    return Figure(title, unit, of, -1, goals)


@dataclass(frozen=True)
class Work:
    """Something that a chat server has to do. `words` are those of the server's users."""

    name: str
    words: tuple[str, ...]
    options: str
    figures: tuple[Figure, ...]
    storm: str = ""
    """What others do meanwhile."""

    def measure(self, generator: Path, server: Server) -> Result:
        """Have it done once by a fresh server. Raises RuntimeError if a message was lost, doubled or out of order."""
        with server.running() as (pid, port):
            command = [str(generator), "--port", str(port), "--pid", str(pid)]
            own = [*command, *_said(server, self.words), *self.options.split()]
            others = [*command, *_said(server, ("log in", "all")), *STRANGERS, *self.storm.split()]
            with _storm(others) if self.storm else nullcontext():
                return _result(on_processor(1, own))


def _said(server: Server, words: tuple[str, ...]) -> list[str]:
    return [option for word in words for option in server.words[word]]


@contextmanager
def _storm(command: list[str]) -> Iterator[None]:
    """What others do, from when it has begun; it has to last for longer than what is measured."""
    with on_processor(1, command) as storm:
        try:
            said = storm.stderr.readline() if storm.stderr else ""
            if said != "ready\n":
                raise RuntimeError(f"the storm has not begun: {said.strip()}")
            yield
            if storm.poll() is not None:
                raise RuntimeError("the storm was over too soon")
            _result(storm)
        finally:
            storm.kill()


def _result(process: subprocess.Popen[str]) -> Result:
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(errors.strip())
    result: Result = json.loads(output)
    if wrong := {what: result[what] for what in ("lost", "ahead", "again", "strange") if result[what]}:
        raise RuntimeError(f"messages were not delivered as they should be: {wrong}")
    return result


def _per_cpu_second(result: Result) -> float:
    return result["delivered"] / result["cpu_seconds"]


def _per_second(result: Result) -> float:
    return result["delivered"] / result["seconds"]


def _log_ins_per_second(result: Result) -> float:
    return result["users"] / result["login_seconds"]


def _p99_ms(result: Result) -> float:
    return result["p99_us"] / 1000


FAN_OUT = "--mode fanout --users {} --senders {} --window {} --number {}".format
PAIRS = "--mode pairs --users {} --senders {} --window {} --number {}".format
TO_ALL, IN_PAIRS, DIRECT = ("log in", "all"), ("log in", "pair"), ("log in", "direct")
STRANGERS = ("--name", "s%05d", "--mark", "|")
CPU = "deliveries/CPU s"

WORKS = (
    Work(
        "fan-out",
        TO_ALL,
        FAN_OUT(1000, 8, 8, 40),
        (
            _more("1,000 readers, 8 senders with 8 in flight", CPU, _per_cpu_second, ngircd=2.2, inspircd=2.2),
            _less("the same, the slowest 1 %", "ms", _p99_ms, ngircd=0.5, inspircd=0.5),
        ),
    ),
    Work(
        "announcing",
        TO_ALL,
        FAN_OUT(1000, 1, 1, 40),
        (_more("1,000 readers, one message at a time", CPU, _per_cpu_second, ngircd=1.1, inspircd=0.9),),
    ),
    Work(
        "crowd",
        TO_ALL,
        FAN_OUT(5000, 8, 8, 40),
        (_more("5,000 readers, 8 senders with 8 in flight", CPU, _per_cpu_second, ngircd=1.8, inspircd=1.8),),
    ),
    Work(
        "relay",
        IN_PAIRS,
        PAIRS(200, 100, 16, 100),
        (_more("100 pairs, 16 lines in flight each", "lines/s", _per_second, ngircd=4.0, inspircd=1.8),),
    ),
    Work(
        "relay-long",
        IN_PAIRS,
        PAIRS(200, 100, 16, 1000),
        (_more("the same, 1,000 lines each instead of 100", "lines/s", _per_second),),
    ),
    Work(
        "talk",
        IN_PAIRS,
        PAIRS(200, 100, 1, 100),
        (_more("100 pairs, one line at a time", "lines/s", _per_second, ngircd=0.8, inspircd=0.75),),
    ),
    Work(
        "direct",
        DIRECT,
        PAIRS(200, 100, 16, 100),
        (_more("direct messages, 100 pairs, 16 in flight", "lines/s", _per_second, ngircd=2.5, inspircd=0.9),),
    ),
    Work(
        "direct-long",
        DIRECT,
        PAIRS(200, 100, 16, 1000),
        (_more("the same, 1,000 messages each instead of 100", "lines/s", _per_second),),
    ),
    Work(
        "log-in",
        ("log in",),
        "--mode idle --users 5000",
        (
            _more("5,000 log-ins", "users/s", _log_ins_per_second, ngircd=6.0, inspircd=10.0),
            _less("memory of an idle user", "bytes", lambda result: result["bytes_a_user"], ngircd=1.0, inspircd=1.2),
        ),
    ),
    Work(
        "bystander",
        IN_PAIRS,
        PAIRS(2, 1, 1, 600),
        (_less("there and back in a pair beside 100,000 deliveries/s, the slowest 1 %", "ms", _p99_ms, ngircd=0.5),),
        storm="--mode fanout --users 1000 --senders 10 --rate 100 --number 150",
    ),
)
