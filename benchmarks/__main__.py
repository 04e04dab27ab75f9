"""Measures the server beside its peers; writes the results to `README.rst` and `results.svg` here, if it can do all."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import twisted
from benchmarks.alone import alone
from benchmarks.report import Row, picture, table
from benchmarks.servers import OURS, PEERS
from benchmarks.works import WORKS, Work

HERE = Path(__file__).parent
RESULTS = ".. What follows is written by ``python -m benchmarks``.\n"


def main() -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    # argparse looks for what stands for nothing typed, an empty list, among the choices, too.
    parser.add_argument("works", nargs="*", choices=[[], "alone", *(work.name for work in WORKS)], help="all of them")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="how often each is measured (%(default)s)")
    options = parser.parse_args()
    compiler = shutil.which("cc")
    if compiler is None:
        print("The load generator is in C: install a C compiler (Debian: apt install gcc libc6-dev).", file=sys.stderr)
        return 2
    for peer in PEERS:
        if peer.path is None:
            print(f"{peer.name} is not installed (Debian: apt install {peer.name}): left out.", file=sys.stderr)
    with TemporaryDirectory() as folder:
        generator = Path(folder) / "loadgen"
        subprocess.run([compiler, "-O2", "-o", generator, HERE / "loadgen.c"], check=True)
        chosen = [work for work in WORKS if work.name in (options.works or [work.name])]
        rows = [row for work in chosen for row in compared(work, generator, options.repeat)]
        own = alone(generator) if "alone" in (options.works or ["alone"]) else []
    text = f"{circumstances(options.repeat)}\n\n{table(rows, own)}"
    print(text)
    if not options.works and len(rows[0].medians) > len(PEERS):
        readme = HERE / "README.rst"
        readme.write_text(f"{readme.read_text().split(RESULTS)[0]}{RESULTS}\n{text}")
        (HERE / "results.svg").write_text(picture(rows))
    return 0


def circumstances(repeat: int) -> str:
    """With what the figures came about."""
    peers = " and ".join(str(peer) for peer in PEERS if peer.path) or "no peer"
    return (
        f"Measured on {date.today()} beside {peers}, with Python {platform.python_version()} and Twisted "
        f"{twisted.__version__} on {len(os.sched_getaffinity(0))} processors; medians of {repeat}."
    )


def compared(work: Work, generator: Path, repeat: int) -> list[Row]:
    """Measure all servers in turn, `repeat` times: the medians of each figure."""
    servers = [server for server in (OURS, *PEERS) if server.path]
    results = {server.name: [] for server in servers}
    for number in range(repeat):
        for server in servers:
            print(f"{work.name}, {number + 1} of {repeat}: {server.name} ...", file=sys.stderr)
            results[server.name].append(work.measure(generator, server))
    return [
        Row(figure, {name: median(map(figure.of, measured)) for name, measured in results.items()})
        for figure in work.figures
    ]


if __name__ == "__main__":
    sys.exit(main())
